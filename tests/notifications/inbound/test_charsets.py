"""Bytes become text by whatever charset a mail claims."""

from __future__ import annotations

import codecs

import pytest

from notifications.inbound.charsets import _CODECS, decode_text, find_codec, guess_text


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8"),
        ('"us-ascii"', "ascii"),
        ("charset=us-ascii", "ascii"),
        ("ISO_8859-1", "cp1252"),
        ("iso-8859-1;", "cp1252"),
        ("latin1", "cp1252"),
        ("windows-1252*de", "cp1252"),
        ("x-mac-cyrillic", "mac_cyrillic"),
        ("iso-gb2312", "gb18030"),
        ("GB_2312-80", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("Shift_JIS", "cp932"),
        ("x-sjis", "cp932"),
        ("iso-8859-8-i", "iso8859-8"),
        ("TIS-620", "cp874"),
        ("iso-8859-11", "cp874"),
        ("koi8-ru", "koi8-u"),
        ("unicode-1-1-utf-8", "utf-8"),
    ],
)
def test_a_label_means_a_codec(label: str, codec: str) -> None:
    assert find_codec(label) == codec


@pytest.mark.parametrize(
    "label",
    ["", None, "X-UNKNOWN", "rot13", "zlib", "unicode_escape", "idna", "hz", "utf-7", "x" * 999],
)
def test_what_is_no_charset_finds_none(label: str | None) -> None:
    assert find_codec(label) is None


def test_every_codec_of_the_table_exists() -> None:
    for name in _CODECS:
        codecs.lookup(name)


@pytest.mark.parametrize(
    ("text", "encoding", "label"),
    [
        ("Kündigung", "cp1252", "iso-8859-1"),
        ("“5 €”", "cp1252", "iso-8859-1"),
        ("für Straße", "utf-8", "us-ascii"),
        ("für Straße", "utf-8", "windows-1252"),
        ("镕基", "gb18030", "gb2312"),
        ("똠방각하", "cp949", "euc-kr"),
        ("①㈱", "cp932", "shift_jis"),
        ("отмена", "cp1251", "windows-1251"),
        ("ยกเลิก", "cp874", "tis-620"),
        ("ביטול", "iso8859-8", "iso-8859-8-i"),
        ("für", "cp1252", "x-user-defined"),
        ("Straße", "utf-16", "utf-16"),
    ],
)
def test_a_text_is_read_by_its_label(text: str, encoding: str, label: str) -> None:
    assert decode_text(text.encode(encoding), label)[0] == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Bitte kündigen für Straße", "utf-8"),
        ("Bitte kündigen für Straße", "cp1252"),
        ("прошу отменить договор", "cp1251"),
        ("прошу отменить договор", "koi8-r"),
        ("请取消我的电话号码谢谢", "gb18030"),
        ("電話を解約したいです", "euc_jp"),
        ("電話を解約したいです", "cp932"),
        ("전화를 해지해 주세요", "cp949"),
        ("解約", "iso2022_jp"),
    ],
)
def test_a_text_without_a_label_is_guessed(text: str, encoding: str) -> None:
    assert guess_text(text.encode(encoding)) == text


def test_a_hint_decides_before_a_guess() -> None:
    data = "Łódź i Kraków".encode("iso8859-2")
    assert guess_text(data, hint="iso-8859-2") == "Łódź i Kraków"
    assert guess_text("Łódź".encode(), hint="iso-8859-2") == "Łódź"


def test_wrong_labels_are_named() -> None:
    assert decode_text(b"\xff", "x-nonsense")[1] == "unknown charset 'x-nonsense'"
    assert "labelled as ASCII" in decode_text(b"\xff", "us-ascii")[1]
    assert decode_text(b"abc", "us-ascii") == ("abc", "")
    assert decode_text(b"\xe4\xbd\xa0\xff", "utf-8")[1] == "bytes that are not utf-8"


def test_utf7_is_read_in_plain_text_alone() -> None:
    assert decode_text(b"Stra+AN8-e", "utf-7", allow_utf7=True)[0] == "Straße"
    assert "<script" not in decode_text(b"+ADw-script+AD4-", "utf-7")[0]

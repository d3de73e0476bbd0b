"""Transfer encodings are undone and flowed text is joined."""

from __future__ import annotations

import binascii

import pytest

from notifications.inbound.flowed import unflow_text
from notifications.inbound.transfer import decode_transfer


@pytest.mark.parametrize(
    ("data", "encoding", "decoded"),
    [
        (b"aGVsbG8=", "base64", b"hello"),
        (b"aGVs\r\nbG8=\r\n", "base64", b"hello"),
        (b"aGVsbG8", "base64", b"hello"),
        (b"aGVs*bG8=", "base64", b"hello"),
        (b"aGVsbG8=aGVsbG8=", "base64", b"hellohello"),
        (b"aGVsbG8=\n-- \nA footer, please ignore\n", "base64", b"hello"),
        (b"aGVsbG8hA", "base64", b"hello!"),
        (b"", "base64", b""),
        (b"=====", "base64", b""),
        (b"a=20b=\r\nc", "quoted-printable", b"a bc"),
        (b"a=  \r\nb", "quoted-printable", b"ab"),
        (b"a=ZZ=", "quoted-printable", b"a=ZZ"),
        (b"\xc3\xbc=C3=BC", "quoted-printable", b"\xc3\xbc\xc3\xbc"),
        (b"as is =20", "8bits", b"as is =20"),
        (b"as is =20", "base9000", b"as is =20"),
        (b"begin 644 x\n" + binascii.b2a_uu(b"hello") + b"`\nend\n", "x-uuencode", b"hello"),
    ],
)
def test_what_decodes_is_kept(data: bytes, encoding: str, decoded: bytes) -> None:
    assert decode_transfer(data, encoding, is_text=False)[0] == decoded


def test_prose_labelled_as_base64_is_left_alone() -> None:
    text = b"please cancel the line\nthank you\nAda\nvery much so\n"
    assert decode_transfer(text, "base64", is_text=True) == (text, "text labelled as base64")


def test_short_uuencoded_lines_are_not_filled_up() -> None:
    assert len(decode_transfer(b"M\n" * 1_000, "uuencode", is_text=False)[0]) <= 1_000


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("one \n\ntwo", "one \ntwo"),
        (" From stuffed\n >not quoted", "From stuffed\n>not quoted"),
        ("> a \n> b\nown \nwords", "> a \n> b\nown words"),
        ("name\n-- \nAda \nByte", "name\n-- \nAda Byte"),
        ("", ""),
    ],
)
def test_flowed_lines_become_paragraphs(text: str, joined: str) -> None:
    assert unflow_text(text, delete_space=False) == joined


def test_delsp_deletes_the_blank() -> None:
    assert unflow_text("電話を \n解約", delete_space=True) == "電話を解約"

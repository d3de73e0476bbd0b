"""Decode bytes by whatever charset a mail claims, and never raise (THREATS 26).

A label reaches a codec only through the table below: Python's own lookup also knows codecs that
are no charsets (rot13, zlib, unicode_escape) and some that smuggle markup (UTF-7, HZ).
"""

from __future__ import annotations

import re

_LABEL = re.compile(r"[^a-z0-9]+")

# Labels are compared without case and punctuation, so "ISO_8859-1" is "iso88591".
_CODECS: dict[str, str] = {
    "ascii": "us ascii usascii ansix341968 ansix3411986 iso646us 646 cp367 ibm367 7bit",
    "utf-8": "utf8 utf8mb4 unicode11utf8 unicode20utf8 cp65001 csutf8 utf 8bit",
    "utf-16": "utf16 unicode ucs2 iso10646ucs2 csunicode",
    "utf-16-le": "utf16le unicodelittle",
    "utf-16-be": "utf16be unicodebig",
    "utf-32": "utf32 ucs4 iso10646ucs4",
    "cp1252": "windows1252 win1252 1252 xcp1252 iso88591 88591 latin1 l1 isoir100 iso8859 latin "
    "cp819 ibm819 iso885911 ansi xansi western iso88591windows1252 iso8859windows1252",
    "cp1250": "windows1250 win1250 1250 xcp1250",
    "cp1251": "windows1251 win1251 1251 xcp1251 wincyrillic",
    "cp1253": "windows1253 win1253 1253",
    "cp1254": "windows1254 win1254 1254 iso88599 latin5 l5",
    "cp1255": "windows1255 win1255 1255",
    "cp1256": "windows1256 win1256 1256",
    "cp1257": "windows1257 win1257 1257",
    "cp1258": "windows1258 win1258 1258 viscii tcvn tcvn5712",
    "iso8859-2": "iso88592 latin2 l2 isolatin2",
    "iso8859-3": "iso88593 latin3",
    "iso8859-4": "iso88594 latin4",
    "iso8859-5": "iso88595 cyrillic isoir144",
    "iso8859-6": "iso88596 iso88596i iso88596e arabic asmo708",
    "iso8859-7": "iso88597 greek greek8 ecma118 elot928",
    "iso8859-8": "iso88598 iso88598i iso88598e hebrew visual logical",
    "iso8859-10": "iso885910 latin6",
    "iso8859-13": "iso885913 latin7",
    "iso8859-14": "iso885914 latin8",
    "iso8859-15": "iso885915 latin9 l9 latin0",
    "iso8859-16": "iso885916 latin10",
    "koi8-r": "koi8r koi8 koi cskoi8r",
    "koi8-u": "koi8u koi8ru",
    "cp866": "866 ibm866 alt dos866",
    "cp855": "ibm855",
    "cp437": "437 ibm437 pc8",
    "cp850": "850 ibm850",
    "cp852": "852 ibm852",
    "cp857": "ibm857",
    "cp858": "ibm858",
    "cp862": "ibm862 dos862",
    "cp864": "ibm864",
    "cp1125": "ibm1125 ruscii",
    "mac_roman": "macintosh macroman mac xmacroman csmacintosh",
    "mac_cyrillic": "maccyrillic xmaccyrillic macukrainian xmacukrainian macukraine",
    "mac_greek": "macgreek xmacgreek",
    "mac_turkish": "macturkish xmacturkish",
    "mac_latin2": "macce xmacce xmaccentraleurroman maccentraleurope xmaccentraleurope",
    "mac_iceland": "macicelandic xmacicelandic",
    "gb18030": "gb2312 gb231280 isogb2312 gbk cp936 936 ms936 windows936 xgbk gb euccn xeuccn "
    "chinese csgb2312 iso2022cn gb18030gbk xmacchinesesimp xgb2312",
    "big5": "bigfive big5eten xxbig5 csbig5 cnbig5 xmacchinesetrad",
    "big5hkscs": "hkscs big5hk",
    "cp950": "950 ms950 windows950",
    "cp932": "shiftjis sjis xsjis mskanji csshiftjis windows31j cswindows31j 932 ms932 "
    "xmsjis windows932 xmacjapanese shiftjiswin",
    "euc_jp": "eucjp xeucjp ujis eucjpms eucjpwin cseucpkdfmtjapanese xeuc",
    "iso2022_jp": "iso2022jp csiso2022jp jis isoir87 cp50220 cp50221 cp50222 iso2022jpms iso2022",
    "iso2022_jp_1": "iso2022jp1",
    "iso2022_jp_2": "iso2022jp2",
    "iso2022_jp_3": "iso2022jp3",
    "iso2022_kr": "iso2022kr csiso2022kr",
    "cp949": "ksc56011987 ksc5601 ksc56011989 ksc5601198 euckr xeuckr korean uhc windows949 949 "
    "ms949 xwindows949 xmackorean cseuckr kscext isoir149 ks",
    "johab": "ksc56011992 cp1361",
    "cp874": "tis620 tis620253 windows874 iso885911thai thai tis 874 xmacthai",
    "ptcp154": "pt154 cyrillicasian",
    "kz1048": "strk1048",
}

_BY_LABEL = {alias: codec for codec, aliases in _CODECS.items() for alias in aliases.split()}
_BY_LABEL |= {_LABEL.sub("", codec): codec for codec in _CODECS}
_BY_LABEL["iso885911"] = "cp874"

_WESTERN = {"ascii", "cp1252", "iso8859-15", "mac_roman"}
# Where a strict codec fails on what is common in its mail, a wider sibling is tried.
_WIDER = {
    "iso2022_jp": ("iso2022_jp_ext", "iso2022_jp_3", "iso2022_jp_2"),
    "big5": ("cp950", "big5hkscs"),
    "euc_jp": ("euc_jis_2004",),
    "cp932": ("shift_jis_2004",),
}
_HIGH = re.compile(rb"[\x80-\xff]")
_ESCAPES = re.compile(rb"\x1b\$[@B]|\x1b\([JI]")


def find_codec(label: str | None) -> str | None:
    """Return the codec that `label` means, or None when it is none that we decode."""
    if not label:
        return None
    text = label[:200].strip().strip("\"'").lower()
    if text.startswith("charset="):  # `charset="charset=us-ascii"` is real
        text = text[8:]
    text = text.split(";")[0].split("*")[0].strip(" \t\r\n\"'")
    return _BY_LABEL.get(_LABEL.sub("", text))


def decode_text(data: bytes, label: str | None, *, allow_utf7: bool = False) -> tuple[str, str]:
    """Return (text, problem). The problem is "" when the label was right.

    `allow_utf7` is for plain text alone: there it cannot smuggle markup.
    """
    if not data:
        return "", ""
    if data[:3] == b"\xef\xbb\xbf":
        return data[3:].decode("utf-8", "replace"), ""
    codec = find_codec(label)
    if codec is None:
        if allow_utf7 and label and _LABEL.sub("", label.lower()).endswith("utf7"):
            return data.decode("utf-7", "replace"), ""
        problem = f"unknown charset {label[:60]!r}" if label else ""
        return guess_text(data), problem
    if codec in _WESTERN and _HIGH.search(data):
        return _decode_western(data, codec)
    try:
        return data.decode(codec), ""
    except (UnicodeError, ValueError):
        return _decode_damaged(data, codec)


def guess_text(data: bytes, *, hint: str | None = None) -> str:
    """Decode bytes without a label: UTF-8, then `hint`, then the likeliest, then Windows-1252."""
    if not _HIGH.search(data):
        if _ESCAPES.search(data):
            return data.decode("iso2022_jp", "replace")
        return data.decode("ascii", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if (torn := _read_torn_utf8(data)) is not None:
        return torn
    codec = find_codec(hint)
    for candidate in (codec, _guess_codec(data)):
        if candidate and candidate != "ascii":
            try:
                return data.decode(candidate)
            except (UnicodeError, ValueError):
                continue
    return _decode_cp1252(data)


def _decode_western(data: bytes, codec: str) -> tuple[str, str]:
    """Decode text labelled as Western: UTF-8 under a wrong label is told by its shape."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        if codec == "ascii":
            return guess_text(data), "8-bit text labelled as ASCII"
        if codec == "cp1252":
            return _decode_cp1252(data), ""
        return data.decode(codec, "replace"), ""
    return text, f"UTF-8 labelled as {codec}"


def _decode_damaged(data: bytes, codec: str) -> tuple[str, str]:
    for wider in _WIDER.get(codec, ()):
        try:
            return data.decode(wider), ""
        except (UnicodeError, ValueError):
            continue
    problem = f"bytes that are not {codec}"
    text = data.decode(codec, "replace")
    if codec == "utf-8":
        return (text if _read_torn_utf8(data) is not None else guess_text(data)), problem
    try:
        return data.decode("utf-8"), problem
    except UnicodeDecodeError:
        return text, problem


def _read_torn_utf8(data: bytes) -> str | None:
    """Return UTF-8 that was cut inside a character, or None when it never was UTF-8."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(1 for character in text[:4000] if character > "\x7f") - min(wrong, 4000)
    return text if right >= 2 and wrong * 4 <= right + 3 else None


def _decode_cp1252(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _guess_codec(data: bytes) -> str | None:
    """Return the likeliest legacy charset of 8-bit text, by the runs of its high bytes."""
    sample = data[:4000]
    high = [byte for byte in sample if byte >= 0x80]
    runs = re.findall(rb"[\x80-\xff]{2,}", sample)
    if len(high) < 4 or sum(map(len, runs)) < 0.7 * len(high):
        return None  # single accented letters between ASCII: Western
    if codec := _guess_cyrillic(high):
        return codec
    return _guess_east_asian(sample, high)


def _guess_cyrillic(high: list[int]) -> str | None:
    letters = [byte for byte in high if byte >= 0xC0]
    if len(letters) < 0.9 * len(high) or len(letters) < 5:
        return None
    upper_half = sum(1 for byte in letters if byte >= 0xE0)
    # Running text is mostly small letters: E0-FF in Windows-1251, C0-DF in KOI8-R.
    share = upper_half / len(letters)
    if share >= 0.7:
        return "cp1251"
    return "koi8-r" if share <= 0.3 else None


def _guess_east_asian(sample: bytes, high: list[int]) -> str | None:
    best, best_score = None, 0.0
    for codec in ("gb18030", "euc_jp", "cp932", "cp949", "big5"):
        try:
            text = sample.decode(codec)
        except (UnicodeError, ValueError):
            continue
        wide = [character for character in text if character > "\x7f"]
        if not wide:
            continue
        score = sum(_weigh(character, codec) for character in wide) / len(wide)
        if score > best_score:
            best, best_score = codec, score
    return best if best_score >= 0.5 else None


def _weigh(character: str, codec: str) -> float:
    """Return how usual a character is in mail of that charset, 0 to 1."""
    point = ord(character)
    if 0x3040 <= point <= 0x30FF:
        return 1.0 if codec in ("euc_jp", "cp932") else 0.2
    if 0xAC00 <= point <= 0xD7A3:
        usual = codec == "cp949" and min(character.encode("cp949")) >= 0xA1  # the common 2,350
        return 1.0 if usual else 0.1
    if 0x3000 <= point <= 0x303F or 0xFF00 <= point <= 0xFF60:
        return 0.7
    if not 0x4E00 <= point <= 0x9FFF:
        return 0.0
    if codec == "gb18030":
        lead = character.encode("gb18030")[0]
        return 0.9 if 0xB0 <= lead <= 0xD7 else 0.2  # the common 3,755
    if codec == "big5":
        lead = character.encode("big5", "replace")[0]
        return 0.85 if 0xA4 <= lead <= 0xC6 else 0.2
    return 0.5 if codec in ("euc_jp", "cp932") else 0.3

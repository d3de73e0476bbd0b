"""Content types, dispositions and file names."""

from __future__ import annotations

import pytest

from notifications.inbound.filenames import clean_name, read_location, suggest_name
from notifications.inbound.parameters import read_disposition, read_type


@pytest.mark.parametrize(
    ("raw", "value", "fields"),
    [
        (b"text/plain", "text/plain", {}),
        (b" TEXT/Plain ; CHARSET=utf-8", "text/plain", {"charset": "utf-8"}),
        (b'text/plain; charset="us-ascii" ; format="flowed"', "text/plain",
         {"charset": "us-ascii", "format": "flowed"}),
        (b"text/plain; charset=us-ascii (Plain text)", "text/plain", {"charset": "us-ascii"}),
        (b'application/pdf name="a b.pdf"', "application/pdf", {"name": "a b.pdf"}),
        (b"text/plain; name=This is a test.txt", "text/plain", {"name": "This is a test.txt"}),
        (b"application/pdf; name=a_(1).pdf", "application/pdf", {"name": "a_(1).pdf"}),
        (b'image/gif; name="a;b.gif"; x=1', "image/gif", {"name": "a;b.gif", "x": "1"}),
        (b'image/gif; name="no end', "image/gif", {"name": "no end"}),
        (b"image/gif; name='one quote.gif'; x=1", "image/gif", {"name": "one quote.gif", "x": "1"}),
        (b"image/gif; name=it's.gif", "image/gif", {"name": "it's.gif"}),
        (b'x/y; a="q\\"q\\\\q\\w"', "x/y", {"a": 'q"q\\q\\w'}),
        (b'x/y; name="first"; name="second"', "x/y", {"name": "first"}),
        (b'x/y; name=; name="second"', "x/y", {"name": "second"}),
        (b"text/html;iso-8859-1", "text/html", {}),
        (b"text/plain>", "text/plain", {}),
        (b"text", "", {}),
        (b"", "", {}),
        (b'; name="x"', "", {"name": "x"}),
        (b"x/y; n*=utf-8''%C3%BC.txt", "x/y", {"n": "ü.txt"}),
        (b"x/y; n*1*=b; n*0*=utf-8'en'a%20; n*2=c", "x/y", {"n": "a bc"}),
        (b"x/y; n=plain.txt; n*=utf-8''%C3%BC.txt", "x/y", {"n": "ü.txt"}),
        (b'x/y; n*0="=?utf-8?q?a="; n*1="20b?="', "x/y", {"n": "a b"}),
        (b'x/y; n="=?utf-8?b?w7w=?=\r\n =?utf-8?b?w7w=?="', "x/y", {"n": "üü"}),
        (b"x/y; n*=%ZZ'x", "x/y", {"n": "%ZZ'x"}),
        (b"x/y; n*=nonsense''%FC", "x/y", {"n": "ü"}),
    ],
)  # fmt: skip
def test_a_content_type_is_read(raw: bytes, value: str, fields: dict[str, str]) -> None:
    found = read_type(raw)
    assert (found.value, found.fields) == (value, fields)


def test_a_disposition_may_be_only_parameters() -> None:
    assert read_disposition(b"filename=a.txt").get("filename") == "a.txt"
    assert read_disposition(b"attachment filename=a.txt").value == "attachment"
    assert read_disposition(b"=?utf-8?Q?invalid?=").value == ""


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ("contract.pdf", "contract.pdf"),
        ("C:\\Users\\Ada\\contract.pdf", "contract.pdf"),
        ("../../etc/passwd", "passwd"),
        ("/tmp/", "tmp"),
        ("..", ""),
        ("", ""),
        (".htaccess", ".htaccess"),
        ("a\x00b\r\nc.txt", "ab c.txt"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ('"quoted.txt"', "quoted.txt"),
    ],
)
def test_a_label_is_the_last_part_of_a_path(given: str, label: str) -> None:
    assert clean_name(given) == label


def test_a_long_name_keeps_its_extension() -> None:
    label = clean_name("x" * 500 + ".pdf")
    assert len(label) <= 200
    assert label.endswith("….pdf")


def test_a_location_is_a_name_only_when_it_looks_like_one() -> None:
    assert read_location("photo.jpg") == "photo.jpg"
    assert read_location("http://shop.example/photo.jpg") == ""
    assert read_location("cid:abc") == ""


def test_a_nameless_file_is_called_by_its_kind() -> None:
    assert suggest_name("message/rfc822", 1) == "forwarded message.eml"
    assert suggest_name("image/png", 2) == "file 2.png"
    assert suggest_name("application/x-nonsense", 3) == "file 3.bin"

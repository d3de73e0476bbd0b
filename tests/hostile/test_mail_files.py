"""Names of files are labels (THREATS 37)."""

from __future__ import annotations

import pytest

from notifications.inbound.parse import parse_message


def read_name(value: str) -> str:
    raw = f"Content-Type: application/octet-stream\nContent-Disposition: attachment; {value}\n\nx"
    return parse_message(raw.encode("utf-8", "surrogateescape")).attachments[0].name


@pytest.mark.threat(37)
@pytest.mark.parametrize(
    ("value", "label"),
    [
        ('filename="../../../etc/passwd"', "passwd"),
        ('filename="..\\\\..\\\\windows\\\\win.ini"', "win.ini"),
        ('filename="/var/www/.htaccess"', ".htaccess"),
        ('filename="C:\\secret\\a.txt"', "a.txt"),
        ('filename=".."', ""),
        ('filename="."', ""),
        ('filename="a\x00.php.png"', "a.php.png"),
        ("filename*=utf-8''a%0D%0ASet-Cookie%3A%20x.txt", "a Set-Cookie: x.txt"),
        ("filename*=utf-8''%E2%80%AEgpj.exe", "gpj.exe"),
        ("filename*=utf-8''..%2F..%2Fx.sh", "x.sh"),
        ("filename*=utf-8''%00", ""),
        ('filename="<script>alert(1)</script>"', "script>"),
        ('filename="=?utf-8?q?=2E=2E=2Fx=2Esh?="', "x.sh"),
        ('filename="CON"', "CON"),
        ("filename=\udcff\udcfe.pdf", "ÿþ.pdf"),
    ],
)
def test_a_file_name_is_a_harmless_label(value: str, label: str) -> None:
    assert read_name(value) == label


@pytest.mark.threat(37)
def test_an_endless_name_is_cut() -> None:
    assert len(read_name('filename="' + "ü" * 50_000 + '.pdf"')) <= 200

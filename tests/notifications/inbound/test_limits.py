"""The caps leave real mail alone and name the cause when they do not."""

from __future__ import annotations

from notifications.inbound.limits import find_excess
from tests.notifications.inbound.messages import read_expected, read_message
from tests.rows import each


@each("name", sorted(read_expected()))
def test_ordinary_mail_is_within_the_caps(name: str) -> None:
    assert find_excess(read_message(name)) is None


def test_big_but_sound_mail_is_within_the_caps() -> None:
    recipients = b", ".join(b"Somebody <number-%d@customer.example>" % n for n in range(1_000))
    hops = b"".join(b"Received: from a (b (c)) by d; now\n" for _ in range(50))
    body = b"x" * 2_000_000 + b"\n" + b"-- \n" * 5_000
    assert find_excess(hops + b"To: " + recipients + b"\nSubject: x\n\n" + body) is None


def test_a_hundred_parts_and_twelve_levels_are_within_the_caps() -> None:
    parts = b"".join(b"--b\nContent-Type: image/png\n\nx\n" for _ in range(150))
    assert find_excess(b"Content-Type: multipart/mixed; boundary=b\n\n" + parts) is None
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(12)
    )
    assert find_excess(nested + b"\nwords\n") is None


def test_text_without_headers_is_within_the_caps() -> None:
    assert find_excess(b"no mail at all " * 50_000) is None
    assert find_excess(b"") is None

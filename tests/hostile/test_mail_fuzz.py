"""Whatever the bytes: parsed without an exception, storable, in bounded time."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.inbound.authentic import authenticate
from notifications.inbound.automatic import classify
from notifications.inbound.limits import find_excess
from notifications.inbound.parse import parse_message
from notifications.inbound.sanitise import clean_html, clean_line, clean_text, is_storable
from tests.hostile.mail_shapes import SHAPES
from tests.hostile.storable import assert_storable
from tests.notifications.inbound.messages import read_expected, read_message
from tests.rows import each

pytestmark = [pytest.mark.threat(23), pytest.mark.threat(25), pytest.mark.threat(30)]

PIECES = [
    b"From: ", b"Subject: ", b"To: ", b"Content-Type: ", b"multipart/mixed", b"; boundary=", b"b",
    b"text/html", b"message/rfc822", b"message/delivery-status", b"Content-Disposition: ",
    b"attachment", b"; filename=", b"*0*=utf-8''", b"%C3", b"Content-Transfer-Encoding: ",
    b"base64", b"quoted-printable", b"x-uuencode", b"; charset=", b"utf-16", b"utf-7",
    b"iso-2022-jp", b"gb2312", b"=?utf-8?b?", b"=?x?q?", b"?=", b"\n", b"\r\n", b"\r", b"\n\n",
    b"--b\n", b"--b--\n", b" ", b"\t", b'"', b"\\", b"(", b")", b"<", b">", b",", b";", b":",
    b"@", b"=", b"\x00", b"\xff", b"\xc3", b"\x1b$B", b"\xed\xa0\x80", b"a@b.example",
    b"Message-ID: ", b"References: ", b"Date: ", b"Auto-Submitted: ", b"MAILER-DAEMON",
    b"failure notice", b"5.1.1", b"Authentication-Results: us; dmarc=pass header.from=",
    b"Status: ", b"Action: failed", b"format=flowed", b"<div>", b"&#", b"\xe2\x80\xae",
]  # fmt: skip
RELAXED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)

MUTATIONS = 12  # of each message, in every run the same


def read_all(raw: bytes) -> None:
    find_excess(raw)
    parsed = parse_message(raw)
    assert_storable(parsed)
    found = classify(parsed)
    verdict = authenticate(parsed, authserv_id="us")
    for text in (
        *found.evidence,
        *found.named_ids,
        found.original_message_id or "",
        verdict.detail,
    ):
        assert is_storable(text)
    assert is_storable(clean_html(parsed.html).html)


@RELAXED
@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_message(raw: bytes) -> None:
    read_all(raw)


@RELAXED
@given(st.lists(st.sampled_from(PIECES), max_size=120))
def test_any_pieces_of_mail_are_a_message(pieces: list[bytes]) -> None:
    read_all(b"".join(pieces))


@RELAXED
@given(st.text(max_size=500))
def test_any_text_becomes_storable(text: str) -> None:
    assert is_storable(clean_text(text))
    line = clean_line(text)
    assert is_storable(line)
    assert len(line.splitlines()) <= 1


@RELAXED
@given(st.text(alphabet="<>/ab ='\"&;-!\u00fc\n", max_size=800))
def test_any_html_is_cleaned(html: str) -> None:
    assert is_storable(clean_html(html).html)


@each("name", sorted(read_expected()))
def test_mutated_messages_are_read(name: str) -> None:
    """Bytes flipped, cut out, doubled and moved; pieces of mail thrown in."""
    chance = random.Random(name)
    raw = read_message(name)
    for _ in range(MUTATIONS):
        read_all(mutate(raw, chance))


def mutate(raw: bytes, chance: random.Random) -> bytes:
    data = bytearray(raw)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(data) + 1)
        other = min(len(data), place + chance.randint(0, 60))
        match chance.randrange(5):
            case 0:
                data[place:other] = bytes(chance.randrange(256) for _ in range(other - place))
            case 1:
                del data[place:other]
            case 2:
                data[place:place] = data[place:other] * chance.randint(1, 30)
            case 3:
                data[place:place] = chance.choice(PIECES) * chance.randint(1, 40)
            case _:
                target = chance.randrange(len(data) + 1)
                data[target:target] = data[place:other]
    return bytes(data)


@pytest.mark.parametrize("seed", range(40))
def test_a_megabyte_of_any_two_pieces_takes_bounded_time(seed: int) -> None:
    """The search that found the kept shapes, a little of it in every run."""
    chance = random.Random(seed)
    head = b"".join(chance.choices(PIECES, k=chance.randint(0, 12)))
    unit = b"".join(chance.choices(PIECES, k=chance.randint(1, 3)))
    raw = head + unit * (len(next(iter(SHAPES.values()))) // len(unit))
    began = time.process_time()
    if find_excess(raw) is None:
        parsed = parse_message(raw)
        classify(parsed)
        authenticate(parsed, authserv_id="us")
        clean_html(parsed.html)
    assert time.process_time() - began < 1.0

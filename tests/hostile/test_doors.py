"""Strangers at the mail door: smuggling, relaying, crowding, stalling (rows 1 to 6)."""

from __future__ import annotations

import contextlib
import threading
import time

import pytest
from psycopg import InterfaceError, OperationalError

from notifications.inbound.doors import protocol
from notifications.models import Inbound
from tests.notifications.conftest import no_checks, no_listeners, thread  # noqa: F401
from tests.notifications.doors.conftest import (  # noqa: F401
    open_door,
    open_line,
    own_registry,
    send,
)

DESK = "desk@acme.example.com"
ENVELOPE = b"MAIL FROM:<boss@acme.example.com>\r\nRCPT TO:<desk@acme.example.com>\r\nDATA\r\n"


@pytest.fixture
def talk(open_door, open_line):  # noqa: F811
    """A line to a door of one's own, which has said hello and named a recipient."""

    def begin(channel="smtp", recipients=(DESK,), **limits):
        line = open_line(open_door(channel, **limits).port)
        line.begin(*recipients, hello="LHLO" if channel == "lmtp" else "EHLO")
        return line

    return begin


ENDS = [
    b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r.\n", b"\r\n.\n", b"\r\n.\r", b"\n\r.\n\r",
    b"\r\n\x00.\r\n", b"\r\n.\x00\r\n", b"\r\n. \r\n", b"\r\n\t.\r\n", b"\r\r\n.\r\r\n",
    b"\x0b.\x0b", b"\xc2\x85.\xc2\x85",
]  # fmt: skip


@pytest.mark.threat(1)
@pytest.mark.parametrize("channel", ["smtp", "lmtp"])
@pytest.mark.parametrize("end", ENDS, ids=[end.hex() for end in ENDS])
def test_no_other_end_of_a_message_ends_it(talk, channel, end):
    line = talk(channel)
    line.say("DATA")
    inner = ENVELOPE + b"Subject: smuggled\r\n\r\nforged"
    answer = line.say(b"Subject: outer\r\n\r\nfirst" + end + inner + b"\r\n.\r\n")
    assert answer == "250 2.6.0 Stored"
    assert [mail.envelope_from for mail in Inbound.objects.all()] == ["a@example.com"]
    assert inner in bytes(Inbound.objects.get().raw)


@pytest.mark.threat(1)
def test_commands_behind_the_real_end_are_commands_of_the_same_client(talk):
    """Pipelining after the dot is lawful: what follows is answered as what it is, in its order."""
    line = talk()
    line.say("DATA")
    line.send(b"Subject: one\r\n\r\n1\r\n.\r\nMAIL FROM:<b@example.com>\r\nNONSENSE\r\n")
    assert [line.read()[:3] for _ in range(3)] == ["250", "250", "500"]
    assert Inbound.objects.count() == 1


@pytest.mark.threat(2)
@pytest.mark.guarantee("G1")
@pytest.mark.parametrize(
    "fault",
    [OperationalError("to 10.0.0.1"), InterfaceError("closed"), MemoryError(), ValueError("x@y")],
    ids=lambda fault: type(fault).__name__,
)
def test_whatever_fails_of_ours_is_temporary_and_says_nothing(talk, monkeypatch, fault):
    """Seen to fail when `handle_exception` said 250."""
    from notifications.inbound import storing

    line = talk()

    def fail(*_, **__):
        raise fault

    monkeypatch.setattr(storing.rows, "store_many", fail)
    monkeypatch.setattr(storing.rows, "store", fail)
    line.say("DATA")
    assert line.say(b"Subject: x\r\n\r\nx\r\n.\r\n") == "451 4.3.0 Try again later"
    monkeypatch.undo()
    assert not Inbound.objects.exists()


@pytest.mark.threat(3)
@pytest.mark.parametrize("size", ["1001", "99999999999999999999", "1001 BODY=8BITMIME"])
def test_a_size_that_is_announced_is_refused_before_it_is_sent(open_door, open_line, size):  # noqa: F811
    line = open_line(open_door(size=1000).port)
    line.read()
    line.say("EHLO client.example.com")
    assert line.say(f"MAIL FROM:<a@example.com> SIZE={size}") == protocol.TOO_LARGE


@pytest.mark.threat(3)
def test_one_endless_line_is_measured_while_it_comes(talk):
    line = talk(size=50_000)
    line.say("DATA")
    for _ in range(40):
        line.send(b"x" * 10_000)
    assert line.say(b"\r\n.\r\n") == protocol.TOO_LARGE
    assert (protocol.Held.total, Inbound.objects.count()) == (0, 0)
    assert line.say("NOOP").startswith("250")


@pytest.mark.threat(4)
def test_a_thousand_recipients(talk):
    line = talk(
        recipients=(),
    )
    answers = [line.say(f"RCPT TO:<{DESK}>")[:9] for _ in range(110)]
    assert answers[:100] == ["250 2.1.5"] * 100
    assert answers[100:] == ["452 4.5.3"] * 10
    line.say("DATA")
    assert line.say(b"Subject: x\r\n\r\nx\r\n.\r\n").startswith("250")
    assert Inbound.objects.count() == 1, "one mail for one mailbox, however often it is named"


@pytest.mark.threat(5)
@pytest.mark.parametrize(
    "address",
    [
        "x@elsewhere.example", "@acme.example.com:x@elsewhere.example",
        "x%elsewhere.example@acme.example.com", "elsewhere.example!x@acme.example.com",
        '"x@elsewhere.example"@acme.example.com', "desk@acme.example.com.", "desk", "",
        "desk@acme.example.com@elsewhere.example", "reply+" + "a" * 15 + "@acme.example.com",
        "desk@[127.0.0.1]", "desk@acme.example.com\x00", "x" * 400 + "@acme.example.com",
        "ｄｅｓｋ@acme.example.com", "desk@аcme.example.com",
    ],
)  # fmt: skip
def test_nothing_is_relayed_and_nobody_else_has_a_mailbox(talk, address):
    line = talk(recipients=())
    answer = line.say(f"RCPT TO:<{address}>")
    assert answer[0] == "5", answer
    assert line.say("DATA")[0] == "5"


@pytest.mark.threat(6)
def test_a_client_that_drips_is_told_and_dropped(open_door, open_line):  # noqa: F811
    line = open_line(open_door(idle_s=0.4).port)
    line.read()
    assert line.read() == protocol.TOO_SLOW
    assert line.socket.recv(10) == b""


@pytest.mark.threat(6)
def test_half_open_clients_are_let_go_and_others_get_in(open_door, open_line):  # noqa: F811
    door = open_door(connections=5, idle_s=0.5)
    silent = [open_line(door.port) for _ in range(5)]
    for line in silent:
        line.read()
    assert open_line(door.port).read() == protocol.TOO_MANY_CONNECTIONS
    deadline = time.monotonic() + 10
    answer = ""
    while not answer.startswith("220") and time.monotonic() < deadline:
        time.sleep(0.1)
        answer = open_line(door.port).read()
    assert answer.startswith("220")


@pytest.mark.threat(6)
def test_clients_that_vanish_in_the_middle_leave_nothing(open_door, open_line):  # noqa: F811
    door = open_door(connections=20)

    def vanish(after):
        with contextlib.suppress(OSError):
            line = open_line(door.port)
            line.begin(DESK)
            line.say("DATA")
            line.send(b"Subject: half\r\n" * after)
            line.close()

    threads = [threading.Thread(target=vanish, args=(n,)) for n in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)
    deadline = time.monotonic() + 10
    while protocol.Held.total and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (protocol.Held.total, Inbound.objects.count()) == (0, 0)

"""A real door in a thread, and clients that speak to it byte by byte."""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from notifications.inbound import mailboxes
from notifications.inbound.doors.lmtp import Door, Limits


class RunningDoor:
    """A door on a port of its own, in a thread with its own event loop."""

    def __init__(self, channel: str, limits: Limits) -> None:
        self.loop = asyncio.new_event_loop()
        self.door = Door(channel=channel, host="127.0.0.1", port=0, limits=limits)
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self._call(self.door.start())

    @property
    def port(self) -> int:
        return self.door.port

    def stop(self, patience_s: float = 1.0) -> None:
        self._call(self.door.stop(patience_s))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()

    def _call(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)


class Line:
    """A raw conversation: what is sent is sent as it is."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self._file = self.socket.makefile("rb")

    def read(self) -> str:
        """Return one reply, its lines joined."""
        lines = []
        while True:
            line = self._file.readline()
            lines.append(line.decode().rstrip("\r\n"))
            if line[3:4] != b"-":
                return "\n".join(lines)

    def say(self, data: bytes | str) -> str:
        self.send(data)
        return self.read()

    def send(self, data: bytes | str) -> None:
        raw = data.encode() + b"\r\n" if isinstance(data, str) else data
        self.socket.sendall(raw)

    def begin(self, *recipients: str, hello: str = "EHLO", sender: str = "a@example.com") -> None:
        assert self.read().startswith("220")
        assert self.say(f"{hello} client.example.com").startswith("250")
        assert self.say(f"MAIL FROM:<{sender}>").startswith("250")
        for recipient in recipients:
            assert self.say(f"RCPT TO:<{recipient}>").startswith("250")

    def close(self) -> None:
        self._file.close()
        self.socket.close()


@pytest.fixture
def open_door(transactional_db: None) -> Iterator[Callable[..., RunningDoor]]:
    with contextlib.ExitStack() as stack:

        def make(channel: str = "smtp", **limits: Any) -> RunningDoor:
            running = RunningDoor(channel, Limits(**{"workers": 2, **limits}))
            stack.callback(running.stop)
            return running

        yield make


@pytest.fixture
def open_line() -> Iterator[Callable[[int], Line]]:
    with contextlib.ExitStack() as stack:

        def make(port: int) -> Line:
            line = Line(port)
            stack.callback(line.close)
            return line

        yield make


@pytest.fixture
def send(open_door: Callable[..., RunningDoor]) -> Callable[..., Any]:
    """Send one message to a door by smtplib and return its answer."""

    def deliver(port: int, raw: bytes, *recipients: str, sender: str = "a@example.com") -> Any:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
            return client.sendmail(sender, list(recipients), raw)

    return deliver


@pytest.fixture(autouse=True)
def own_registry() -> Iterator[None]:
    """Mailboxes that other apps vouch for do not count here."""
    saved = list(mailboxes._mailboxes), list(mailboxes._domains)
    mailboxes._mailboxes[:] = [lambda address: address == "desk@acme.example.com"]
    mailboxes._domains[:] = []
    yield
    mailboxes._mailboxes[:], mailboxes._domains[:] = saved

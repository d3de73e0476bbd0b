"""A mail server that delivers by LMTP over connections that it keeps, as Postfix does.

Arguments: port, mails, bytes per mail, connections, number of the first mail, seconds at most.
"""

from __future__ import annotations

import selectors
import socket
import sys
from collections.abc import Iterator

from bench.children import Stopwatch, tell, wait_for_start
from bench.mails import DOMAIN, SENDER, make_mails


class Conversation:
    """One connection. Commands go out in one piece (RFC 2920), then the message."""

    def __init__(self, port: int, mails: Iterator[tuple[str, bytes]]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._mails = mails
        self._message = b""
        self._buffer = b""
        self.accepted = 0
        self._read_reply()
        self.socket.sendall(b"LHLO bench.example.com\r\n")
        self._read_reply()

    def begin(self) -> bool:
        """Send the commands of the next mail; False when there is none."""
        token, raw = next(self._mails, ("", b""))
        if not raw:
            return False
        self._message = raw + b".\r\n"
        commands = f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<reply+{token}@{DOMAIN}>\r\nDATA\r\n"
        self.socket.sendall(commands.encode())
        return True

    def take(self) -> bool:
        """Read what has come; False when this connection has nothing left to do."""
        self._buffer += self.socket.recv(65536)
        while b"\r\n" in self._buffer:
            line, _, self._buffer = self._buffer.partition(b"\r\n")
            if line.startswith(b"354"):
                self.socket.sendall(self._message)
            elif line.startswith(b"250 2.6"):
                self.accepted += 1
                return self.begin()
            elif not line.startswith(b"250"):
                raise RuntimeError(f"the door refused: {line.decode()}")
        return True

    def _read_reply(self) -> None:
        while not self._buffer.endswith(b"\r\n") or self._buffer[-5:].count(b"-") > 3:
            self._buffer += self.socket.recv(4096)
        self._buffer = b""


def main(port: int, count: int, size: int, connections: int, first: int, seconds: int) -> None:
    watch: Stopwatch | None = None
    prepared = list(make_mails(count, size=size, first=first))
    mails = (one for one in prepared if watch is None or watch.seconds < seconds)
    conversations = [Conversation(port, mails) for _ in range(connections)]
    wait_for_start()
    watch = Stopwatch()
    with selectors.DefaultSelector() as selector:
        for conversation in conversations:
            if conversation.begin():
                selector.register(conversation.socket, selectors.EVENT_READ, conversation)
        while selector.get_map():
            for key, _ in selector.select(60):
                if not key.data.take():
                    selector.unregister(key.fileobj)
    done = sum(conversation.accepted for conversation in conversations)
    tell(count=done, seconds=watch.seconds, cpu=watch.cpu_seconds)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

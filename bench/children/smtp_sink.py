"""A mail server that takes everything and keeps nothing. Argument: port."""

from __future__ import annotations

import asyncio
import sys

from bench.children import wait_for_start

END = b"\r\n.\r\n"
# As Postfix and nearly every other server: commands may come ahead of their answers.
GREETING = b"250-sink.example.com\r\n250-PIPELINING\r\n250 SIZE 20480000\r\n"
ANSWERS = {b"EHLO": GREETING, b"DATA": b"354 Go on\r\n", b"QUIT": b"221 Bye\r\n"}


class Sink(asyncio.Protocol):
    """One client's conversation, without a thought about what is said."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""
        self._in_message = False
        transport.write(b"220 sink.example.com\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._take_one():
            pass

    def _take_one(self) -> bool:
        mark = END if self._in_message else b"\r\n"
        before, found, after = self._buffer.partition(mark)
        if not found:
            return False
        self._buffer = after
        verb = b"." if self._in_message else before[:4].upper()
        self._in_message = verb == b"DATA"
        self._transport.write(ANSWERS.get(verb, b"250 2.0.0 Ok\r\n"))
        return True


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    wait_for_start()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))

"""A DNS server for tests: UDP on loopback, with the records that a test writes."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class NameServer:
    """`texts` are TXT records by name; `silent` and `failing` names have no answer or SERVFAIL."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.silent: set[str] = set()
        self.failing: set[str] = set()
        self.asked: list[str] = []
        self.is_dead = False
        self.address = ""

    def answer(self, request: bytes) -> bytes | None:
        query = dns.message.from_wire(request)
        name = query.question[0].name.to_text().rstrip(".").lower()
        self.asked.append(name)
        if self.is_dead or name in self.silent:
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if name in self.failing:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif name in self.texts:
            records = [_quote(text) for text in self.texts[name]]
            response.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *records))
        elif name:
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire(max_size=65_535)


def _quote(text: str) -> str:
    """Return a record as strings of at most 255 characters."""
    return " ".join(f'"{text[at : at + 255]}"' for at in range(0, max(len(text), 1), 255))


@contextmanager
def run_name_server() -> Iterator[NameServer]:
    """Serve until the block ends. `address` is host:port."""
    names = NameServer()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, line = self.request
            reply = names.answer(data)
            if reply is not None:
                line.sendto(reply, self.client_address)

    server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    names.address = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield names
    finally:
        server.shutdown()
        server.server_close()
        time.sleep(0)

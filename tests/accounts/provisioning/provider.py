"""A provider with an HTTP interface, as a process of its own: `python -m` this prints its port.

It checks signatures by itself, acts once per Idempotency-Key, and misbehaves as it is told by a
POST to /control: {"mode": …}. GET /seen tells what it did.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes .-)").decode()


def is_signed(headers: Any, body: bytes) -> bool:
    """Standard Webhooks, written a second time so that the desk's own slip would show."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    head = f"{headers['webhook-id']}.{headers['webhook-timestamp']}."
    message = head.encode() + body
    expected = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
    return f"v1,{expected}" in headers["webhook-signature"].split(" ")


class Provider(BaseHTTPRequestHandler):
    """One request; the state is shared by all."""

    mode = "done"
    delay_s = 0.0
    effects: dict[str, list[str]] = {}
    requests: list[dict[str, str]] = []
    guard = threading.Lock()

    def do_GET(self) -> None:
        with self.guard:
            self.answer(200, {"effects": self.effects, "requests": self.requests})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/control":
            for name, value in json.loads(body).items():
                setattr(Provider, name, value)
            self.answer(200, {})
            return
        with self.guard:
            self.requests.append({name.lower(): value for name, value in self.headers.items()})
        if not is_signed(self.headers, body):
            self.answer(401, {"status": "failed", "detail": "not signed"})
            return
        time.sleep(self.delay_s)
        misbehave = getattr(self, f"be_{self.mode}", None)
        if misbehave:
            misbehave()
        else:
            self.act(json.loads(body)["data"])

    def act(self, data: dict[str, Any]) -> None:
        """Act once per key: done, or pending first."""
        key, what = self.headers["Idempotency-Key"], f"{data['verb']} {data['item']['id']}"
        with self.guard:
            known = self.effects.get(key)
            if known and known[0] != what:
                self.answer(409, {"status": "failed", "detail": "the key was used for another"})
                return
            if self.mode == "pending" and not known:
                self.answer(202, {"status": "pending", "detail": "soon", "retry_after_s": 7})
                return
            if not known:
                self.effects[key] = [what]
        self.answer(200, {"status": "done", "detail": "Switched off."})

    def be_failed(self) -> None:
        self.answer(200, {"status": "failed", "detail": "the exchange is busy"})

    def be_error(self) -> None:
        self.answer(500, {"oops": True})

    def be_garbage(self) -> None:
        self.send(200, b"<html>It works!</html>")

    def be_nonsense(self) -> None:
        self.send(200, b'{"status": "perhaps", "detail": 3}')

    def be_deep(self) -> None:
        self.send(200, b"[" * 30_000)

    def be_redirect(self) -> None:
        self.send(302, b"", Location="http://127.0.0.1:1/")

    def be_huge(self) -> None:
        self.send(200, b'{"status": "done", "detail": "' + b"x" * 1_000_000 + b'"}')

    def be_busy(self) -> None:
        self.send(429, b"", Retry_After="120")

    def be_accepted(self) -> None:
        self.send(202, b"")

    def be_silent(self) -> None:
        time.sleep(30)

    def be_broken(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def answer(self, status: int, what: object) -> None:
        self.send(status, json.dumps(what).encode())

    def send(self, status: int, body: bytes, **headers: str) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # the caller has gone

    def log_message(self, *_: Any) -> None:
        pass


def main() -> None:
    """Serve on a free port of this machine until the standard input closes."""
    ThreadingHTTPServer.request_queue_size = 128
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()

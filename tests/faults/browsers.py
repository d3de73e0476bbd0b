"""Agents' browsers that write notes, each again and again until it was acknowledged."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

MAKE_CASE = """
import json, sys, django; django.setup()
from django.conf import settings
from django.test import Client
from config import clock
from tests.cases.build import Desk

def open_case():
    desk = Desk(items=1)
    desk.now = clock.now()
    return desk, desk.open()

desk, case = open_case()
more = [open_case()[1].number for _ in range(int((sys.argv[1:] or ["0"])[0]))]
client = Client()
client.force_login(desk.agent)
print(json.dumps({
    "case": case.number,
    "more": more,
    "session": [settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value],
    "csrf": settings.CSRF_COOKIE_NAME,
}))
"""
CSRF = "c" * 32


@dataclass(kw_only=True)
class Browsers:
    """`threads` people who each write `notes` notes on one case, by the page's own form."""

    port: int
    made: dict[str, Any]
    verb: str = "note"
    threads: int = 3
    pause_s: float = 0.02
    acknowledged: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    without_retry_after: int = 0
    broken: int = 0
    slowest_s: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        people = [threading.Thread(target=self._work, args=(n,)) for n in range(self.threads)]
        for person in people:
            person.start()
        try:
            yield
        finally:
            self._stop.set()
            for person in people:
                person.join(60)
                assert not person.is_alive(), "a note was never acknowledged"

    def _work(self, person: int) -> None:
        number = 0
        while not self._stop.is_set():
            note, number = f"note {person}.{number}", number + 1
            until = time.monotonic() + 45
            while not self.write(note):
                assert time.monotonic() < until, f"{note} was never acknowledged"
                time.sleep(0.1)
            self.acknowledged.append(note)
            time.sleep(self.pause_s)

    def write(self, note: str, *, case: str = "", verb: str = "") -> bool:
        """Send the form; say whether it was acknowledged. Anything else is tried again.

        `case` by its number, or else the one that all of them write on.
        """
        started = time.monotonic()
        case, verb = case or self.made["case"], verb or self.verb
        try:
            status, headers = self.post(
                f"/desk/case/{case}/do/{verb}/", key=f"{case}{note}"[:60], text=note
            )
        except (OSError, http.client.HTTPException):
            self.broken += 1
            return False
        self.slowest_s = max(self.slowest_s, time.monotonic() - started)
        self.answers[status] += 1
        if status >= 500 and "Retry-After" not in headers:
            self.without_retry_after += 1
        return status == 302

    def post(self, path: str, *, key: str, **fields: str) -> tuple[int, Any]:
        return self.ask("POST", path, body=urlencode(fields), key=key)

    def ask(self, method: str, path: str, *, body: str = "", key: str = "") -> tuple[int, Any]:
        name, value = self.made["session"]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, body, {
                "Cookie": f"{name}={value}; {self.made['csrf']}={CSRF}", "X-CSRFToken": CSRF,
                "Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": key,
            })  # fmt: skip
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers
        finally:
            connection.close()


def read_made(output: str) -> dict[str, Any]:
    """What MAKE_CASE printed, behind whatever else was printed."""
    return json.loads(output.strip().splitlines()[-1])

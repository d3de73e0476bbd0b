"""One look into a mailbox: what is there and not known yet is stored, then marked or moved.

By UID and UIDVALIDITY, compared with what was dealt with before, never by "unseen": other programs
and outages take mail out of that set. The server's count is compared with what it lists.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from imapclient import IMAPClient

from config import clock
from notifications.inbound.health import note_door_alive
from notifications.inbound.imap.connection import TROUBLE, CannotRead, explain, select_folder
from notifications.inbound.imap.keeping import MB, Found, Outcome, keep_headers, keep_mail
from notifications.models import Fetched, Mailbox

SIZES_AT_ONCE = 500
MAILS_AT_ONCE, BYTES_AT_ONCE = 20, 4 * MB
MOST_HEADERS = 64 * 1024
COUNTS = 3  # how often a count that does not fit is taken again
TRIES = 3  # how often the server is asked for one mail


class Reader:
    """Reads one mailbox over one connection."""

    def __init__(self, client: IMAPClient, mailbox: Mailbox, stop: threading.Event) -> None:
        self.client, self.mailbox, self._stop = client, mailbox, stop
        self._limit = mailbox.largest_mb * MB
        self._tries: Counter[int] = Counter()
        self._seen: tuple[Any, ...] = ()
        self._is_complete = False

    def read(self) -> str:
        """Store everything that is new; return what could not be done after that, or "".

        When it returns, everything that had come before the call is committed. Raises CannotRead,
        TROUBLE and the database's errors; what was stored until then stays stored.
        """
        numbers = select_folder(self.client, self.mailbox.folder)
        state = tuple(numbers.get(key) for key in (b"UIDVALIDITY", b"UIDNEXT", b"EXISTS"))
        if self._is_complete and state == self._seen and None not in state:
            return ""
        self._is_complete = False
        uidvalidity, present = self._list(numbers)
        known = self._read_known(uidvalidity)
        missing = [uid for uid in sorted(present) if self._is_missing(known.get(uid))]
        left = self._fetch(uidvalidity, missing)
        trouble = self._settle(uidvalidity, present)
        if left and not self._stop.is_set():
            raise CannotRead(f"{left} mails could not be fetched yet; they are tried again.")
        self._seen, self._is_complete = state, not (left or trouble)
        return trouble

    def _list(self, numbers: dict[bytes, int]) -> tuple[int, set[int]]:
        """The UIDs that are there. Raises CannotRead when they are fewer than the server counts."""
        for _ in range(COUNTS):
            present = set(self.client.search("ALL"))
            if len(present) >= numbers[b"EXISTS"]:
                return int(numbers[b"UIDVALIDITY"]), present
            numbers = select_folder(self.client, self.mailbox.folder)
        raise CannotRead(
            f"The server counts {numbers[b'EXISTS']} mails in {self.mailbox.folder} but lists "
            f"{len(present)}. Nothing is taken for complete; it is looked at again."
        )

    def _read_known(self, uidvalidity: int) -> dict[int, tuple[str, int]]:
        rows = Fetched.objects.filter(mailbox=self.mailbox, uidvalidity=uidvalidity)
        return {
            uid: (outcome, size)
            for uid, outcome, size in rows.values_list("uid", "outcome", "size")
        }

    def _is_missing(self, known: tuple[str, int] | None) -> bool:
        """New, or left out for its size under a lower limit than today's."""
        return known is None or (known[0] == Outcome.TOO_LARGE and known[1] <= self._limit)

    def _fetch(self, uidvalidity: int, missing: Sequence[int]) -> int:
        """Store what is missing, sizes looked at first; return how many are still missing."""
        left = 0
        for part in _cut(missing, SIZES_AT_ONCE):
            answer = self.client.fetch(part, ["RFC822.SIZE"])
            sizes = {uid: int(answer[uid][b"RFC822.SIZE"]) for uid in part if uid in answer}
            small = [uid for uid, size in sizes.items() if size <= self._limit]
            for uid in sizes.keys() - set(small):
                self._keep_headers(uidvalidity, uid, sizes[uid], Outcome.TOO_LARGE)
            for batch in _cut_by_size(small, sizes):
                if self._stop.is_set():
                    return left + 1
                left += self._fetch_batch(uidvalidity, batch, sizes)
                note_door_alive(door=self.mailbox.door)
        return left

    def _fetch_batch(self, uidvalidity: int, batch: list[int], sizes: dict[int, int]) -> int:
        wanted = f"BODY.PEEK[]<0.{self._limit + 1}>"
        answer = self.client.fetch(batch, [wanted, "INTERNALDATE"])
        left = 0
        for uid in batch:
            raw = answer.get(uid, {}).get(b"BODY[]<0>")
            if not raw:
                left += self._try_later(uidvalidity, uid, sizes[uid])
            elif len(raw) > self._limit:
                self._keep_headers(uidvalidity, uid, len(raw), Outcome.TOO_LARGE)
            else:
                found = _describe(uidvalidity, uid, len(raw), answer[uid], raw)
                self._keep(found)
        return left

    def _keep(self, found: Found) -> None:
        try:
            keep_mail(self.mailbox, found, now=clock.now())
        except IntegrityError:
            # Another process reads the same mailbox and was faster with this very mail.
            if not self._is_known(found):
                raise

    def _is_known(self, found: Found) -> bool:
        return Fetched.objects.filter(
            mailbox=self.mailbox, uidvalidity=found.uidvalidity, uid=found.uid
        ).exists()

    def _try_later(self, uidvalidity: int, uid: int, size: int) -> int:
        """A mail that is listed and not handed over: it may be gone by the next look."""
        self._tries[uid] += 1
        if self._tries[uid] < TRIES:
            return 1
        if uid in self.client.search(["UID", str(uid)]):
            self._keep_headers(uidvalidity, uid, size, Outcome.UNREADABLE)
        return 0

    def _keep_headers(self, uidvalidity: int, uid: int, size: int, outcome: str) -> None:
        wanted = f"BODY.PEEK[HEADER]<0.{MOST_HEADERS}>"
        answer = self.client.fetch([uid], [wanted, "INTERNALDATE"]).get(uid, {})
        raw = answer.get(b"BODY[HEADER]<0>") or b""
        if not raw and outcome == Outcome.TOO_LARGE:
            return  # it was deleted meanwhile
        raw = raw or f"X-Unreadable: {self.mailbox.door}/{uidvalidity}/{uid}\r\n\r\n".encode()
        found = _describe(uidvalidity, uid, size, answer, raw)
        keep_headers(self.mailbox, found, outcome=outcome, now=clock.now())

    def _settle(self, uidvalidity: int, present: set[int]) -> str:
        """Move or mark what is stored, also from an earlier run; say what failed."""
        rows = Fetched.objects.filter(
            mailbox=self.mailbox, uidvalidity=uidvalidity, settled_at=None
        )
        waiting = sorted(rows.values_list("uid", flat=True))
        try:
            for part in _cut([uid for uid in waiting if uid in present], SIZES_AT_ONCE):
                self._mark(part)
        except (CannotRead, *TROUBLE) as error:
            return f"Stored mail could not be moved or marked: {explain(error)}"
        for part in _cut(waiting, SIZES_AT_ONCE):
            rows.filter(uid__in=part).update(settled_at=clock.now())
        return ""

    def _mark(self, uids: list[int]) -> None:
        archive = self.mailbox.archive_folder
        if not archive:
            if self.mailbox.flag:
                self.client.add_flags(uids, [self.mailbox.flag.encode()], silent=True)
        elif self.client.has_capability("MOVE"):
            self.client.move(uids, archive)
        elif self.client.has_capability("UIDPLUS"):
            self.client.copy(uids, archive)
            self.client.delete_messages(uids, silent=True)
            self.client.uid_expunge(uids)
        else:
            raise CannotRead("this server cannot move mail. Leave the archive folder empty.")


def _describe(uidvalidity: int, uid: int, size: int, answer: dict[bytes, Any], raw: bytes) -> Found:
    arrived_at = answer.get(b"INTERNALDATE")
    if not isinstance(arrived_at, datetime) or arrived_at.tzinfo is None:
        arrived_at = None
    return Found(uidvalidity=uidvalidity, uid=uid, size=size, arrived_at=arrived_at, raw=raw)


def _cut(uids: Sequence[int], length: int) -> Iterator[list[int]]:
    for start in range(0, len(uids), length):
        yield list(uids[start : start + length])


def _cut_by_size(uids: Iterable[int], sizes: dict[int, int]) -> Iterator[list[int]]:
    """Batches of few mails and few bytes; a large mail goes alone."""
    batch: list[int] = []
    total = 0
    for uid in uids:
        if batch and (len(batch) == MAILS_AT_ONCE or total + sizes[uid] > BYTES_AT_ONCE):
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += sizes[uid]
    if batch:
        yield batch

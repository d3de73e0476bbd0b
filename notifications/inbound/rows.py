"""The statements that run for every mail, written out: building them anew costs more than running
them. What they say is checked by the tests of `processing`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

import psycopg
from django.db import connection, transaction
from psycopg import AsyncConnection
from psycopg.types.numeric import Int8

from notifications.models import Inbound

ENVELOPE = (
    "id", "channel", "recipient", "recipient_token", "envelope_from", "raw", "size", "sha256",
    "received_at", "attempts", "processed_at",
)  # fmt: skip
STORED = (
    "channel", "recipient", "recipient_token", "envelope_from", "raw", "size", "sha256",
    "received_at",
)  # fmt: skip
WRITTEN = (
    "status", "processed_at", "problem", "from_name", "from_email", "subject", "message_id",
    "in_reply_to", "references", "sent_at", "text", "html", "reply_text", "kind", "evidence",
    "authenticity", "authenticity_detail", "matched_by", "thread_id", "about_email_id",
    "disposition", "disposition_note",
)  # fmt: skip

# What has to be named where a column's values travel together; all other columns hold text.
KINDS = {
    "processed_at": "timestamptz", "sent_at": "timestamptz", "evidence": "jsonb",
    "thread_id": "bigint", "about_email_id": "bigint",
}  # fmt: skip

# Of one statement. Each number of rows is a statement of its own, which PostgreSQL plans once.
MOST_ROWS = 16
MOST_BYTES = 2_000_000  # of one batch, but for a larger mail alone: so few are held at once

INSERT = f"""
INSERT INTO notifications_inbound
       ({", ".join(STORED)},
        status, attempts, problem, from_name, from_email, subject, message_id, in_reply_to,
        "references", text, html, reply_text, kind, evidence, authenticity, authenticity_detail,
        matched_by, suggestion, disposition, disposition_note)
"""
FRESH = """
'received', 0, '', '', '', '', '', '', '', '', '', '', 'human', '[]', 'none', '', '', '', '', ''
"""
ONCE = "ON CONFLICT (channel, recipient, sha256) DO NOTHING"
STORE = f"""
{INSERT} VALUES ({", ".join(["%s"] * len(STORED))}, {FRESH}) {ONCE} RETURNING id
"""
# Replies to threads of ours go first: whoever floods the open addresses holds up no customer who
# answers us. A quarter of each batch stays for the others, whatever floods the threads (G22).
LOOK = """
WITH reply AS (
    SELECT id, attempts, size FROM notifications_inbound
     WHERE status = 'received' AND recipient_token <> ''
       AND (lease_until IS NULL OR lease_until < now())
       AND (%(id)s::bigint IS NULL OR id = %(id)s)
     ORDER BY received_at, id LIMIT %(limit)s - %(limit)s / 4 FOR UPDATE SKIP LOCKED
), other AS (
    SELECT id, attempts, size FROM notifications_inbound
     WHERE status = 'received' AND recipient_token = ''
       AND (lease_until IS NULL OR lease_until < now())
       AND (%(id)s::bigint IS NULL OR id = %(id)s)
     ORDER BY received_at, id LIMIT %(limit)s - (SELECT count(*) FROM reply)
       FOR UPDATE SKIP LOCKED
)
SELECT * FROM reply UNION ALL SELECT * FROM other
"""
BEGIN = f"""
UPDATE notifications_inbound
   SET attempts = attempts + 1, lease_until = now() + make_interval(secs => %s)
 WHERE id = ANY(%s)
RETURNING {", ".join(ENVELOPE)}
"""  # noqa: S608 - the names stand above
WRITE = f"""
UPDATE notifications_inbound
   SET lease_until = NULL, {", ".join(f'"{name}" = %s' for name in WRITTEN)}
 WHERE id = %s AND status = 'received'
"""  # noqa: S608 - the names stand above
WRITE_ALL = f"""
UPDATE notifications_inbound AS mail
   SET lease_until = NULL, {", ".join(f'"{name}" = new."{name}"' for name in WRITTEN)}
  FROM unnest(%b::bigint[], {", ".join(f"%b::{KINDS.get(name, 'text')}[]" for name in WRITTEN)})
       AS new(id, {", ".join(f'"{name}"' for name in WRITTEN)})
 WHERE mail.id = new.id AND mail.status = 'received'
"""  # noqa: S608 - the names stand above
GIVE_BACK = """
UPDATE notifications_inbound SET attempts = attempts - 1, lease_until = NULL
 WHERE id = ANY(%s) AND status = 'received'
"""
FIND_TOKENS = b"""
SELECT token FROM notifications_thread WHERE token = ANY(string_to_array(%b, ' '))
"""
LOOK_UP = """
SELECT token, true, id, id, NULL FROM notifications_thread WHERE token = ANY(%s)
UNION ALL
SELECT message_id, false, id, thread_id, status FROM notifications_email
 WHERE message_id = ANY(%s)
"""


@dataclass(frozen=True, kw_only=True)
class Ours:
    """What stands about one of our own mails."""

    email_id: int
    thread_id: int | None
    is_unknown: bool


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of the threads and mails that were asked for."""

    threads: dict[str, int] = field(default_factory=dict)  # by token
    emails: dict[str, Ours] = field(default_factory=dict)  # by Message-ID


def store(inbound: Inbound) -> bool:
    """Insert a mail and set its number. False: it is there already."""
    with connection.cursor() as cursor:
        cursor.execute(STORE, [getattr(inbound, name) for name in STORED])
        row = cursor.fetchone()
    if row is None:
        return False
    inbound.pk = row[0]
    inbound._state.adding = False
    inbound._state.db = "default"
    return True


async def store_many(line: AsyncConnection[Any], mails: Sequence[tuple[Any, ...]]) -> int:
    """Insert (channel, recipient, token, sender, raw, sha256, received_at), all or none of them.

    `line` commits each statement by itself. Return how many were new.
    """
    if len(mails) <= MOST_ROWS:
        return (await line.execute(*write_insert(mails))).rowcount
    new = 0
    async with line.transaction():
        for start in range(0, len(mails), MOST_ROWS):
            some = mails[start : start + MOST_ROWS]
            new += (await line.execute(*write_insert(some))).rowcount
    return new


def write_insert(mails: Sequence[tuple[Any, ...]]) -> tuple[bytes, list[Any]]:
    """Return the statement that inserts these mails (see `store_many`), and its values."""
    values: list[Any] = []
    for channel, recipient, token, sender, raw, digest, received_at in mails:
        values += channel, recipient, token, sender, raw, Int8(len(raw)), digest, received_at
    return _write_insert(len(mails)), values


@cache
def _write_insert(count: int) -> bytes:
    row = f"({', '.join(['%b'] * len(STORED))}, {FRESH})"
    return f"{INSERT} VALUES {', '.join([row] * count)} {ONCE}".encode()


async def find_tokens(line: AsyncConnection[Any], tokens: Sequence[str]) -> set[str]:
    """Return those of these tokens that are a thread's."""
    found = await line.execute(FIND_TOKENS, [" ".join(tokens)])
    return {token for (token,) in await found.fetchall()}


def begin(*, limit: int, lease: timedelta, inbound_id: int | None = None) -> list[Inbound]:
    """Take mails that wait, replies first, then by age, and count an attempt at each, at once.

    Only small mails that were never tried are taken together. One that was tried before may have
    ended its worker, and with it this attempt at all the others: from then on each of them is
    taken alone, so that the poison has nobody to drag along (G3).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOOK, {"id": inbound_id, "limit": limit})
        ids = _choose_batch(cursor.fetchall())
        if not ids:
            return []
        cursor.execute(BEGIN, [lease.total_seconds(), ids])
        taken = {row[0]: _make(row) for row in cursor.fetchall()}
    return [taken[one] for one in ids]


def _choose_batch(waiting: Sequence[tuple[int, int, int]]) -> list[int]:
    """Return the first of (id, attempts, size), with those that may go together with it."""
    ids: list[int] = []
    total = 0
    for inbound_id, attempts, size in waiting:
        total += size
        if ids and (attempts or total > MOST_BYTES):
            break
        ids.append(inbound_id)
        if attempts:
            break
    return ids


def _make(row: Sequence[Any]) -> Inbound:
    """A mail with its envelope and raw bytes: everything else is about to be found out."""
    inbound = Inbound(**dict(zip(ENVELOPE, row, strict=True)))
    inbound._state.adding = False
    inbound._state.db = "default"
    return inbound


def write(inbound: Inbound) -> bool:
    """Write what was found out. False: another worker was faster."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [*_list_values(inbound), inbound.pk])
        return bool(cursor.rowcount)


def write_all(mails: Sequence[Inbound]) -> None:
    """The same for many, in one statement. Those of which another worker was faster stay as he
    wrote them.

    In binary, where nothing has to be escaped: a seventh of the processor time.
    """
    columns = zip(*((mail.pk, *_list_values(mail)) for mail in mails), strict=True)
    with connection.cursor(), connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)
        cursor.execute(WRITE_ALL.encode(), [list(column) for column in columns])


def give_back(ids: Sequence[int]) -> None:
    """Undo `begin` for mails that nobody has looked at."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, [list(ids)])


def _list_values(inbound: Inbound) -> list[Any]:
    values = [getattr(inbound, name) for name in WRITTEN]
    values[WRITTEN.index("evidence")] = json.dumps(inbound.evidence)
    return values


def look_up(*, tokens: Sequence[str], message_ids: Sequence[str]) -> Known:
    """Return the threads with these tokens, and those of our mails that have one of these ids."""
    known = Known()
    if not tokens and not message_ids:
        return known
    with connection.cursor() as cursor:
        cursor.execute(LOOK_UP, [list(tokens), list(message_ids)])
        for key, is_thread, pk, thread, status in cursor.fetchall():
            if is_thread:
                known.threads[key] = pk
            else:
                known.emails[key] = Ours(
                    email_id=pk, thread_id=thread, is_unknown=status == "unknown"
                )
    return known

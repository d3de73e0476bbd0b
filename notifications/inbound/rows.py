"""The statements that run for every mail, written out: building them anew costs more than running
them. What they say is checked by the tests of `processing`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

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

STORE = f"""
INSERT INTO notifications_inbound
       ({", ".join(STORED)},
        status, attempts, problem, from_name, from_email, subject, message_id, in_reply_to,
        "references", text, html, reply_text, kind, evidence, authenticity, authenticity_detail,
        matched_by, suggestion, disposition, disposition_note)
VALUES ({", ".join(["%s"] * len(STORED))},
        'received', 0, '', '', '', '', '', '', '', '', '', '', 'human', '[]', 'none', '', '', '',
        '', '')
ON CONFLICT (channel, recipient, sha256) DO NOTHING
RETURNING id
"""  # noqa: S608 - the names stand above
BEGIN = f"""
UPDATE notifications_inbound
   SET attempts = attempts + 1, lease_until = now() + make_interval(secs => %s)
 WHERE id = %s AND status = 'received'
RETURNING {", ".join(ENVELOPE)}
"""  # noqa: S608 - the names stand above
WRITE = f"""
UPDATE notifications_inbound
   SET lease_until = NULL, {", ".join(f'"{name}" = %s' for name in WRITTEN)}
 WHERE id = %s AND status = 'received'
"""  # noqa: S608 - the names stand above
LOOK_UP = """
SELECT NULL, id, id, NULL FROM notifications_thread WHERE token = %s
UNION ALL
SELECT message_id, id, thread_id, status FROM notifications_email WHERE message_id = ANY(%s)
"""


@dataclass(frozen=True, kw_only=True)
class Ours:
    """What stands about one of our own mails."""

    email_id: int
    thread_id: int | None
    is_unknown: bool


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


def begin(inbound_id: int, *, lease: timedelta) -> Inbound | None:
    """Count an attempt and return the mail; None when it is not to be processed (any more).

    Only the envelope and the raw bytes are loaded: everything else is about to be found out.
    """
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [lease.total_seconds(), inbound_id])
        row = cursor.fetchone()
    if row is None:
        return None
    inbound = Inbound(**dict(zip(ENVELOPE, row, strict=True)))
    inbound._state.adding = False
    inbound._state.db = "default"
    return inbound


def write(inbound: Inbound) -> bool:
    """Write what was found out. False: another worker was faster."""
    values = [getattr(inbound, name) for name in WRITTEN]
    values[WRITTEN.index("evidence")] = json.dumps(inbound.evidence)
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [*values, inbound.pk])
        return bool(cursor.rowcount)


def look_up(*, token: str, message_ids: Sequence[str]) -> tuple[int | None, dict[str, Ours]]:
    """Return the thread with this token, and those of our mails that have one of these ids."""
    if not token and not message_ids:
        return None, {}
    thread_id: int | None = None
    ours: dict[str, Ours] = {}
    with connection.cursor() as cursor:
        cursor.execute(LOOK_UP, [token, list(message_ids)])
        for message_id, pk, thread, status in cursor.fetchall():
            if message_id is None:
                thread_id = pk
            else:
                ours[message_id] = Ours(
                    email_id=pk, thread_id=thread, is_unknown=status == "unknown"
                )
    return thread_id, ours

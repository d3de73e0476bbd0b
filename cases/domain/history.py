"""The chain of a case's history: each event's hash covers the event and the hash before it (G16).

Whoever changes, removes or inserts an event breaks every hash that follows. What an event says
(summary and data) enters by a salted hash of its own, so that erasure can blot it out with its
salt, keep that hash in its place, and leave the chain whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

BEGINNING = ""  # what stands before a case's first event
PLAIN = frozenset({str, int, bool, type(None)})
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


class Line(NamedTuple):
    """One event as it is stored. `content_hash` is set where its content was erased."""

    case: int
    sequence: int
    kind: str
    at: datetime
    actor_kind: str
    actor: int | None
    contact: int | None
    level: int | None
    summary: str
    data: dict[str, Any]
    salt: UUID | None
    email: Any
    inbound: Any
    content_hash: str | None = None


def hash_content(summary: str, data: dict[str, Any], *, salt: UUID | None) -> str:
    """Return the SHA-256 of what an event says, whatever the order of keys it is stored in.

    Events that are older than salts have none.
    """
    # As the database gives it back: keys are strings, all the way down.
    is_plain = all(type(k) is str and type(v) in PLAIN for k, v in data.items())
    plain = data if is_plain else json.loads(json.dumps(data))
    said = [summary, plain] if salt is None else [str(salt), summary, plain]
    return sha256(write_canonical(said)).hexdigest()


def hash_line(line: Line, *, previous: str) -> str:
    """Return the SHA-256 of an event and of `previous`, the hash of the event before it."""
    facts = [
        previous,
        line.case,
        line.sequence,
        line.kind,
        line.at.astimezone(UTC).isoformat(),
        line.actor_kind,
        line.actor,
        line.contact,
        line.level,
        line.email and str(line.email),
        line.inbound and str(line.inbound),
        line.content_hash or hash_content(line.summary, line.data, salt=line.salt),
    ]
    return sha256(write_canonical(facts)).hexdigest()


def write_canonical(value: Any) -> bytes:
    return _CANONICAL.encode(value).encode()


def find_break(
    lines: Iterable[tuple[Line, str]], *, last_sequence: int, last_hash: str
) -> tuple[int, str] | None:
    """Return the first event of one case that is not as it was written, by number, and why.

    `lines` come in order, each with its stored hash; the last two are what the case itself knows
    of its last event, without which events cut off at the end would not be missed.
    """
    previous, expected = BEGINNING, 1
    for line, stored in lines:
        if line.sequence != expected:
            return expected, "is missing"
        if hash_line(line, previous=previous) != stored:
            return expected, "is not as it was written"
        previous, expected = stored, expected + 1
    if expected <= last_sequence:
        return expected, "is missing"
    if expected > last_sequence + 1:
        return last_sequence + 1, "is more than the case ever wrote"
    return None if previous == last_hash else (last_sequence, "is not the one that the case wrote")

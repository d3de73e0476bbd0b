"""How often somebody may try: counted in PostgreSQL, so that it holds when Redis is gone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from cases.actions.base import ActionError

COUNT = """
INSERT INTO cases_throttle (key, window_ends_at, count) VALUES (%s, %s, 1)
ON CONFLICT (key, window_ends_at) DO UPDATE SET count = cases_throttle.count + 1
RETURNING count
"""
FORGET = """
DELETE FROM cases_throttle WHERE id IN
  (SELECT id FROM cases_throttle WHERE window_ends_at < %s ORDER BY window_ends_at LIMIT 100)
"""


class TooOften(ActionError):
    """More than is allowed in a while; `until` (UTC) is when it may be tried again."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__("That was too often in a short time. Please wait a while.")


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `most` times in each window of that length."""

    name: str
    most: int
    window: timedelta


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASK_BY_CLIENT = Limit(name="ask.client", most=20, window=HOUR)
ASK_BY_ADDRESS = Limit(name="ask.address", most=4, window=HOUR)
OPEN_BY_CLIENT = Limit(name="open.client", most=300, window=HOUR)
CODE_BY_CASE = Limit(name="code.case", most=5, window=HOUR)
CODE_BY_ADDRESS = Limit(name="code.address", most=8, window=HOUR)
CODE_BY_CLIENT = Limit(name="code.client", most=20, window=HOUR)
TRY_BY_CASE = Limit(name="try.case", most=20, window=DAY)
TRY_BY_CLIENT = Limit(name="try.client", most=40, window=HOUR)
ANSWER_BY_ADDRESS = Limit(name="answer.address", most=1, window=DAY)
UPLOAD_BY_CASE = Limit(name="upload.case", most=60, window=DAY)


def count_against(limit: Limit, subject: str, *, now: datetime) -> None:
    """Count one more for this subject. Raises `TooOften` beyond the limit.

    Call it outside the transaction of what it guards: a refused deed counts too.
    """
    seconds = int(limit.window.total_seconds())
    ends_at = datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, UTC)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [hash_subject(limit.name, subject), ends_at])
        count = cursor.fetchone()[0]
        cursor.execute(FORGET, [now - DAY])  # each time, so that no request takes longer
    if count > limit.most:
        raise TooOften(ends_at)


def hash_subject(name: str, subject: str) -> str:
    """Counters keep no address of anybody."""
    words = f"{settings.SECRET_KEY}\n{name}\n{subject.strip().lower()}"
    return hashlib.sha256(words.encode()).hexdigest()

"""Who else has a case open, and who is writing: in Redis alone, for a few seconds each.

Nothing depends on it. Without Redis nobody is seen, and a page waits at most a second for that.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.models import User

log = structlog.get_logger(__name__)
# A page tells of itself every 5 seconds; after two of them went missing it is gone.
GONE_AFTER = timedelta(seconds=12)
WRITINGS = ("", "reply", "note")
TIMEOUT_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who has the case open; `writing` is "reply", "note" or nothing."""

    user_id: int
    name: str
    writing: str


def meet(*, case_id: int, user: User, writing: str, now: datetime) -> list[Person]:
    """Say that this user is here, and hear who else is; one round trip to Redis."""
    mine = {"name": user.display_name, "writing": writing if writing in WRITINGS else ""}
    key = f"presence:{case_id}"
    try:
        pipe = connect().pipeline(transaction=False)
        pipe.hset(key, str(user.pk), json.dumps({**mine, "at": now.timestamp()}))
        pipe.expire(key, GONE_AFTER)
        pipe.hgetall(key)
        found = pipe.execute()[-1]
    except redis.RedisError as error:
        log.warning("presence_lost", why=type(error).__name__)
        return []
    others = [read_person(pk, value, now) for pk, value in found.items() if int(pk) != user.pk]
    return sorted((p for p in others if p is not None), key=lambda p: (not p.writing, p.name))


def read_person(pk: bytes, value: bytes, now: datetime) -> Person | None:
    """What somebody said of themselves, unless it is too long ago."""
    said = json.loads(value)
    if abs(now.timestamp() - said["at"]) > GONE_AFTER.total_seconds():
        return None
    return Person(user_id=int(pk), name=said["name"], writing=said["writing"])


def sum_up(people: list[Person], *, version: int) -> str:
    """A mark that changes when what the page shows would change."""
    return json.dumps([version, *(list(asdict(p).values()) for p in people)])


@cache
def connect() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=TIMEOUT_S,
        socket_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )

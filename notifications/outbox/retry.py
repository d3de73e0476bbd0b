"""When to try again: exponential backoff with jitter, up to five days (THREATS 64)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from notifications.models import Email

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=5)
FEWEST_ATTEMPTS = 8  # an outage of our own does not use up a mail's five days
RESEND_PAUSE = timedelta(minutes=10)
MOST_RESENDS = 1


def choose_pause(attempts: int) -> timedelta:
    """Return the pause after `attempts` failed ones: doubled each time, give or take a quarter."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 20))
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 - jitter


def is_hopeless(email: Email, *, now: datetime) -> bool:
    """Say whether `email` has been tried long enough, and often enough, to give it up."""
    waiting_since = max(email.created_at, email.not_before or email.created_at)
    return email.attempts >= FEWEST_ATTEMPTS and now - waiting_since > GIVE_UP_AFTER


def may_resend(email: Email) -> bool:
    """Say whether a mail of unknown fate may go a second time, with the same ids, by itself."""
    return not email.irreversible and email.resends < MOST_RESENDS

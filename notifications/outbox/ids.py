"""The ids that we give to mails, and how to find them in what comes back."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_IDS = 100
_OURS = re.compile(r"<?(lc\.[a-z2-7]{16,32}\.[0-9]{1,18}@[A-Za-z0-9.-]{1,253})>?\Z")


def make_message_id(*, token: str, email_id: int, domain: str) -> str:
    """Return the Message-ID of mail `email_id`: the same at every sending, impossible to guess."""
    return f"<lc.{token}.{email_id}@{domain}>"


def find_our_ids(candidates: Iterable[str]) -> tuple[str, ...]:
    """Return those of `candidates` that have the form of our Message-IDs, in order, once each.

    Form alone proves nothing: look the id up, to the letter. Only the first hundred are read.
    """
    found: dict[str, None] = {}
    for candidate, _ in zip(candidates, range(MOST_IDS), strict=False):
        ours = _OURS.match(candidate.strip())
        if ours:
            found[f"<{ours[1]}>"] = None
    return tuple(found)

"""What an attempt to send came to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    ACCEPTED = "accepted"  # the server said 250 after the final dot
    RETRY = "retry"  # surely not accepted, may be later
    REFUSED = "refused"  # surely not accepted, never will be
    STOPPED = "stopped"  # a check of ours spoke against it
    UNKNOWN = "unknown"  # silence after the final dot: perhaps accepted


@dataclass(frozen=True, kw_only=True)
class Outcome:
    kind: Kind
    detail: str  # the server's words, or what went wrong
    provider_id: str = ""  # the provider's own name for the mail, by which its news may call it
    connection_lost: bool = False  # nothing more can be sent over this connection

"""What an agent has begun to write: kept on the server, for them alone, until sent or discarded."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from cases.actions.base import Actor, NotPossible, check_actor
from cases.models import Case, Draft

DEEDS = {Draft.Kind.REPLY: "mail.reply", Draft.Kind.NOTE: "case.note"}
LONGEST = 10_000


def save_draft(*, case: Case, kind: str, text: str, actor: Actor, now: datetime) -> Draft | None:
    """Keep what they wrote so far; None when nothing is left of it.

    Raises `NotAllowed`, and `NotPossible` for what is no kind of writing or too long to be sent.
    """
    if kind not in DEEDS:
        raise NotPossible("Choose what to write: an email or a note.")
    check_actor(actor, deed=DEEDS[Draft.Kind(kind)], case=case)
    if len(text) > LONGEST:
        raise NotPossible(f"This is longer than {LONGEST:,} characters: send a file instead.")
    if actor.user is None:
        raise NotPossible("Drafts belong to members of staff.")
    if not text.strip():
        forget_draft(case=case, user=actor.user, kind=kind)
        return None
    draft, _ = Draft.objects.update_or_create(
        case=case, user=actor.user, kind=kind, defaults={"text": text, "saved_at": now}
    )
    return draft


def forget_draft(*, case: Case, user: User | None, kind: str) -> None:
    """It was sent, or is not wanted any more."""
    Draft.objects.filter(case=case, user=user, kind=kind).delete()

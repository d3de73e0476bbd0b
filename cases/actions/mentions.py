"""Colleagues who are called by name in a note hear of it."""

from __future__ import annotations

from django.db.models.functions import Lower

from accounts.models import User
from cases.actions.base import Change
from cases.actions.notices import may_see, notify
from cases.domain.mentions import find_mentions
from cases.domain.notices import Notice
from cases.models import Case, Event

MOST = 20


def find_colleagues(*, case: Case, text: str) -> list[User]:
    """The members of staff named in the text who may see the case, at most twenty."""
    names = find_mentions(text)[:MOST]
    if not names:
        return []
    users = User.objects.annotate(name=Lower("username")).filter(name__in=names, is_active=True)
    return [user for user in users if may_see(user, case)]


def tell_mentioned(change: Change, event: Event) -> list[User]:
    """Tell everybody whom a note names; the writer is not told of themselves."""
    users = find_colleagues(case=change.case, text=event.summary)
    notify(
        users=users,
        kind=Notice.MENTIONED,
        case=change.case,
        key=f"event:{event.pk}",
        now=change.now,
        by=change.actor.user,
        detail=event.summary,
    )
    return users

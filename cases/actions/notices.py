"""Tell members of staff what concerns them: in the page, and in one mail a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from accounts.scoping import brand_ids_of
from cases.domain.notices import How, read_choice
from cases.domain.notices import Notice as Kind
from cases.models import Case, Notice, NoticeChoice


def notify(
    *,
    users: Iterable[User],
    kind: Kind,
    case: Case,
    key: str,
    now: datetime,
    by: User | None = None,
    detail: str = "",
) -> int:
    """Tell these people, in the caller's transaction; returns how many are told.

    `key` names the news: the same for the same person is told once, such as ``"event:5123"``.
    `by` is the colleague who caused it and is not told of their own deeds; `detail` is what people
    wrote, shown as a quotation. Nobody hears of a case that they may not see (THREATS 50), nor of
    a kind that they switched off.
    """
    people = [u for u in users if u.is_active and u != by and may_see(u, case)]
    chosen = dict(
        NoticeChoice.objects.filter(user__in=people).values_list("user_id", "kinds")
        if people
        else ()
    )
    told = [(u, read_choice(chosen.get(u.pk, {}), kind)) for u in people]
    rows = [
        Notice(
            user=user,
            kind=kind,
            case=case,
            by=by,
            detail=" ".join(detail.split())[:300],
            key=f"{kind}:{key}"[:120],
            by_mail=how is How.EMAIL,
            created_at=now,
        )
        for user, how in told
        if how is not How.OFF
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def may_see(user: User, case: Case) -> bool:
    """Is this case one of the user's brands?"""
    brands = brand_ids_of(user)
    return brands is None or case.brand_id in brands

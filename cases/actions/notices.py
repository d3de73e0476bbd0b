"""Tell members of staff what concerns them: in the page, and in one mail a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from accounts.scoping import brand_ids_of
from cases.domain.notices import How, read_choice
from cases.domain.notices import Notice as Kind
from cases.models import Case, Notice, NoticeChoice, Timer
from cases.models.timer import DESTRUCTIVE, LIVE

if TYPE_CHECKING:
    from cases.actions.base import Change

NEAR = timedelta(days=1)
TEXT = CharField()


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


def tell_owner(change: Change) -> None:
    """Tell a case's owner what this change means to them: one piece of news, the gravest.

    A service that failed is told once an execution, however often it is tried again.
    """
    case = change.case
    if case.owner is None or not change.events or change.quiet:
        return
    kind, key = None, f"event:{change.events[-1].pk}"
    if change.wrote("item_failed", "execution_late"):
        kind, key = Kind.FAILED, f"case:{case.pk}:{case.execution_started_at}"
    elif change.actor.kind == "customer":
        kind = Kind.REPLY
    elif change.wrote("todo_raised"):
        kind = Kind.TODO
    if kind and not change.wrote("assigned"):
        detail = change.events[0 if kind is Kind.REPLY else -1].summary
        notify(
            users=[case.owner], kind=kind, case=case, key=key, by=change.actor.user,
            detail=detail, now=change.now,
        )  # fmt: skip


def tell_of_due(*, now: datetime, limit: int = 200) -> int:
    """Tell owners what happens to their cases within a day and cannot be undone; once each.

    Returns how many were told.
    """
    told = Notice.objects.filter(
        user=OuterRef("case__owner"), key=Concat(Value("due:timer:"), Cast(OuterRef("pk"), TEXT))
    )
    near = (
        Timer.objects.filter(LIVE, due_at__gt=now, due_at__lte=now + NEAR, kind__in=DESTRUCTIVE)
        .exclude(case__owner=None)
        .exclude(case__owner__notice_choice__kinds__due=How.OFF)
        .exclude(Exists(told))
        .select_related("case__owner")
    )
    return sum(
        notify(
            users=[timer.case.owner], kind=Kind.DUE, case=timer.case, key=f"timer:{timer.pk}",
            detail=timer.kind, now=now,
        )
        for timer in near.order_by("due_at", "id")[:limit]
        if timer.case.owner
    )  # fmt: skip


def mark_read(*, user: User, now: datetime, case: Case | None = None, upto: int = 0) -> int:
    """Mark this person's news as read: of one case, or all up to one; returns how many."""
    unread = Notice.objects.filter(user=user, read_at=None)
    if case is not None:
        unread = unread.filter(case=case)
    if upto:
        unread = unread.filter(pk__lte=upto)
    return unread.update(read_at=now)


def choose_notices(*, user: User, kinds: dict[Kind, How], digest_hour: int) -> NoticeChoice:
    """Keep how somebody wishes to be told; the hour is one of their own day."""
    choice, _ = NoticeChoice.objects.update_or_create(
        user=user,
        defaults={
            "kinds": {k.value: v.value for k, v in kinds.items()},
            "digest_hour": digest_hour,
        },
    )
    return choice

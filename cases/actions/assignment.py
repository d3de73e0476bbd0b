"""Whose case it is: given by hand, or by the desk's rules to whoever is next.

A case that is nobody's finds an owner when it is opened and whenever it comes to need us; the case
of somebody who is away goes on to a colleague when it needs us. Round robin: of those who are
there, see the brand, speak the language and have room, whoever was given a case longest ago.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import F, Q, Sum

from accounts.models import User
from accounts.roles import may
from cases.actions.base import DESK, Actor, Change, NotPossible, change_case
from cases.actions.notices import may_see, notify
from cases.domain.notices import Notice
from cases.domain.states import Turn
from cases.models import AssignmentRule, Availability, Case, QueueCount


def assign_owner(
    *, case_id: int, owner: User | None, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """Give the case to somebody who may see it, or to nobody; they are told."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.assign", version=version
    ) as change:
        if owner and not may_see(owner, change.case):
            raise NotPossible(f"{owner.display_name} does not see this brand's cases.")
        give_case(change, owner)
        return change.case


def give_case(change: Change, owner: User | None, *, because: str = "") -> None:
    """Note the new owner, and tell them."""
    case = change.case
    case.owner = owner
    name = owner.display_name if owner else "nobody"
    event = change.record("assigned", f"Owner: {name}{because}.")
    if owner:
        notify(
            users=[owner],
            kind=Notice.ASSIGNED,
            case=case,
            key=f"event:{event.pk}",
            by=change.actor.user,
            now=change.now,
        )


def find_owner(change: Change) -> None:
    """Give the case to the next colleague by the first rule that fits, if it has nobody now."""
    case = change.case
    if case.owner_id and not is_away(case.owner_id):
        return
    rule = find_rule(case)
    person = pick_next(rule, case) if rule else None
    if rule is None or person is None:
        return
    why = f", by the rule “{rule.name}”"
    if case.owner:
        why += f"; {case.owner.display_name} is away"
    Availability.objects.update_or_create(user=person, defaults={"last_given_at": change.now})
    own = replace(change, actor=DESK)  # the rules decided it, whoever caused the change
    give_case(own, person, because=why)


def is_away(user_id: int) -> bool:
    return Availability.objects.filter(user=user_id, away_since__isnull=False).exists()


def find_rule(case: Case) -> AssignmentRule | None:
    """The first rule that fits, locked: two cases at once do not go to the same person."""
    language = language_of(case)
    fitting = AssignmentRule.objects.filter(
        Q(brand=None) | Q(brand=case.brand_id), Q(language="") | Q(language=language)
    )
    first = fitting.filter(is_active=True).order_by("position", "id")
    return first.select_for_update(of=("self",)).select_related("team").first()


def language_of(case: Case) -> str:
    """The customer's language, such as "de"."""
    return (case.customer.locale or case.brand.default_locale or "en").split("-")[0]


def pick_next(rule: AssignmentRule, case: Case) -> User | None:
    """Who of the rule's team was given a case longest ago and can take one more."""
    people = (
        rule.team.members.filter(is_active=True)
        .exclude(availability__away_since__isnull=False)
        .select_related("availability")
        .order_by(F("availability__last_given_at").asc(nulls_first=True), "pk")
    )
    able = [p for p in people if may(p, "case.edit") and p.pk != case.owner_id]
    load = count_load([p.pk for p in able])
    return next((p for p in able if can_take(p, case, load.get(p.pk, 0))), None)


def can_take(person: User, case: Case, load: int) -> bool:
    """Have they room, do they speak the language, and do they see the brand?"""
    row = getattr(person, "availability", None)
    languages = row.languages if row else []
    return (
        load < (row.capacity if row else Availability.CAPACITY)
        and (not languages or language_of(case) in languages)
        and may_see(person, case)
    )


def count_load(user_ids: list[int]) -> dict[int, int]:
    """How many cases need each of these people now."""
    sums = QueueCount.objects.filter(owner__in=user_ids, turn=Turn.US).order_by()
    return dict(sums.values_list("owner").annotate(n=Sum("cases")))


def set_availability(*, user: User, away: bool, now: datetime) -> Availability:
    """Say that somebody is away, or back. Their cases stay theirs until one of them needs us."""
    row, _ = Availability.objects.get_or_create(user=user)
    if away != bool(row.away_since):
        row.away_since = now if away else None
        row.save(update_fields=["away_since"])
    return row

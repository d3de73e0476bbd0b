"""What the composer needs: macros filled from the case, the agent's own drafts, colleagues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.models import User
from cases.domain.macros import fill
from cases.domain.plan import Plan
from cases.domain.speech import find_tongue
from cases.domain.speech.en import TONGUE as ENGLISH
from cases.models import Case, Draft, Macro
from cases.models.rows import read_rows


@dataclass(frozen=True, kw_only=True)
class FilledMacro:
    """A macro as it would be put into this case's reply."""

    pk: int
    title: str
    text: str
    missing: tuple[str, ...]


def list_macros(*, case: Case, user: User, plan: Plan) -> list[FilledMacro]:
    """The macros for this brand and this customer's language. One query."""
    language = (case.customer.locale or case.brand.default_locale).split("-")[0]
    fitting = Macro.objects.filter(
        Q(brand=None) | Q(brand_id=case.brand_id),
        Q(locale="") | Q(locale=language) | Q(locale__startswith=f"{language}-"),
    )
    values = name_values(case=case, user=user, plan=plan)
    return [
        FilledMacro(pk=macro.pk, title=macro.title, text=filled.text, missing=filled.missing)
        for macro in fitting
        for filled in [fill(macro.body, values)]
    ]


def name_values(*, case: Case, user: User, plan: Plan) -> dict[str, str]:
    """What the variables of `cases.domain.macros` stand for on this case; "" is not known yet."""
    name = case.contact.name if case.contact else ""
    tongue = find_tongue(case.customer.locale or case.brand.default_locale) or ENGLISH

    def write(on: date | None) -> str:
        return tongue.write_day(on) if on else ""

    return {
        "agent": user.display_name,
        "brand": case.brand.name,
        "case": case.number,
        "company": case.customer.name,
        "contact": name,
        "end_date": write(case.effective_on),
        "first_name": name.split()[0] if name else "",
        "phone": case.brand.phone,
        "restore_until": write(plan.grace_last_on),
    }


def read_drafts(*, case: Case, user: User) -> dict[str, Draft]:
    """What this user has begun to write here, by kind. One query."""
    drafts = read_rows(Draft, "case_id", [case.pk])
    return {draft.kind: draft for draft in drafts if draft.user_id == user.pk}


def list_colleagues(*, case: Case, user: User) -> list[User]:
    """Who can be called by @name in a note on this case. One query."""
    sees_all = Q(brands=None, teams=None)
    fits = sees_all | Q(brands=case.brand_id) | Q(teams__brands=case.brand_id)
    others = User.objects.filter(fits, is_active=True).exclude(pk=user.pk)
    return list(others.order_by("username").distinct()[:200])

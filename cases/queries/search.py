"""Search across what an agent has in hand: a case number, a phone, a name, an email."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Customer, User
from accounts.queries import find_customers
from cases.domain.numbers import normalise_number
from cases.models import Case
from cases.queries.mailroom import list_mail
from cases.queries.queue import decorate, visible_cases
from notifications.models import Inbound


@dataclass(frozen=True, kw_only=True)
class Found:
    cases: list[Case]
    customers: list[Customer]
    mail: list[Inbound]

    @property
    def nothing(self) -> bool:
        return not (self.cases or self.customers or self.mail)


def search(*, text: str, user: User, limit: int = 20) -> Found:
    """What the user may see and the text may mean, best first."""
    text = text.strip()[:200]
    if not text:
        return Found(cases=[], customers=[], mail=[])
    number = normalise_number(text)
    cases = decorate(visible_cases(user))
    exact = list(cases.filter(number=number)) if number else []
    customers = find_customers(text=text, user=user, limit=limit)
    theirs = cases.filter(customer__in=customers).order_by("-state_since")[:limit]
    return Found(
        cases=exact or list(theirs),
        customers=customers,
        mail=list(list_mail(user=user, text=text)[:limit]) if not exact else [],
    )

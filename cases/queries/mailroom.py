"""The mailroom: every mail that came in, and the cases that an unmatched one may belong to."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from accounts.models import Contact, User
from accounts.scoping import brand_ids_of
from cases.domain.lookalikes import find_lookalike
from cases.domain.numbers import find_numbers
from cases.models import Case
from cases.queries.queue import visible_cases
from notifications.models import Inbound

DISPOSITIONS = tuple(Inbound.Disposition.values)
NEEDS_US = ("unmatched", "quarantined")


class UnknownFilter(ValueError):
    """A disposition that does not exist: 400."""


def visible_mail(user: User) -> QuerySet[Inbound]:
    """Mail that this user may see: of their brands' cases, or of nobody yet."""
    brands = brand_ids_of(user)
    mail = Inbound.objects.all()
    if brands is None:
        return mail
    return mail.filter(Q(thread=None) | Q(thread__case=None) | Q(thread__case__brand__in=brands))


def list_mail(*, user: User, disposition: str = "", text: str = "") -> QuerySet[Inbound]:
    """Newest first. Raises `UnknownFilter`."""
    mail = visible_mail(user).select_related("thread__case__customer").defer("raw", "html", "text")
    if disposition == "needs_us":
        mail = mail.filter(disposition__in=NEEDS_US)
    elif disposition == "waiting":
        mail = mail.filter(disposition="")
    elif disposition:
        if disposition not in DISPOSITIONS:
            raise UnknownFilter(f"There is no disposition “{disposition}”.")
        mail = mail.filter(disposition=disposition)
    if text:
        mail = mail.filter(
            Q(subject__icontains=text)
            | Q(from_email__icontains=text)
            | Q(from_name__icontains=text)
        )
    return mail.order_by("-received_at", "-id")


def count_mail(*, user: User) -> dict[str, int]:
    """How many of each disposition; their sum is what was received, no mail is unaccounted for."""
    rows = visible_mail(user).order_by().values_list("disposition").annotate(n=Count("id"))
    counts = {key or "waiting": n for key, n in rows}
    counts["needs_us"] = sum(counts.get(k, 0) for k in NEEDS_US)
    counts["received"] = sum(n for k, n in counts.items() if k != "needs_us")
    return counts


def count_needs_us(*, user: User) -> int:
    """The number beside *Mailroom* in the sidebar."""
    return visible_mail(user).filter(disposition__in=NEEDS_US).count()


def find_resembled(*, inbound: Inbound, cases: Iterable[Case]) -> str:
    """Return the address on file that the sender's only resembles, or "" (THREATS 13).

    Looked for among the contacts of the mail's own case and of `cases`. One query.
    """
    customers = {case.customer_id for case in cases}
    own = getattr(inbound.thread, "case", None)
    customers |= {own.customer_id} if own else set()
    on_file = Contact.objects.filter(customer__in=customers, removed_at=None).exclude(email="")
    emails = on_file.values_list("email", flat=True)
    return find_lookalike(inbound.from_email, emails) or "" if customers else ""


def suggest_cases(*, inbound: Inbound, user: User, limit: int = 5) -> list[Case]:
    """Cases that an unmatched mail may be about: a number that it names, or its sender's.

    A suggestion only: a person files it.
    """
    numbers = find_numbers(f"{inbound.subject}\n{inbound.reply_text or inbound.text}"[:20_000])
    sender = Q(customer__contacts__email=inbound.from_email.lower()) if inbound.from_email else Q()
    if not numbers and not sender:
        return []
    named = Q(number__in=list(numbers)[:20]) if numbers else Q(pk__in=())
    found = visible_cases(user).filter(named | sender if sender else named)
    return list(found.select_related("customer").distinct().order_by("-state_since")[:limit])

"""A visit: what a link was exchanged for. One short-lived, signed cookie per case or account.

The cookie goes to its own path alone, so that two cases open in two tabs never mix. It names the
link that it came from, which is looked up again with every request: a link that dies ends its
visits. The proof of a one-time code travels in the same cookie (see docs/decisions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from accounts.models import Contact, Customer
from cases.actions.base import Actor
from cases.actions.codes import read_level
from cases.domain.numbers import normalise_number
from cases.domain.trust import Level
from cases.models import Case, Link
from cases.views.customer.words import choose_locale
from config import clock

COOKIE = "lastcall_my"
SALT = "lastcall.customer.visit"
LASTS = timedelta(hours=2)
View = Callable[..., HttpResponse]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who is here, for which account and case, and how far they are trusted."""

    link: Link
    contact: Contact
    customer: Customer
    case: Case | None
    level: Level
    proof: str
    until: datetime
    now: datetime

    @property
    def actor(self) -> Actor:
        return Actor.customer(self.contact, self.level)

    @property
    def is_proven(self) -> bool:
        return self.level is Level.L3

    @property
    def the_case(self) -> Case:
        assert self.case is not None, "this visit is one of a case"
        return self.case


def seal_privately(response: HttpResponse) -> HttpResponse:
    """Nothing of a private page is kept, framed, indexed or told to another site (THREATS 55).

    `same-origin` rather than `no-referrer`: with the latter browsers send "Origin: null" with
    every form, which the protection against forged requests refuses. No address that shows a
    page holds a token.
    """
    response.headers["Cache-Control"] = "no-store"
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def private(view: View) -> View:
    """A customer's page: open to who has no account here, and kept by nobody."""

    @wraps(view)
    def sealed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return seal_privately(view(request, *args, **kwargs))

    return login_not_required(sealed)


def find_path(case: Case | None) -> str:
    """Where a visit lives: the only path to which its cookie goes."""
    return f"/my/case/{case.number}/" if case else "/my/account/"


def keep_visit(
    response: HttpResponse, *, link: Link, case: Case | None, proof: str = "", until: datetime
) -> None:
    """Give the browser its cookie."""
    value = signing.dumps(
        {"l": link.pk, "c": case.pk if case else 0, "p": proof, "u": until.timestamp()}, salt=SALT
    )
    response.set_cookie(
        COOKIE, value, path=find_path(case), httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE, max_age=int(LASTS.total_seconds()),
    )  # fmt: skip


def read_cookie(request: HttpRequest) -> dict[str, Any] | None:
    """What the browser keeps of a visit, if we wrote it."""
    try:
        kept: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return None
    return kept


def read_visit(kept: dict[str, Any], *, case: Case | None, now: datetime) -> Visit | None:
    """The visit that this browser has to this page, or None."""
    if kept["c"] != (case.pk if case else 0) or now.timestamp() >= kept["u"]:
        return None
    link = Link.objects.select_related("contact", "customer__brand").filter(pk=kept["l"]).first()
    if link is None or not is_alive(link) or (case and link.customer_id != case.customer_id):
        return None
    level = Level.L1
    if case and kept["p"]:
        level = read_level(case_id=case.pk, contact=link.contact, proof=kept["p"], now=now)
    return Visit(
        link=link, contact=link.contact, customer=case.customer if case else link.customer,
        case=case, level=level, proof=kept["p"], until=moment(kept["u"], now), now=now,
    )  # fmt: skip


def is_alive(link: Link) -> bool:
    """A visit outlives its link's use and expiry, but not its reader's right to the mailbox."""
    contact = link.contact
    return contact.removed_at is None and contact.email == link.email


def moment(timestamp: float, now: datetime) -> datetime:
    return datetime.fromtimestamp(timestamp, now.tzinfo)


def find_case(number: str) -> Case | None:
    clean = normalise_number(number)
    return (
        Case.objects.select_related(
            "customer__brand", "brand", "contact", "policy_version__policy", "thread", "final_bill"
        )
        .prefetch_related("questions", "items__item__location")
        .filter(number=clean)
        .first()
        if clean
        else None
    )


def visiting(view: View) -> View:
    """The view gets the visit of this case or account; without one a page says how to get in.

    Whether there is such a case makes no difference to the answer, nor to its time: without a
    cookie of ours nothing is looked up (THREATS 48).
    """

    @wraps(view)
    def entered(
        request: HttpRequest, *args: Any, number: str | None = None, **kwargs: Any
    ) -> HttpResponse:
        kept = read_cookie(request)
        if kept is None:
            return refuse_entry(request)
        case = find_case(number) if number is not None else None
        if number is not None and case is None:
            return refuse_entry(request)
        visit = read_visit(kept, case=case, now=clock.now())
        if visit is None:
            return refuse_entry(request)
        with speaking(visit.customer):
            return view(request, visit, *args, **kwargs)

    return private(entered)


class speaking:
    """The customer's language and zone, while their page is made."""

    def __init__(self, customer: Customer) -> None:
        locale = choose_locale(customer.locale or customer.brand.default_locale)
        self.parts = (translation.override(locale), timezone.override(ZoneInfo(customer.timezone)))

    def __enter__(self) -> None:
        for part in self.parts:
            part.__enter__()

    def __exit__(self, *error: Any) -> None:
        for part in reversed(self.parts):
            part.__exit__(*error)


def refuse_entry(request: HttpRequest) -> HttpResponse:
    return render(request, "customer/closed.html", status=403)


def prove(visit: Visit, proof: str) -> Visit:
    """The same visit after a right code."""
    return replace(visit, proof=proof, level=Level.L3)

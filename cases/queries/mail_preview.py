"""What an email would look like: with the facts of a real case, or of one that is made up.

Nothing is written: a made-up case consists of rows that are never saved.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings

from accounts.models import Brand, Contact, Customer
from cases.actions.mail import find_logo, has_words, render_letter, render_mail
from cases.domain import plan as domain
from cases.domain.facts import Account, Contract, Item, Port
from cases.domain.policy import FeeRule, Policy
from cases.domain.speech import phrase
from cases.domain.states import State
from cases.models import Case, PolicyVersion, Question
from cases.models.planning import plan_case
from cases.models.question import number_questions
from notifications.outbox.files import OutgoingFile

FOLDER = Path(settings.BASE_DIR) / "templates" / "email"
LETTERS = ("address_changed", "link")  # of an account, not of a case
PAGE_URL = "https://desk.example/my/c/made-up"
QUESTIONS = {
    "en": "Who used these services?",
    "de": "Wer hat diese Dienste genutzt?",
}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One email as it would leave."""

    subject: str
    text: str
    html: str


def list_templates() -> list[str]:
    """The names of all emails, in order."""
    return sorted(f.name.removesuffix(".subject.txt") for f in FOLDER.glob("*.subject.txt"))


def list_locales() -> list[str]:
    """English, and every language with a folder of its own."""
    return ["en", *sorted(f.name for f in FOLDER.iterdir() if f.is_dir())]


def preview_mail(*, name: str, locale: str, case: Case, now: datetime) -> Preview:
    """Render the email `name` for this case in that language; the case is changed in memory only.

    Facts that the case does not have yet are made up, so that every sentence can be read.
    """
    case.customer.locale = locale
    case.contact = case.contact or make_contact(case.customer)
    case.executed_at = case.executed_at or now
    facts = make_facts(case, name=name, locale=locale, now=now)
    logo = find_logo(case.brand)
    if logo:
        facts["logo_cid"] = logo[0].content_id
    if name in LETTERS:
        texts = render_letter(case.customer, name, contact=case.contact, now=now, **facts)
    else:
        texts = render_mail(case, name, now=now, **facts)
    return show_logo(texts, logo)


def preview_reply(*, case: Case, text: str, author: str, now: datetime) -> Preview:
    """An agent's reply as the customer will get it; the link is made up, theirs is secret."""
    logo = find_logo(case.brand)
    facts = {"logo_cid": logo[0].content_id} if logo else {}
    texts = render_mail(
        case, "reply", now=now, body=text.strip(), author=author, page_url=PAGE_URL, **facts
    )
    return show_logo(texts, logo)


def show_logo(texts: dict[str, str], logo: list[OutgoingFile]) -> Preview:
    """Put the pictures into the layout itself: a preview has no mail that carries them."""
    for picture in logo:
        data = base64.b64encode(picture.content).decode("ascii")
        address = f"data:{picture.content_type};base64,{data}"
        texts["html"] = texts["html"].replace(f"cid:{picture.content_id}", address)
    return Preview(**texts)


def make_facts(case: Case, *, name: str, locale: str, now: datetime) -> dict[str, Any]:
    """What each template is given, taken from the case where it has it."""
    made_up = case.pk is None
    plan = make_plan(case, now=now) if made_up else plan_case(case, now=now)
    drop = plan.find_step("drop")
    fact = {
        "plan": plan,
        "questions": make_questions(case, locale),
        "drop_at": drop.at if drop and drop.at else now + timedelta(days=4),
        "superseded": SimpleNamespace(effective_on=date(now.year, 12, 31))
        if name == "confirmation" and not made_up and case.promises.count() > 1
        else None,
        "reason": "…",
        "grace_last_on": plan.grace_last_on or (now + timedelta(days=20)).date(),
        "returned": [1],
        "lost": [
            {
                "name": phrase("trunk {name}", name="Nord"),
                "why": phrase("the number was ported to another carrier"),
            }
        ],
        "body": "…",
        "author": "Mara Agent",
        "bill": SimpleNamespace(amount=Decimal("49.90")),
        "code": "000 000",
        "minutes": 10,
        "proof_minutes": 30,
        "page_url": PAGE_URL,
        "new_address": "m•••@example.com",
    }
    return fact | ({"services": 2, "rings": True} if made_up else {})


def make_questions(case: Case, locale: str) -> list[Question]:
    """The case's own questions, or one that is made up."""
    own = list(case.questions.all()) if case.pk else []
    text = QUESTIONS.get(locale, QUESTIONS["en"])
    return number_questions(own or [Question(pk=0, case=case, key="users", text=text)])


# -- a case that nobody has -----------------------------------------------------------------
def make_case(brand: Brand, *, now: datetime) -> Case:
    """A scheduled case of this brand, in memory alone."""
    customer = Customer(
        brand=brand, account_number="77-1042", name="Fernwood Dental", timezone="Europe/Berlin",
        currency="EUR", locale=brand.default_locale,
    )  # fmt: skip
    version = PolicyVersion(number=1, data=POLICY.to_dict())
    return Case(
        number="4831-0726-5", brand=brand, customer=customer, contact=make_contact(customer),
        policy_version=version, state=State.SCHEDULED, received_at=now, notice_started_at=now,
        whole_account=False, confirmed_at=now,
    )  # fmt: skip


def make_contact(customer: Customer) -> Contact:
    return Contact(customer=customer, name="Rosa Vale", email="rosa@fernwood.example")


POLICY = Policy(code="preview", name="Preview", fee=FeeRule(kind="remaining_months"))


def make_plan(case: Case, *, now: datetime) -> domain.Plan:
    """A plan in which everything occurs: a fee, a last bill, steps to take, services that stay."""
    account = Account(
        timezone=case.zone, currency=case.customer.currency,
        items=(
            Item(id="1", kind="licence", label="Anna Beispiel", assigned_to="Anna Beispiel",
                 monthly_price=Decimal("12.50")),
            Item(id="2", kind="number", identifier="+49 30 5550123", monthly_price=Decimal(30)),
            Item(id="3", kind="trunk", label="Nord", monthly_price=Decimal(96)),
        ),
        contracts=(Contract(id="c", starts_on=date(now.year, 1, 1),
                            ends_on=date(now.year + 1, 7, 1), monthly_amount=Decimal("138.50")),),
        ports=(Port(item_id="2", status="pending", carrier="Telia"),),
    )  # fmt: skip
    request = domain.Request(
        received_at=now, item_ids=frozenset({"1", "2"}), state=State.INTAKE, questions_open=1,
        wished_on=(now + timedelta(days=5)).date(),
    )  # fmt: skip
    return domain.plan(POLICY, request, account, now)


def is_written(name: str, locale: str) -> bool:
    """Is this email written out in that language, or would it be sent in English?"""
    return locale == "en" or has_words(name, locale)


def is_name(text: str) -> bool:
    return bool(re.fullmatch(r"[a-z_]{1,40}", text)) and text in list_templates()

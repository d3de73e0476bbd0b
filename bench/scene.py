"""Cases for the measurements, made by the desk's own actions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.mails import make_mail

if TYPE_CHECKING:
    from accounts.models import Brand, Contact, User
    from cases.models import Case, Policy

ZONE = "America/Phoenix"  # its clocks never change, so that days can be moved about
POLICIES = Path(__file__).resolve().parent.parent / "cases" / "policies"


@dataclass(kw_only=True)
class Scene:
    """One brand with a policy and an agent; customers are made as they call.

    `moment` is what the desk takes for now (UTC); without it the clock is read.
    """

    brand: Brand
    policy: Policy
    agent: User
    moment: datetime | None = None

    @property
    def now(self) -> datetime:
        from config import clock

        return self.moment or clock.now()

    def open_case(self, number: int, *, services: int = 3) -> Case:
        """A customer with some extensions calls and wants all of them cancelled."""
        return self.open_for(*self.make_caller(number, services=services))

    def make_caller(self, number: int, *, services: int = 3) -> tuple[Contact, list[int]]:
        """A customer's contact, and the numbers of the customer's services."""
        from accounts.models import Contact, Customer, Item

        customer = Customer.objects.create(
            brand=self.brand, name=f"Fernwood {number}", account_number=f"77-{number:07d}",
            timezone=ZONE,
        )  # fmt: skip
        items = Item.objects.bulk_create(
            Item(
                customer=customer, kind=Item.Kind.EXTENSION, label=f"Extension {line}",
                product="extension", monthly_price=Decimal("15.00"), activated_on=date(2025, 1, 15),
            )
            for line in range(services)
        )  # fmt: skip
        contact = Contact.objects.create(
            customer=customer, name=f"Robin {number}", email=f"robin{number}@customer.example.com",
            phone=f"+1312{5550000 + number}",
            is_owner=True, may_cancel=True, may_restore=True, may_port=True,
        )  # fmt: skip
        return contact, [item.pk for item in items]

    def open_for(self, contact: Contact, item_ids: list[int]) -> Case:
        """The contact is on the line: a case of these services."""
        from cases.actions import intake
        from cases.actions.base import Actor

        return intake.open_case(
            customer=contact.customer, policy=self.policy, actor=Actor.staff(self.agent),
            contact=contact, now=self.now, item_ids=item_ids, checks=["Account PIN"],
        )  # fmt: skip

    def ask(self, case: Case, *, key: str = "users") -> None:
        """Ask the customer by mail, and let the mail be accepted for delivery."""
        from django.db import transaction

        from cases import inbox
        from cases.actions import information
        from cases.actions.base import Actor
        from notifications.models import Email

        information.request_information(
            case_id=case.pk, actor=Actor.staff(self.agent), now=self.now,
            questions=[{"key": key, "text": "Who used these services?"}],
        )  # fmt: skip
        email = Email.objects.filter(thread=case.thread_id, purpose="questions").latest("id")
        email.status, email.accepted_at, email.next_attempt_at = "sent", self.now, None
        email.save()
        with transaction.atomic():
            inbox.note_accepted(emails=[email])

    def confirm(self, case: Case) -> None:
        """Promise the date."""
        from cases.actions import confirmation
        from cases.actions.base import Actor

        confirmation.confirm(case_id=case.pk, actor=Actor.staff(self.agent), now=self.now)

    def confirm_as_customer(self, case: Case) -> None:
        """The customer confirms on their own page, under a policy of self-service."""
        from cases.actions import confirmation
        from cases.actions.base import Actor
        from cases.domain.trust import Level
        from cases.models.preview import read_preview

        assert case.contact is not None
        now, preview = self.now, read_preview(case, now=self.now)
        confirmation.confirm_by_customer(
            case_id=case.pk, actor=Actor.customer(case.contact, Level.L3), now=now,
            seen=preview.digest, typed=preview.phrase,
        )  # fmt: skip

    def reply(self, case: Case, number: int) -> None:
        """Let the customer answer, and file the answer."""
        from notifications import inbound

        inbound.process(inbound_id=self.store_reply(case, number), now=self.now)

    def note_answer(self, case: Case, *, key: str) -> None:
        """The agent has read the answer to a question, and notes it."""
        from cases.actions import information
        from cases.actions.base import Actor

        information.answer_question(
            case_id=case.pk, question_id=case.questions.get(key=key).pk,
            answer="Nobody but the front desk", actor=Actor.staff(self.agent), now=self.now,
        )  # fmt: skip

    def store_reply(self, case: Case, number: int) -> int:
        """Let an answer of 6 KB wait; return its number in the mailroom."""
        from notifications import inbound

        assert case.contact is not None
        sender, token = case.contact.email, case.thread.token
        mail = inbound.store(
            channel="lmtp", recipient=f"reply+{token}@{self.brand.reply_domain}",
            envelope_from=sender, now=self.now,
            raw=make_mail(number, token=token, size=6000, sender=sender),
        )  # fmt: skip
        return int(mail.pk)


def make_scene(*, moment: datetime | None = None, **changes: Any) -> Scene:
    """A brand whose policy is a shipped one, but for these changes."""
    from accounts.models import Brand, User
    from accounts.roles import Role
    from cases.domain.policy import Policy as Rules
    from cases.models import Policy, PolicyVersion

    brand = Brand.objects.create(
        name="Bench", slug="bench", email_name="Bench cancellations",
        email_from="cancellations@bench.example.com", reply_domain="reply.bench.example.com",
        verification=["Account PIN"], provisioning={"adapter": "instant"},
    )  # fmt: skip
    agent = User.objects.create(username="mara", role=Role.AGENT, timezone=ZONE)
    policy = Policy.objects.create(brand=brand, code="8x8", name="8x8")
    data = tomllib.loads((POLICIES / "8x8.toml").read_text()) | changes
    scene = Scene(brand=brand, policy=policy, agent=agent, moment=moment)
    PolicyVersion.objects.create(
        policy=policy, number=1, data=Rules.from_dict(data).to_dict(), published_at=scene.now
    )
    return scene

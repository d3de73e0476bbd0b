"""Cases for tests, made by the real actions; every value can be named by the caller."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from accounts.models import Brand, Customer
from cases.actions import confirmation, information, intake, lateness, orders, timers
from cases.actions.base import Actor
from cases.models import Case, Policy, PolicyVersion
from notifications import inbound, outbox
from notifications.models import Inbound
from tests import factories

POLICIES = Path(__file__).resolve().parents[2] / "cases" / "policies"
CALL = datetime(2026, 9, 21, 15, 0, tzinfo=UTC)  # Monday, 10:00 in Chicago
QUESTION = {"key": "users", "text": "Who used these services?"}

LIVE_TIMER = "cases_timer WHERE fired_at IS NULL AND cancelled_at IS NULL"
WAITING_MAIL = "notifications_email WHERE status = 'queued'"
DUE = f"""
SELECT EXISTS (SELECT FROM {WAITING_MAIL} AND next_attempt_at <= %(now)s),
    EXISTS (SELECT FROM {LIVE_TIMER} AND check_at <= %(now)s),
    EXISTS (SELECT FROM cases_caseitem WHERE next_attempt_at <= %(now)s),
    EXISTS (SELECT FROM cases_case WHERE state = 'executing' AND execution_due_at < %(now)s),
    EXISTS (SELECT FROM notifications_inbound WHERE status = 'received')
"""
NEXT = f"""
SELECT least((SELECT min(check_at) FROM {LIVE_TIMER}),
    (SELECT min(next_attempt_at) FROM cases_caseitem),
    (SELECT min(next_attempt_at) FROM {WAITING_MAIL}))
"""


def make_policy(brand: Brand | None = None, *, file: str = "8x8", **changes: Any) -> Policy:
    """A published policy of the brand, from the shipped file."""
    brand = brand or factories.make_brand()
    policy = Policy.objects.create(brand=brand, code=file, name=file)
    publish(policy, {**read_shipped(file), **changes})
    return policy


@cache
def read_shipped(file: str) -> dict[str, Any]:
    """The rules of a shipped policy; thousands of desks have the same."""
    return tomllib.loads((POLICIES / f"{file}.toml").read_text())


def publish(
    policy: Policy, data: dict[str, Any], *, number: int = 1, at: datetime | None = CALL
) -> PolicyVersion:
    """A version of the policy; without `at` it stays a draft."""
    from cases.domain.policy import Policy as Rules

    return PolicyVersion.objects.create(
        policy=policy, number=number, data=Rules.from_dict(data).to_dict(), published_at=at
    )


class Desk:
    """One brand, one customer, one agent, and a clock that a test moves by hand."""

    def __init__(self, *, items: Any = 3, file: str = "8x8", policy: Any = None, **customer: Any):
        self.brand = factories.make_brand()
        self.policy = make_policy(self.brand, file=file, **(policy or {}))
        self.customer: Customer = factories.make_customer(brand=self.brand, items=items, **customer)
        self.contact = factories.make_contact(customer=self.customer)
        self.agent = factories.make_user()
        self.actor = Actor.staff(self.agent)
        self.now = CALL

    # -- what an agent does -----------------------------------------------------------------
    def open(self, **given: Any) -> Case:
        given.setdefault("item_ids", list(self.customer.items.values_list("pk", flat=True)))
        given.setdefault("contact", self.contact)
        given.setdefault("checks", ["Account PIN"])
        return intake.open_case(
            customer=self.customer, policy=self.policy, actor=self.actor, now=self.now, **given
        )

    def do(self, action: Any, case: Case, **given: Any) -> Case:
        return action(case_id=case.pk, actor=self.actor, now=self.now, **given)

    def ask(self, case: Case, *questions: dict[str, Any]) -> Case:
        self.do(information.request_information, case, questions=questions or [QUESTION])
        self.run()
        return self.read(case)

    def confirm(self, case: Case, **given: Any) -> Case:
        self.do(confirmation.confirm, case, **given)
        self.run()
        return self.read(case)

    # -- what time does ---------------------------------------------------------------------
    def run(self) -> None:
        """Send, fire and provision what is due now, until nothing is.

        A sweep that would find nothing is not begun: thousands of those are most of a run's time.
        """
        for _ in range(50):
            mail, timer, item, late, unread = self._ask(DUE)
            done = mail and outbox.deliver_due(now=self.now, limit=500)
            done += timer and timers.fire_due(now=self.now)
            done += item and orders.provision_due(now=self.now)
            done += late and lateness.raise_alarms(now=self.now)
            done += unread and inbound.process_due(now=self.now, limit=500)
            if not done:
                return
        raise AssertionError("the desk does not come to rest")

    def go_to(self, instant: datetime) -> None:
        """Let time pass until `instant`, stopping wherever something is due."""
        while True:
            [step] = self._ask(NEXT)
            if step is None or step > instant:
                break
            self.now = max(self.now, step)
            self.run()
        self.now = instant
        self.run()

    def _ask(self, statement: str) -> tuple[Any, ...]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"now": self.now})
            return cursor.fetchone()

    def pass_days(self, days: float) -> None:
        self.go_to(self.now + timedelta(days=days))

    # -- what the customer does -------------------------------------------------------------
    def reply(
        self,
        case: Case,
        text: str,
        *,
        sender: str = "",
        authentic: bool = True,
        process: bool = True,
        **headers: str,
    ) -> Inbound:
        """A mail to the case's thread, as the MTA hands it to the door."""
        sender = sender or case.contact.email
        domain = sender.rpartition("@")[2]
        lines = {
            "From": sender,
            "To": f"reply+{case.thread.token}@{self.brand.reply_domain}",
            "Subject": f"Re: {case.number}",
            "Message-ID": f"<{self.now.timestamp()}.{Inbound.objects.count()}@{domain}>",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if authentic:
            from django.conf import settings

            result = f"{settings.AUTHSERV_ID}; dmarc=pass header.from={domain}"
            lines = {"Authentication-Results": result, **lines}
        raw = "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n" + text + "\r\n"
        stored = inbound.store(
            channel="test",
            recipient=lines["To"],
            envelope_from=headers.get("Return_Path", sender).strip("<>"),
            raw=raw.encode(),
            now=self.now,
        )
        if process:
            self.run()
            stored.refresh_from_db()
        return stored

    def read(self, case: Case) -> Case:
        return Case.objects.select_related("customer", "contact", "thread", "policy_version").get(
            pk=case.pk
        )

    def mails(self, case: Case, purpose: str = "") -> list[Any]:
        found = case.thread.emails.order_by("id")
        return list(found.filter(purpose=purpose) if purpose else found)

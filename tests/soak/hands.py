"""One process of the desk: what it is asked for it does with the real actions and sweeps.

It may be killed at any moment. Whoever asks again says so, and hears what had been committed.
"""

from __future__ import annotations

import gc
import signal
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from multiprocessing.connection import Connection
from typing import Any

# What a server that goes away looks like from here.
MOST_SWEEPS = 200
BATCH = 3
BROKEN = ("OperationalError", "InterfaceError", "AdminShutdown")


@dataclass(frozen=True, kw_only=True)
class Job:
    """An action by name, for a case or for a customer. `again`: nobody knows what became of it.

    `seen` is the last line of the history when whoever asks looked at the case.
    """

    name: str
    given: dict[str, Any]
    seen: int = 0
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of it: the case as it is now, or who refused it."""

    facts: dict[str, Any]
    refused: str = ""
    broken: bool = False  # the database went away; it may be asked for again
    words: str = ""


def work(pipe: Connection) -> None:
    """Do what the pipe says, until it says None."""
    from django.db import connection

    connection.close()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()  # what was learnt before the fork is nobody's garbage
    share_work()
    while True:
        said = pipe.recv()
        if said is None:
            return
        verb, now, payload = said
        pipe.send(VERBS[verb](now, payload))


def share_work() -> None:
    """Small batches: both workers get some of what is due, and meet more often."""
    from cases.actions import orders
    from notifications.inbound import processing
    from notifications.outbox import deliver

    orders.BATCH = processing.BATCH = deliver.BATCH = BATCH


def act(now: datetime, jobs: Sequence[Job]) -> list[Outcome]:
    return [guard(lambda job=job: run(job, now)) for job in jobs]


# What a sweep would find. Most would find nothing, and thousands of those are most of a run's time.
LIVE_TIMER = "cases_timer WHERE fired_at IS NULL AND cancelled_at IS NULL"
DUE = f"""
SELECT (SELECT count(*) FROM notifications_inbound WHERE status = 'received'),
    (SELECT count(*) FROM {LIVE_TIMER} AND check_at <= %(now)s),
    (SELECT count(*) FROM cases_caseitem WHERE next_attempt_at <= %(now)s),
    (SELECT count(*) FROM notifications_email WHERE next_attempt_at <= %(now)s
        AND status = 'queued')
    + (SELECT count(*) FROM notifications_email WHERE next_attempt_at <= %(now)s
        AND status = 'unknown')
    + (SELECT count(*) FROM notifications_email WHERE status = 'sending' AND lease_until < now())
    + (SELECT count(*) FROM notifications_email WHERE news <> '')
"""


def sweep(now: datetime, whole: bool) -> Outcome:
    """Sweep until nothing is left; `whole`: begin with everything that beat would do."""
    from cases.sweep import sweep_once

    def go() -> Outcome:
        done = 0
        if whole:
            done += bool(sweep_once(now=now))
        for _ in range(MOST_SWEEPS):
            once = sweep_what_is_due(now)
            if not once:
                return Outcome(facts={"done": done})
            done += once
        return Outcome(facts={}, refused="NeverQuiet", words="still busy after many sweeps")

    return guard(go)


def sweep_what_is_due(now: datetime) -> int:
    """The sweeps of the workers, as far as they would find anything, in the order of a tick."""
    from django.db import connection

    from cases.actions import orders, timers
    from notifications import inbound, outbox

    with connection.cursor() as cursor:
        cursor.execute(DUE, {"now": now})
        mail_in, timer, item, mail_out = cursor.fetchone()
    done = inbound.process_due(now=now) if mail_in else 0
    done += timers.fire_due(now=now, limit=2 * BATCH) if timer else 0
    done += orders.provision_due(now=now) if item else 0
    return done + (outbox.sweep(now=now) if mail_out else 0)


def store(now: datetime, letters: Sequence[dict[str, Any]]) -> Outcome:
    """At the door: committed, then acknowledged."""
    from notifications import inbound

    return guard(lambda: Outcome(facts={"ids": [inbound.store(**one).pk for one in letters]}))


def hear_hooks(now: datetime, calls: Sequence[tuple[str, str, str]]) -> Outcome:
    """What the mail provider tells of mails (what, Message-ID, its own number), in this order."""
    from django.conf import settings
    from django.test import Client

    from tests.notifications.webhooks import providers

    settings.ANYMAIL, settings.WEBHOOKS = dict(providers.KEYS), ["postmark"]
    settings.ALLOWED_HOSTS = ["*"]
    for what, message_id, number in calls:
        call = providers.news("postmark", what, message_id, number=number, at=now.timestamp())
        code = call.send(Client(raise_request_exception=False)).status_code
        if code != 200:
            return Outcome(facts={}, broken=code == 503, refused=f"{code} for a webhook")
    return Outcome(facts={})


VERBS: dict[str, Callable[..., Any]] = {
    "act": act, "sweep": sweep, "store": store, "hear_hooks": hear_hooks,
}  # fmt: skip


def guard(go: Callable[[], Outcome]) -> Outcome:
    from django.db import connection

    try:
        return go()
    except Exception as error:
        names = {kind.__name__ for kind in type(error).__mro__}
        if names & set(BROKEN):
            connection.close()
            return Outcome(facts={}, broken=True, words=str(error))
        return Outcome(
            facts={}, refused=type(error).__name__, words=traceback.format_exc(chain=False)
        )


def run(job: Job, now: datetime) -> Outcome:
    from cases.actions.base import ActionError

    if job.again and job.name != "break_provider" and (known := find_done(job, now)):
        return known
    try:
        return tell(ACTIONS[job.name](now, **job.given))
    except ActionError as error:
        return Outcome(facts={}, refused=type(error).__name__, words=str(error))


def find_done(job: Job, now: datetime) -> Outcome | None:
    """Was it committed before the one who asked could hear of it?

    Whoever asks looks at the case again: is there a line of theirs that they have not seen? What
    they did before, at the same instant, they have.
    """
    from cases.models import Case, Event

    if "customer" in job.given:
        case = Case.objects.filter(customer=job.given["customer"]).first()
        return tell(case) if case else None
    case_id = job.given["case"]
    who = "customer" if job.name in BY_CUSTOMER else "user"
    lines = Event.objects.filter(case=case_id, at=now, actor_kind=who, sequence__gt=job.seen)
    return tell(Case.objects.get(pk=case_id)) if lines.exists() else None


def tell(case: Any) -> Outcome:
    """What a page would show."""
    if case is None:
        return Outcome(facts={})
    return Outcome(
        facts={
            "case": case.pk, "version": case.version, "token": case.thread.token,
            "sequence": case.last_sequence,
        }
    )  # fmt: skip


@cache
def read_agent() -> Any:
    from accounts.models import User
    from cases.actions.base import Actor

    return Actor.staff(User.objects.get(username="agent"))


@cache
def read_policy(brand_id: int) -> Any:
    from cases.models import Policy

    return Policy.objects.get(brand=brand_id)


# -- the actions --------------------------------------------------------------------------------
QUESTION = {"key": "users", "text": "Who used these services?"}


def open_case(now: datetime, *, customer: int, wished_on: Any = None) -> Any:
    from accounts.models import Customer
    from cases.actions import intake

    who = Customer.objects.select_related("brand").get(pk=customer)
    return intake.open_case(
        customer=who, policy=read_policy(who.brand_id), actor=read_agent(), now=now,
        item_ids=list(who.items.values_list("pk", flat=True)), contact=who.contacts.get(),
        checks=["Account PIN"], wished_on=wished_on,
    )  # fmt: skip


def read_customer(contact: Any) -> Any:
    from cases.actions.base import Actor
    from cases.domain.trust import Level

    return Actor.customer(contact, Level.L3)


def open_page(now: datetime, *, customer: int) -> Any:
    from accounts.models import Customer
    from cases.actions import entry

    who = Customer.objects.select_related("brand").get(pk=customer)
    contact = who.contacts.get()
    return entry.open_by_customer(
        customer=who, contact=contact, actor=read_customer(contact), now=now,
        item_ids=list(who.items.values_list("pk", flat=True)),
    )  # fmt: skip


def by_agent(module: str, name: str, **fixed: Any) -> Callable[..., Any]:
    def call(now: datetime, *, case: int, **given: Any) -> Any:
        from importlib import import_module

        action = getattr(import_module(f"cases.actions.{module}"), name)
        return action(case_id=case, actor=read_agent(), now=now, **fixed, **given)

    return call


def answer(now: datetime, *, case: int) -> Any:
    from cases.actions import information
    from cases.models import Question

    question = Question.objects.get(case=case)
    return information.answer_question(
        case_id=case, question_id=question.pk, answer="Mara", actor=read_agent(), now=now
    )


def dismiss(now: datetime, *, case: int, kind: str) -> Any:
    from cases.actions import correspondence
    from cases.models import Todo

    todo = Todo.objects.get(case=case, kind=kind, resolved_at=None)
    return correspondence.resolve_todo(
        case_id=case, todo_id=todo.pk, resolution="seen", actor=read_agent(), now=now
    )


def confirm_page(now: datetime, *, case: int) -> Any:
    """What the customer sees, and confirms at once."""
    from cases.actions import confirmation
    from cases.models import Case
    from cases.models.preview import read_preview

    found = Case.objects.select_related("customer", "contact", "policy_version__policy").get(
        pk=case
    )
    preview = read_preview(found, now=now)
    return confirmation.confirm_by_customer(
        case_id=case, actor=read_customer(found.contact), now=now, seen=preview.digest,
        typed=preview.phrase,
    )  # fmt: skip


def terminate(now: datetime, *, case: int) -> Any:
    """R45, R48: each service by a confirmation of its own."""
    from cases.actions import termination
    from cases.models import Case

    found = Case.objects.select_related("contact").get(pk=case)
    for item in found.items.order_by("pk"):
        found = termination.terminate_item(
            case_id=case, case_item_id=item.pk, actor=read_customer(found.contact), now=now
        )
    return found


def pay(now: datetime, *, case: int) -> Any:
    from django.db import transaction

    from cases.actions import billing

    with transaction.atomic():
        billing.issue_final_bill(case_id=case, amount=Decimal("7.50"), actor=read_agent(), now=now)
        return billing.pay_final_bill(case_id=case, actor=read_agent(), now=now)


def break_provider(now: datetime, *, customer: int, fails: bool) -> None:
    """The provider of this customer's services answers with failures, or works again."""
    from accounts.models import Brand, Item
    from config.sandbox.provider import fail_items

    items = list(Item.objects.filter(customer=customer).values_list("pk", flat=True))
    brand = Brand.objects.get(customers=customer)
    fail_items(brand_id=brand.pk, item_ids=items, fail=fails)


# What needs a case, an agent and an instant, and at most what is given: module and name.
BY_AGENT = {
    "ask": ("information", "request_information"),
    "send_link": ("entry", "send_link"),
    "confirm": ("confirmation", "confirm"),
    "reschedule": ("confirmation", "reschedule"),
    "withdraw": ("confirmation", "withdraw"),
    "reopen": ("reopening", "reopen_case"),
    "restore": ("restoration", "restore"),
    "retry": ("repair", "retry_item"),
    "send_again": ("contact", "send_again"),
}
BY_CUSTOMER = ("confirm_page", "terminate")
FIXED: dict[str, dict[str, Any]] = {
    "ask": {"questions": [QUESTION]},
    "reschedule": {"reason": "They asked for it"},
}
ACTIONS: dict[str, Callable[..., Any]] = {
    **{key: by_agent(*where, **FIXED.get(key, {})) for key, where in BY_AGENT.items()},
    "open": open_case,
    "open_page": open_page,
    "answer": answer,
    "confirm_page": confirm_page,
    "dismiss": dismiss,
    "break_provider": break_provider,
    "terminate": terminate,
    "pay": pay,
}

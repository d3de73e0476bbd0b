"""The desk's own part of a mail story, as processes that are killed: `python -m … role`.

`open N` opens N cases and asks each customer by mail; `mailbox PORT USER PASSWORD` sets up the
mailbox in which the answers arrive, for the IMAP door; `send` and `process` are workers. `answer`
puts one answer to each case into the store, `file` files what is there and ends.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import django

BRAND = "acme"
CUSTOMERS = "customer.example.com"
PAUSE_S = 0.05


def open_cases(count: int) -> None:
    """One case per customer, all of whom read the same mailbox under addresses of their own."""
    from cases.actions import information, intake
    from cases.actions.base import Actor
    from config import clock
    from tests import factories
    from tests.cases.build import QUESTION, make_policy

    brand = factories.make_brand(slug=BRAND)
    policy, actor = make_policy(brand), Actor.staff(factories.make_user())
    for number in range(count):
        customer = factories.make_customer(brand=brand, items=1)
        contact = factories.make_contact(
            customer=customer, email=f"robin+{number}@{CUSTOMERS}", name=f"Robin {number}"
        )
        case = intake.open_case(
            customer=customer, policy=policy, actor=actor, contact=contact, now=clock.now(),
            item_ids=[item.pk for item in customer.items.all()], checks=["Account PIN"],
        )  # fmt: skip
        information.request_information(
            case_id=case.pk, actor=actor, now=clock.now(), questions=[QUESTION]
        )


def set_up_mailbox(port: int, user: str, password: str) -> None:
    from notifications.inbound.imap.secrets import hide
    from notifications.models import Mailbox

    Mailbox.objects.create(
        name="answers", host="localhost", port=port, username=user, secret=hide(password),
        address=f"cancellations@{BRAND}.example.com",
    )  # fmt: skip


def store_answers() -> None:
    """One answer to each case, as a door stores it."""
    from cases.models import Case
    from config import clock
    from notifications import inbound

    for case in Case.objects.select_related("thread", "contact"):
        sender = case.contact.email
        raw = f"From: {sender}\r\nSubject: Re: {case.number}\r\n\r\nJim used them.\r\n"
        inbound.store(
            channel="lmtp", recipient=f"reply+{case.thread.token}@reply.{BRAND}.example.com",
            envelope_from=sender, raw=raw.encode(), now=clock.now(),
        )  # fmt: skip


def work(turn: Callable[[], object]) -> None:
    """Work on and on, as a worker with its beat does; a database that is away costs a turn."""
    from django.db import InterfaceError, OperationalError, connection

    while True:
        try:
            turn()
        except (OperationalError, InterfaceError):
            connection.close()
        time.sleep(PAUSE_S)


def main(role: str, *arguments: str) -> None:
    django.setup()
    from config import clock
    from notifications import inbound, outbox

    if role == "open":
        open_cases(int(arguments[0]))
    elif role == "mailbox":
        set_up_mailbox(int(arguments[0]), *arguments[1:])
    elif role == "answer":
        store_answers()
    elif role == "file":
        inbound.process_due(now=clock.now())
    elif role == "send":
        work(lambda: outbox.sweep(now=clock.now()))
    elif role == "process":
        work(lambda: inbound.process_due(now=clock.now()))
    else:
        raise SystemExit(f"there is no role {role}")


if __name__ == "__main__":
    main(*sys.argv[1:])

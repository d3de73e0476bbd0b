"""The ways in for a customer: asking for a link, opening a case by themselves, being sent to it.

Nobody can learn here whether we know an address: the page only notes the wish, and a worker looks
it up afterwards (R32, THREATS 48).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from celery import current_app
from django.db import transaction
from django.db.models import Q

from accounts.folding import fold_account_number
from accounts.models import Contact, Customer
from cases.actions.base import Actor, NotPossible, change_case
from cases.actions.intake import open_case
from cases.actions.limits import ASK_BY_ADDRESS, ASK_BY_CLIENT, TooOften, count_against
from cases.actions.links import make_start_link
from cases.actions.mail import queue_mail, render_letter
from cases.domain.states import UNCONFIRMED, State
from cases.models import Case, LinkRequest, Policy
from notifications import outbox
from notifications.wake import wake

MOST_ACCOUNTS = 5
NAMED = Q(is_owner=True) | Q(may_cancel=True) | Q(may_restore=True)


def ask_for_link(*, email: str, account_number: str, client: str, now: datetime) -> None:
    """Note that somebody wants a link; the same work whoever asks. Raises `TooOften` by client.

    Too many wishes for one address are passed over in silence: saying so would say something.
    """
    count_against(ASK_BY_CLIENT, client, now=now)
    try:
        count_against(ASK_BY_ADDRESS, email, now=now)
    except TooOften:
        return
    with transaction.atomic():
        LinkRequest.objects.create(
            email=email.strip().lower()[:254], account_number=account_number.strip()[:40],
            asked_at=now,
        )  # fmt: skip
        wake(current_app.tasks["cases.tasks.answer_link_requests"])


def answer_link_requests(*, now: datetime, limit: int = 100) -> int:
    """Mail a link to each known address that asked; returns how many wishes were looked at."""
    seen = 0
    while seen < limit and answer_one(now=now):
        seen += 1
    return seen


def answer_one(*, now: datetime) -> bool:
    """Answer the oldest wish that nobody else is answering; False when there is none."""
    with transaction.atomic():
        wish = LinkRequest.objects.select_for_update(skip_locked=True).first()
        if wish is None:
            return False
        for contact in find_contacts(wish):
            mail_start_link(contact, now=now)
        wish.delete()
        return True


def find_contacts(wish: LinkRequest) -> list[Contact]:
    """Whom we know under this address, with a say in their account."""
    known = Contact.objects.filter(NAMED, email=wish.email, removed_at=None)
    if wish.account_number:
        key = fold_account_number(wish.account_number)
        known = known.filter(customer__account_key=key)
    return list(known.select_related("customer__brand").order_by("pk")[:MOST_ACCOUNTS])


def mail_start_link(contact: Contact, *, now: datetime) -> None:
    """One mail with one link, in the customer's language and the brand's name."""
    customer = contact.customer
    link, url = make_start_link(contact=contact, now=now)
    texts = render_letter(customer, "link", contact=contact, now=now, page_url=url)
    outbox.queue(
        key=f"link:{link.pk}",
        purpose="link",
        thread=None,
        from_name=customer.brand.email_name,
        from_email=customer.brand.email_from,
        reply_to="",
        to_name=contact.name,
        to_email=contact.email,
        subject=texts["subject"],
        text=texts["text"],
        html=texts["html"],
        now=now,
    )


def find_policy(customer: Customer) -> Policy | None:
    """The brand's published policy; the one for self-service first where there are several."""
    policies = Policy.objects.filter(
        brand=customer.brand_id, versions__published_at__isnull=False
    ).distinct()
    found = [(p.current(), p) for p in policies.order_by("pk")]
    ranked = sorted(found, key=lambda pair: pair[0] is None or not serves_itself(pair[0].rules))
    return ranked[0][1] if ranked else None


def serves_itself(rules: object) -> bool:
    return getattr(rules, "channel", "") == "self_service"


def open_by_customer(
    *, customer: Customer, contact: Contact, item_ids: Sequence[int], actor: Actor, now: datetime
) -> Case:
    """The customer opens a case on their page: nothing ends by that (R32, R33).

    Raises what `open_case` raises, and `NotPossible` where the policy wants a call.
    """
    policy = find_policy(customer)
    version = policy.current() if policy else None
    if policy is None or version is None or not serves_itself(version.rules):
        raise NotPossible("Here a cancellation begins with a call to us.")
    return open_case(
        customer=customer, policy=policy, item_ids=item_ids, actor=actor, now=now, contact=contact
    )


def send_link(*, case_id: int, actor: Actor, now: datetime, version: int | None = None) -> Case:
    """Mail the caller the link to their page, where they go on by themselves (R32).

    From its acceptance the clock of reminders and drop runs, as for a question.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.ask", version=version
    ) as change:
        case = change.case
        if not serves_itself(case.rules):
            raise NotPossible("Under this policy the cancellation is confirmed with us by phone.")
        if case.status not in UNCONFIRMED:
            raise NotPossible(f"There is nothing to do there: the case is “{case.status.label}”.")
        email = queue_mail(change, "page", key=f"page:{case.ask_round + 1}")
        if case.status is State.AWAITING_CUSTOMER:
            case.start_asking(email=email)
        else:
            change.move(case.hand_over, email=email)
        change.record("page_sent", f"{actor.name} sent {email.to_name} the link to their page.")
        return case

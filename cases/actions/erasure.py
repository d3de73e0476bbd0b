"""Erase what is personal and keep the evidence: that it was, when, by which rule (G27).

A case is the unit: one transaction, files first, so that a worker may be killed anywhere and the
next one goes on. Nothing is erased of a case that is open or has a live timer, of mail that is on
its way, or of a customer under a legal hold. The history keeps its chain: what an event said is
replaced by the hash of it (cases.domain.history).
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from accounts.erasing import erase_account
from accounts.models import Brand, Customer
from cases.actions.base import DESK, Change, change_case
from cases.domain.history import hash_content
from cases.models import Case, DataRequest, Event, Timer
from cases.models.timer import LIVE
from notifications import erasing
from notifications.epoch import hold_if_restored
from notifications.models import Switch
from notifications.models.switch import DESTRUCTION

log = structlog.get_logger(__name__)

ERASED = erasing.ERASED
DAY = timedelta(days=1)
LIMIT = 500


def erase_due(*, now: datetime, limit: int = LIMIT, most_s: float = 10.0) -> int:
    """Erase what somebody asked for and what has been kept long enough; return how many cases.

    Safe at any concurrency and after any crash. Nothing is erased while destruction is paused.
    """
    if hold_if_restored(now=now) or Switch.is_paused(DESTRUCTION):
        return 0
    until, erased = time.monotonic() + most_s, 0
    for due in (list_asked(), list_old(now=now)):
        for pk in list(due.order_by("ended_at", "id").values_list("pk", flat=True)[:limit]):
            erased += erase_case(case_id=pk, now=now)
            if time.monotonic() > until:
                return erased
    finish_erasures(now=now)
    erase_old_unfiled(now=now, limit=limit)
    return erased


def list_asked() -> QuerySet[Case]:
    """Cases of customers whose erasure was asked for."""
    return list_erasable().filter(customer__in=open_requests(DataRequest.Kind.ERASURE))


def list_old(*, now: datetime) -> QuerySet[Case]:
    """Cases that their brand keeps no longer. One small query for the brands."""
    kept = Brand.objects.exclude(retention_days=None).values_list("pk", "retention_days")
    ends = {brand_id: now - DAY * days for brand_id, days in kept if days}
    if not ends:
        return Case.objects.none()
    own = [Q(brand=brand_id, ended_at__lt=end) for brand_id, end in ends.items()]
    # The second condition lets the index end the search: no brand keeps less than this.
    return list_erasable().filter(reduce(or_, own), ended_at__lt=max(ends.values()))


def list_erasable() -> QuerySet[Case]:
    """Cases that ended, have no live timer, and of no customer under a hold."""
    ended = Case.objects.filter(erased_at=None, ended_at__isnull=False)
    held = Q(customer__in=open_requests(DataRequest.Kind.HOLD))
    live = Exists(Timer.objects.filter(LIVE, case=OuterRef("pk")))
    return ended.exclude(held).exclude(live)


def open_requests(kind: str) -> QuerySet[DataRequest, Any]:
    return DataRequest.objects.filter(kind=kind, ended_at=None).values("customer")


def erase_case(*, case_id: int, now: datetime) -> bool:
    """Erase one case, looking again under its lock; say whether it was erased."""
    try:
        with change_case(case_id=case_id, actor=DESK, now=now) as change:
            if Switch.is_paused(DESTRUCTION) or not may_go(case_id, now=now):
                return False
            erase_rows(change)
    except erasing.StillNeeded as reason:
        log.info("erasure_waits", case=case_id, reason=str(reason))
        return False
    return True


def may_go(case_id: int, *, now: datetime) -> bool:
    """Is it still due, under its lock?"""
    due = (list_asked(), list_old(now=now))
    return any(cases.filter(pk=case_id).exists() for cases in due)


def erase_rows(change: Change) -> None:
    """Everything personal of a locked case; its number, dates, amounts and digests stay."""
    case = change.case
    erasing.erase_thread(thread_id=case.thread_id)
    for upload in case.uploads.all():
        erasing.drop(upload.file)
        upload.file, upload.name, upload.problem = "", f"erased {upload.pk}", ""
        upload.save(update_fields=["file", "name", "problem"])
    case.questions.update(
        text=ERASED, choices=[], suggested_answer="", suggested_quote="", suggested_note="",
        suggested_sure=False, suggested_from=None,
    )  # fmt: skip
    case.questions.exclude(answer="").update(answer=ERASED)
    case.todos.update(reason=ERASED, evidence={}, resolution="")
    case.promises.update(reason="")
    case.approvals.update(reason=ERASED)
    case.items.update(detail="", disposition_note="")
    for rows in (case.portal_links, case.portal_codes, case.drafts, case.notices):
        rows.all().delete()
    erase_history(case)
    case.caller_name, case.checks, case.ask_paused_because = "", [], ""
    case.erased_at = change.now
    change.replan = False
    change.record("erased", "Everything personal was erased; what remains is evidence.")


def erase_history(case: Case) -> None:
    """Blot out what each event said; its hash takes its place, and the chain stays whole.

    The salt goes with the words: without it nobody can try short texts until one fits the hash.
    """
    events = list(case.events.filter(content_hash=None))
    for event in events:
        event.content_hash = hash_content(event.summary, event.data, salt=event.salt)
        event.summary, event.data, event.salt = ERASED, {}, None
    Event.objects.bulk_update(events, ["summary", "data", "salt", "content_hash"], batch_size=500)


def finish_erasures(*, now: datetime) -> None:
    """Where the last case is erased, the account itself follows."""
    requests = DataRequest.objects.filter(kind=DataRequest.Kind.ERASURE, ended_at=None)
    held = Q(customer__in=open_requests(DataRequest.Kind.HOLD))
    for pk in list(requests.exclude(held).values_list("pk", flat=True)):
        with transaction.atomic():
            request = requests.select_for_update(skip_locked=True).filter(pk=pk).first()
            if request is None or request.customer.cases.filter(erased_at=None).exists():
                continue
            erase_customer(request.customer, now=now)
            request.reason, request.ended_at = ERASED, now
            request.save(update_fields=["reason", "ended_at"])
        log.info("customer_erased", customer=request.customer_id)


def erase_customer(customer: Customer, *, now: datetime) -> None:
    """The account, and what was kept beside its cases."""
    from cases.models import CallDraft, LinkRequest, Todo

    senders = list(customer.contacts.values_list("email", flat=True))
    erasing.erase_inbound(erasing.list_unfiled(senders=senders))
    LinkRequest.objects.filter(email__in=senders).delete()
    CallDraft.objects.filter(customer=customer).delete()
    customer.portal_links.all().delete()
    Todo.objects.filter(item__customer=customer).update(reason=ERASED, evidence={}, resolution="")
    erase_account(customer, now=now)


def erase_old_unfiled(*, now: datetime, limit: int) -> int:
    """Mail of no case goes when the brand that keeps longest would let it go."""
    longest = Brand.objects.aggregate(longest=Max("retention_days"))["longest"]
    if longest is None or Brand.objects.filter(retention_days=None).exists():
        return 0
    return erasing.erase_unfiled(before=now - DAY * longest, limit=limit)

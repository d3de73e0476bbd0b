"""Change the fate of a mail from outside: stop it, hear of it, decide about it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from notifications import signals
from notifications.models import Email, Inbound
from notifications.outbox.news import tell

Status = Email.Status
Delivery = Email.Delivery

# What is heard of a delivery comes in any order and twice: only a higher rank changes the row.
RANK = {
    Delivery.NOTHING: 0,
    Delivery.DELAYED: 1,
    Delivery.DELIVERED: 2,
    Delivery.BOUNCED: 3,
    Delivery.COMPLAINED: 4,
}


class CannotSettle(Exception):
    """The mail is not in a state in which this can be decided."""


def stop(*, email_id: int, reason: str) -> bool:
    """Hold back a mail that has become pointless; say whether that was in time.

    Nothing is announced: whoever stops a mail knows. A mail whose first sending is of unknown
    fate is not sent again.
    """
    waiting = Q(status__in=[Status.QUEUED, Status.UNKNOWN]) | Q(
        status=Status.SENDING, begun_at=None
    )
    stopped = Email.objects.filter(waiting, pk=email_id).update(
        status=Status.STOPPED,
        error=reason[:500],
        next_attempt_at=None,
        lease=None,
        lease_until=None,
        news="",
    )
    return bool(stopped)


def retry_now(*, email_id: int, now: datetime) -> None:
    """Send a failed, stopped or unknown mail again, with the same ids. A person's decision.

    Raises CannotSettle for any other mail.
    """
    again = Email.objects.filter(
        pk=email_id, status__in=[Status.FAILED, Status.STOPPED, Status.UNKNOWN, Status.QUEUED]
    ).update(status=Status.QUEUED, next_attempt_at=now, begun_at=None, news="")
    if not again:
        raise CannotSettle("only a mail that failed, was stopped or is unknown can go again")
    from notifications.tasks import deliver
    from notifications.wake import wake

    wake(deliver, email_id)


def settle_unknown(*, email_id: int, arrived: bool, now: datetime) -> None:
    """Decide about a mail of unknown fate: it arrived, or it never did. A person's decision.

    Raises CannotSettle when its fate is known already.
    """
    with transaction.atomic():
        email = _lock(email_id)
        if email is None or email.status != Status.UNKNOWN:
            raise CannotSettle("the fate of this mail is known")
        if arrived:
            _accept(email, now=now)
        else:
            email.status, email.next_attempt_at, email.news = Status.FAILED, None, ""
            email.save(update_fields=["status", "next_attempt_at", "news"])
            signals.email_failed.send(sender=Email, email=email)


def mark_seen(*, message_ids: list[str], now: datetime) -> None:
    """Settle mails of unknown fate whose ids came back in a customer's mail: they arrived."""
    if not message_ids:
        return
    unknown = Email.objects.filter(message_id__in=message_ids, status=Status.UNKNOWN)
    for email_id in unknown.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            email = _lock(email_id)
            if email is not None and email.status == Status.UNKNOWN:
                _accept(email, now=now)


def mark_delivered(*, email_id: int, at: datetime, detail: str = "") -> None:
    """Note that the recipient's server has the mail; it arrived, whatever SMTP left open."""
    with transaction.atomic():
        email = _lock(email_id)
        if email is None or not _raise_rank(email, Delivery.DELIVERED, at=at, detail=detail):
            return
        if _is_open(email):
            _accept(email, now=at)


def mark_accepted(*, email_id: int, at: datetime) -> None:
    """Note that the mail provider has the mail: it needs no second sending.

    Heard while the mail is still being sent, it is kept for the case that the sender falls silent.
    """
    with transaction.atomic():
        email = _lock(email_id)
        if email is None:
            return
        if _is_open(email):
            _accept(email, now=at)
        elif email.status == Status.SENDING and email.begun_at is not None:
            email.accepted_at = at
            email.save(update_fields=["accepted_at"])


def mark_bounced(
    *,
    email_id: int,
    inbound: Inbound | None,
    now: datetime,
    delivery: str = Delivery.BOUNCED,
    detail: str = "",
) -> bool:
    """Note that a mail came back (or was delayed, or complained about); say whether that is new.

    A bounce and a complaint are announced by `email_bounced`. A mail that bounced was surely
    accepted before, so one of unknown fate is settled by it and not sent again; one that is
    delayed is on its way, and its acceptance is told.
    """
    with transaction.atomic():
        email = _lock(email_id)
        if email is None or not _raise_rank(email, delivery, at=now, detail=detail):
            return False
        if delivery == Delivery.DELAYED:
            if _is_open(email):
                _accept(email, now=now)
            return True
        if _is_open(email):
            email.status, email.next_attempt_at, email.news = Status.SENT, None, ""
            email.accepted_at = email.accepted_at or email.begun_at or now
            email.save(update_fields=["status", "next_attempt_at", "news", "accepted_at"])
        signals.email_bounced.send(sender=Email, email=email, inbound=inbound)
    return True


def _lock(email_id: int) -> Email | None:
    """Let listeners lock what they must (case before outbox), then lock the mail.

    That it was accepted is told before anything that is heard of it later.
    """
    email = Email.objects.filter(pk=email_id).first()
    if email is None:
        return None
    signals.emails_recording.send(sender=Email, emails=[email])
    email = Email.objects.select_for_update().filter(pk=email_id).first()
    if email is not None and email.news == Email.News.ACCEPTED:
        tell([(email, email.news)])
        email.save(update_fields=["news"])
    return email


def _is_open(email: Email) -> bool:
    """Say whether a mail may go out (again) although it may have been taken before."""
    tried = email.status == Status.QUEUED and email.attempts > 0
    return email.status == Status.UNKNOWN or tried


def _accept(email: Email, *, now: datetime) -> None:
    email.status, email.accepted_at, email.next_attempt_at = Status.SENT, now, None
    email.news = ""
    email.save(update_fields=["status", "accepted_at", "next_attempt_at", "news"])
    signals.emails_accepted.send(sender=Email, emails=[email])


def _raise_rank(email: Email, delivery: str, *, at: datetime, detail: str) -> bool:
    if RANK[Delivery(delivery)] <= RANK[Delivery(email.delivery)]:
        return False
    email.delivery, email.delivery_at, email.delivery_detail = delivery, at, detail[:500]
    email.save(update_fields=["delivery", "delivery_at", "delivery_detail"])
    return True

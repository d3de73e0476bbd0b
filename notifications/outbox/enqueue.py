"""Write a mail into the outbox, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from notifications.models import Email, Thread
from notifications.models.thread import make_token
from notifications.outbox.files import OutgoingFile, attach
from notifications.outbox.headers import (
    UnsafeEmail,
    check_one_line,
    clean_address,
    clean_body,
    clean_name,
    clean_subject,
    is_message_id,
)
from notifications.outbox.ids import make_message_id
from notifications.wake import wake

__all__ = ["UnsafeEmail", "open_thread", "queue"]

MAX_REFERENCES = 10


def open_thread(*, now: datetime) -> Thread:
    """Begin a conversation with a token of its own."""
    return Thread.objects.create(created_at=now)


def queue(
    *,
    key: str,
    purpose: str,
    thread: Thread | None,
    from_name: str,
    from_email: str,
    reply_to: str,
    to_name: str,
    to_email: str,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    automatic: bool = True,
    irreversible: bool = False,
    not_before: datetime | None = None,
    in_reply_to: str = "",
    files: Sequence[OutgoingFile] = (),
) -> Email:
    """Queue one mail and return its row; the same `key` again returns the first row (R53).

    `now` and `not_before` are UTC instants. `irreversible` marks a notice that is never sent a
    second time without a person. `files` have been checked (`files.check_files`), or are pictures
    of ours that the HTML names by their `content_id`. Raises UnsafeEmail for line breaks in a
    header, an address that is none, or an over-long subject.
    """
    known = Email.objects.filter(key=key).first()
    if known is not None:
        return known
    email = Email(
        key=key,
        purpose=purpose,
        thread=thread,
        from_name=clean_name("the sender's name", from_name),
        from_email=clean_address("the sender", from_email),
        reply_to=clean_address("Reply-To", reply_to) if reply_to else "",
        to_name=clean_name("the recipient's name", to_name),
        to_email=clean_address("the recipient", to_email),
        subject=clean_subject(subject),
        text=clean_body(text),
        html=clean_body(html),
        in_reply_to=_keep_message_id(in_reply_to),
        automatic=automatic,
        has_files=bool(files),
        irreversible=irreversible,
        created_at=now,
        not_before=not_before,
        next_attempt_at=max(now, not_before) if not_before else now,
    )
    _identify(email)
    return _insert(email, files, may_wake=not_before is None or not_before <= now)


def _insert(email: Email, files: Sequence[OutgoingFile], *, may_wake: bool) -> Email:
    try:
        with transaction.atomic():
            email.save(force_insert=True)
            attach(email, files)
    except IntegrityError:
        # Another transaction took the same key meanwhile; anything else is a real fault.
        known = Email.objects.filter(key=email.key).first()
        if known is None:
            raise
        return known
    if may_wake:
        from notifications.tasks import sweep_outbox

        wake(sweep_outbox)
    return email


def _identify(email: Email) -> None:
    """Give `email` its number, and the ids by which its replies and bounces are known."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('notifications_email', 'id'))")
        email.pk = cursor.fetchone()[0]
    token = email.thread.token if email.thread else make_token()
    domain = email.from_email.rpartition("@")[2]
    email.message_id = make_message_id(token=token, email_id=email.pk, domain=domain)
    references = _find_references(email)
    if references:
        email.headers = {"References": " ".join(references)}


def _find_references(email: Email) -> list[str]:
    """Return the ids of our earlier mails in the thread, oldest first, then the mail answered."""
    ours: list[str] = []
    if email.thread is not None:
        ours = list(
            Email.objects.filter(thread=email.thread)
            .exclude(status__in=[Email.Status.STOPPED, Email.Status.FAILED])
            .order_by("id")
            .values_list("message_id", flat=True)
        )
    if len(ours) > MAX_REFERENCES:
        ours = [ours[0], *ours[1 - MAX_REFERENCES :]]
    return [*ours, email.in_reply_to] if email.in_reply_to else ours


def _keep_message_id(value: str) -> str:
    """Return the customer's Message-ID, or nothing when it is not fit to be repeated."""
    check_one_line("In-Reply-To", value)
    return value.strip() if is_message_id(value.strip()) else ""

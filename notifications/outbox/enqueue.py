"""Write mails into the outbox, in the caller's transaction: one at once, or many together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from django.db import IntegrityError, transaction

from notifications.bulk import insert_all, make_new, take_ids
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

__all__ = ["BulkMailbag", "Mailbag", "UnsafeEmail", "open_thread", "queue"]

MAX_REFERENCES = 10
NEVER_LEFT = (Email.Status.STOPPED, Email.Status.FAILED)


class Mail(TypedDict):
    """A mail to queue, once per `key`.

    `now` and `not_before` are UTC instants. `irreversible` marks a notice that is never sent a
    second time without a person. `files` have been checked (`files.check_files`), or are pictures
    of ours that the HTML names by their `content_id`.
    """

    key: str
    purpose: str
    thread: Thread | None
    from_name: str
    from_email: str
    reply_to: str
    to_name: str
    to_email: str
    subject: str
    text: str
    html: str
    now: datetime
    automatic: NotRequired[bool]
    irreversible: NotRequired[bool]
    not_before: NotRequired[datetime | None]
    in_reply_to: NotRequired[str]
    files: NotRequired[Sequence[OutgoingFile]]


def open_thread(*, now: datetime) -> Thread:
    """Begin a conversation with a token of its own."""
    return Thread.objects.create(created_at=now)


def queue(**mail: Unpack[Mail]) -> Email:
    """Queue one mail and return its row; the same `key` again returns the first row (R53).

    Raises UnsafeEmail for line breaks in a header, an address that is none, or an over-long
    subject.
    """
    return Mailbag().queue(**mail)


class Mailbag:
    """Mails on their way into the outbox, each written at once."""

    def queue(self, **mail: Unpack[Mail]) -> Email:
        """As the function of this name."""
        thread, key = mail["thread"], mail["key"]
        known = self._find_known(key, thread)
        if known is not None:
            return known
        email = _write(mail)
        email.pk = self._take_id()
        token = thread.token if thread else make_token()
        domain = email.from_email.rpartition("@")[2]
        email.message_id = make_message_id(token=token, email_id=email.pk, domain=domain)
        references = _choose_references(self._list_earlier(thread), email.in_reply_to)
        if references:
            email.headers = {"References": " ".join(references)}
        return self._insert(email, mail.get("files", ()))

    def flush(self) -> None:
        """Write what is still only gathered."""

    def _find_known(self, key: str, thread: Thread | None) -> Email | None:
        del thread
        return Email.objects.filter(key=key).first()

    def _take_id(self) -> int:
        return take_ids(Email, 1)[0]

    def _list_earlier(self, thread: Thread | None) -> list[str]:
        """The ids of our earlier mails in the thread, oldest first."""
        if thread is None:
            return []
        earlier = Email.objects.filter(thread=thread).exclude(status__in=NEVER_LEFT)
        return list(earlier.order_by("id").values_list("message_id", flat=True))

    def _insert(self, email: Email, files: Sequence[OutgoingFile]) -> Email:
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
        _wake_for([email])
        return email


class BulkMailbag(Mailbag):
    """Mails of many threads that the caller has locked: read about once, written together.

    `flush` belongs into the same transaction.
    """

    def __init__(self, threads: Collection[int]) -> None:
        """`threads` are all those that may be written to, by number."""
        self._queued: list[Email] = []
        self._ids: Iterator[int] = iter(())
        self._block = max(len(threads), 1)
        self._keys: dict[str, int] = {}
        self._earlier: defaultdict[int | None, list[str]] = defaultdict(list)
        rows = Email.objects.filter(thread__among=threads).order_by("id")
        for pk, thread, key, message_id, status in rows.values_list(
            "id", "thread_id", "key", "message_id", "status"
        ):
            self._keys[key] = pk
            if status not in NEVER_LEFT:
                self._earlier[thread].append(message_id)

    def flush(self) -> None:
        insert_all(self._queued)
        _wake_for(self._queued)
        self._queued = []

    def _find_known(self, key: str, thread: Thread | None) -> Email | None:
        pk = self._keys.get(key)
        if pk is None:
            return None
        waiting = (email for email in self._queued if email.pk == pk)
        return next(waiting, None) or Email.objects.get(pk=pk)

    def _take_id(self) -> int:
        found = next(self._ids, None)
        if found is None:
            self._ids = iter(take_ids(Email, self._block))
            found = next(self._ids)
        return found

    def _list_earlier(self, thread: Thread | None) -> list[str]:
        return self._earlier[thread.pk] if thread else []

    def _insert(self, email: Email, files: Sequence[OutgoingFile]) -> Email:
        attach(email, files)
        self._queued.append(email)
        self._keys[email.key] = email.pk
        self._earlier[email.thread_id].append(email.message_id)
        return email


def _write(mail: Mail) -> Email:
    """The row of a mail, cleaned, without its number and ids."""
    now, not_before = mail["now"], mail.get("not_before")
    reply_to = mail["reply_to"]
    thread = mail["thread"]
    return make_new(
        Email,
        key=mail["key"],
        purpose=mail["purpose"],
        thread_id=thread.pk if thread else None,
        from_name=clean_name("the sender's name", mail["from_name"]),
        from_email=clean_address("the sender", mail["from_email"]),
        reply_to=clean_address("Reply-To", reply_to) if reply_to else "",
        to_name=clean_name("the recipient's name", mail["to_name"]),
        to_email=clean_address("the recipient", mail["to_email"]),
        subject=clean_subject(mail["subject"]),
        text=clean_body(mail["text"]),
        html=clean_body(mail["html"]),
        in_reply_to=_keep_message_id(mail.get("in_reply_to", "")),
        automatic=mail.get("automatic", True),
        has_files=bool(mail.get("files")),
        irreversible=mail.get("irreversible", False),
        created_at=now,
        not_before=not_before,
        next_attempt_at=max(now, not_before) if not_before else now,
    )


def _wake_for(emails: Sequence[Email]) -> None:
    """Ask for a worker once this is committed, where something may leave at once."""
    if any(email.next_attempt_at == email.created_at for email in emails):
        from notifications.tasks import sweep_outbox

        wake(sweep_outbox)


def _choose_references(ours: list[str], in_reply_to: str) -> list[str]:
    """Our earlier mails in the thread, not too many, then the mail answered."""
    if len(ours) > MAX_REFERENCES:
        ours = [ours[0], *ours[1 - MAX_REFERENCES :]]
    return [*ours, in_reply_to] if in_reply_to else ours


def _keep_message_id(value: str) -> str:
    """Return the customer's Message-ID, or nothing when it is not fit to be repeated."""
    check_one_line("In-Reply-To", value)
    return value.strip() if is_message_id(value.strip()) else ""

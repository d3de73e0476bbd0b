"""Erase what mail says and whom it names; what remains tells that it was, when, and its digest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.fields.files import FieldFile

from notifications.models import Attachment, Email, EmailFile, Inbound, StoredFile, Thread

ERASED = "Erased"
NOBODY = "erased@erased.invalid"
UNSETTLED = ("queued", "sending", "unknown")


class StillNeeded(Exception):
    """Mail of this thread is on its way, in or out: erase later."""


def erase_thread(*, thread_id: int) -> None:
    """Erase all mail of a thread, files first: whoever is killed in between does it again.

    Call it in the transaction that notes it. Raises StillNeeded.
    """
    emails = Email.objects.filter(thread_id=thread_id)
    token = Thread.objects.values_list("token", flat=True).get(pk=thread_id)
    inbound = Inbound.objects.filter(  # what is not read yet, or held, has only its address
        Q(thread_id=thread_id) | Q(about_email__thread_id=thread_id) | Q(recipient_token=token)
    )
    waits = emails.filter(Q(status__in=UNSETTLED) | ~Q(news="")).exists()
    if waits or inbound.filter(status=Inbound.Status.RECEIVED).exists():
        raise StillNeeded("Mail of this case is still on its way.")
    erase_emails(emails)
    erase_inbound(inbound)


def erase_emails(emails: QuerySet[Email]) -> int:
    """Blot out recipient and words. Files that no other mail carries go, too."""
    uses = EmailFile.objects.filter(email__in=emails)
    stored = list(uses.values_list("stored_id", flat=True).distinct())
    uses.delete()
    for file in StoredFile.objects.filter(pk__in=stored, uses=None):
        drop(file.content)
        file.delete()
    return emails.update(
        to_name="", to_email=NOBODY, subject=ERASED, text="", html="", headers={}, has_files=False,
        in_reply_to="", error="", response="", delivery_detail="",
    )  # fmt: skip


def erase_inbound(mails: QuerySet[Inbound]) -> int:
    """Blot out sender and words, and drop the files. Size and digest stay."""
    for attachment in Attachment.objects.filter(inbound__in=mails):
        drop(attachment.file)
        attachment.delete()
    return mails.update(
        raw=b"", envelope_from="", from_name="", from_email="", subject=ERASED, message_id="",
        in_reply_to="", references="", text="", html="", reply_text="", evidence=[], problem="",
        authenticity_detail="", suggestion="", disposition_note="",
    )  # fmt: skip


def list_unfiled(*, senders: Iterable[str] | None = None) -> QuerySet[Inbound]:
    """Mail that belongs to no thread, is settled, and still says something."""
    found = Inbound.objects.filter(thread=None, about_email=None).exclude(raw=b"")
    found = found.exclude(status=Inbound.Status.RECEIVED)
    return found if senders is None else found.filter(from_email__in=list(senders))


def erase_unfiled(*, before: datetime, limit: int) -> int:
    """Erase mail of no thread that came before an instant (UTC); return how many."""
    old = list_unfiled().filter(received_at__lt=before).order_by("received_at")
    return erase_inbound(
        Inbound.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit]))
    )


def drop(file: FieldFile) -> None:
    """Delete a file from the storage; one that is gone already is no error."""
    if file.name:
        file.storage.delete(file.name)

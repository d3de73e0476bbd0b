"""What the mailbox page shows: whose mailboxes there are, and who writes from one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from accounts.models import Contact
from config.sandbox.models import SandboxFault, SandboxMail
from notifications.models import Inbound

MOST_BOXES = 300
MOST_MAILS = 200


@dataclass(frozen=True, kw_only=True)
class Box:
    """One customer's mailbox in the list."""

    address: str
    unread: int
    latest_at: datetime
    name: str
    customer: str
    fault: SandboxFault | None


def list_boxes(*, text: str = "") -> list[Box]:
    """The mailboxes with the newest mail first; `text` narrows by address, name or customer."""
    newest = (
        SandboxMail.objects.order_by()
        .values("mailbox")
        .annotate(
            latest_at=Max("received_at"),
            unread=Count("pk", filter=Q(box="inbox", read_at=None)),
        )
        .order_by("-latest_at", "mailbox")
    )
    rows = list(newest[:MOST_BOXES])
    people = find_people(row["mailbox"] for row in rows)
    faults = {fault.address: fault for fault in SandboxFault.objects.all()}
    boxes = []
    for row in rows:
        person = people.get(row["mailbox"])
        boxes.append(
            Box(
                address=row["mailbox"],
                unread=row["unread"],
                latest_at=row["latest_at"],
                name=person.name if person else "",
                customer=person.customer.name if person else "",
                fault=faults.get(row["mailbox"]),
            )
        )
    words = text.strip().lower()
    return [b for b in boxes if words in f"{b.address} {b.name} {b.customer}".lower()]


def find_people(addresses: Iterable[str]) -> dict[str, Contact]:
    """The contacts behind addresses."""
    found = Contact.objects.filter(email__in=list(addresses), removed_at=None)
    return {person.email: person for person in found.select_related("customer__brand")}


def list_mails(address: str) -> list[SandboxMail]:
    """What came and went, newest first."""
    return list(
        SandboxMail.objects.filter(mailbox=address.lower()).defer("raw", "html")[:MOST_MAILS]
    )


def find_fate(mail: SandboxMail) -> Inbound | None:
    """What the desk made of an answer, as soon as it has been read."""
    if not mail.is_sent or not mail.message_id:
        return None
    return (
        Inbound.objects.filter(message_id=mail.message_id)
        .select_related("thread__case")
        .defer("raw")
        .first()
    )

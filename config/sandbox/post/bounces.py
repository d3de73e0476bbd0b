"""Mail that comes back: the report of a customer's server to the desk's envelope sender."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage, Message
from email.policy import SMTP, compat32
from email.utils import format_datetime

from django.db import transaction

from config.sandbox.models import SandboxMail
from config.sandbox.post.letters import Letter
from config.sandbox.post.postman import DoorClosed, post_to_door

log = logging.getLogger(__name__)

Post = Callable[[Letter], None]


def send_due_bounces(*, now: datetime, post: Post = post_to_door, limit: int = 100) -> int:
    """Send every report that is due at `now` (desk time); return how many went.

    Each goes once: the row is locked while it is posted. A closed door leaves it due.
    """
    due = SandboxMail.objects.filter(bounce=SandboxMail.Bounce.DUE, bounce_due_at__lte=now)
    sent = 0
    for pk in list(due.order_by("bounce_due_at", "id").values_list("pk", flat=True)[:limit]):
        try:
            sent += send_bounce(mail_id=pk, now=now, post=post)
        except DoorClosed as closed:
            log.warning("a bounce waits: %s", closed)
            break
    return sent


def send_bounce(*, mail_id: int, now: datetime, post: Post) -> bool:
    """Send one report unless somebody else does. Raises DoorClosed."""
    with transaction.atomic():
        mail = (
            SandboxMail.objects.select_for_update(skip_locked=True)
            .filter(pk=mail_id, bounce=SandboxMail.Bounce.DUE)
            .first()
        )
        if mail is None:
            return False
        mail.bounce = SandboxMail.Bounce.SENT
        mail.save(update_fields=["bounce"])
        if mail.envelope_from:
            post(write_report(mail, now=now))
    return True


def write_report(mail: SandboxMail, *, now: datetime) -> Letter:
    """A delivery status notification (RFC 3464) as Postfix writes them."""
    domain = mail.mailbox.rpartition("@")[2]
    host = f"mail.{domain}"
    report = Message(policy=compat32)
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@{host}>"
    report["To"] = mail.envelope_from
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = format_datetime(now)
    report["Message-ID"] = f"<{uuid.uuid4()}@{host}>"
    report["Auto-Submitted"] = "auto-replied"
    report["MIME-Version"] = "1.0"
    report["Content-Type"] = 'multipart/report; report-type=delivery-status; boundary="=_report"'
    for part in (explain(mail, host), state_status(mail, host, now=now), repeat_headers(mail)):
        report.attach(part)
    return Letter(
        envelope_from="",
        envelope_to=mail.envelope_from,
        raw=report.as_bytes(policy=compat32.clone(linesep="\r\n")),
        message_id=str(report["Message-ID"]),
    )


def explain(mail: SandboxMail, host: str) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    part.set_content(
        f"This is the mail system at host {host}.\n\n"
        "I'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients. It's attached below.\n\n"
        f"<{mail.envelope_to}>: host {host} said: {diagnose(mail)}\n"
    )
    return part


def state_status(mail: SandboxMail, host: str, *, now: datetime) -> Message:
    """The machine-readable part: one block about the message, one about the recipient."""
    part = Message(policy=compat32)
    part["Content-Type"] = "message/delivery-status"
    about, recipient = Message(policy=compat32), Message(policy=compat32)
    about["Reporting-MTA"] = f"dns; {host}"
    about["Arrival-Date"] = format_datetime(mail.received_at)
    recipient["Final-Recipient"] = f"rfc822; {mail.envelope_to}"
    recipient["Action"] = "failed"
    recipient["Status"] = mail.bounce_status
    recipient["Diagnostic-Code"] = f"smtp; {diagnose(mail)}"
    recipient["Last-Attempt-Date"] = format_datetime(now)
    part.set_payload([about, recipient])
    return part


def repeat_headers(mail: SandboxMail) -> Message:
    part = Message(policy=compat32)
    part["Content-Type"] = "text/rfc822-headers"
    head, _, _ = bytes(mail.raw).replace(b"\r\n", b"\n").partition(b"\n\n")
    part.set_payload(head.decode("ascii", "replace") + "\n")
    return part


def diagnose(mail: SandboxMail) -> str:
    return (
        f"550 {mail.bounce_status} <{mail.envelope_to}>: Recipient address rejected: no such user"
    )

"""Put mail into a customer's mailbox."""

from __future__ import annotations

from datetime import datetime

from config.sandbox.models import Behaviour, SandboxFault, SandboxMail
from config.sandbox.post.faults import NO_SUCH_MAILBOX, bounce_delay, find_fault
from config.sandbox.post.letters import Letter
from config.sandbox.post.reading import summarise


def store_arrival(
    *, raw: bytes, envelope_from: str, envelope_to: str, now: datetime
) -> tuple[SandboxMail, SandboxFault | None]:
    """Keep a mail that came by SMTP; one that will bounce is kept with the time of its report."""
    fault = find_fault(envelope_to)
    mail = SandboxMail(
        box=SandboxMail.Box.INBOX,
        mailbox=envelope_to.lower(),
        envelope_from=envelope_from,
        envelope_to=envelope_to,
        raw=raw,
        size=len(raw),
        received_at=now,
        **vars(summarise(raw)),
    )
    if fault is not None and fault.behaviour == Behaviour.BOUNCE:
        mail.bounce = SandboxMail.Bounce.DUE
        mail.bounce_status = NO_SUCH_MAILBOX
        mail.bounce_due_at = now + bounce_delay(fault)
    mail.save(force_insert=True)
    return mail, fault


def store_answer(
    *, letter: Letter, mailbox: str, answers: SandboxMail, how: str, now: datetime
) -> SandboxMail:
    """Keep a copy of what a customer sent, beside the mail that it answers."""
    return SandboxMail.objects.create(
        box=SandboxMail.Box.SENT,
        mailbox=mailbox.lower(),
        envelope_from=letter.envelope_from,
        envelope_to=letter.envelope_to,
        raw=letter.raw,
        size=len(letter.raw),
        received_at=now,
        read_at=now,
        answers=answers,
        how=how,
        **vars(summarise(letter.raw)),
    )

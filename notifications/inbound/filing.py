"""Write what was understood into the mail's row, inside the processing transaction."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.files.base import ContentFile

from notifications import outbox
from notifications.inbound.addresses import normalise_address
from notifications.inbound.matching import Match
from notifications.inbound.parse import ParsedMessage
from notifications.inbound.understanding import KEEPS_HISTORY, Understanding
from notifications.models import Attachment, Email, Inbound
from notifications.outbox.sealed import redact

Fate = Inbound.Disposition
Kind = Inbound.Kind
REPORTS = (Kind.BOUNCE, Kind.DELAY, Kind.COMPLAINT, Kind.RECEIPT)
DELIVERIES = {
    Kind.BOUNCE: Email.Delivery.BOUNCED,
    Kind.DELAY: Email.Delivery.DELAYED,
    Kind.COMPLAINT: Email.Delivery.COMPLAINED,
}
MOST_TEXT = 1_000_000  # characters kept for reading; the raw bytes have everything
MOST_REFERENCES = 20_000


def describe(inbound: Inbound, found: Understanding, match: Match) -> None:
    """Set the fields that say what the mail says and is. Nothing is saved."""
    parsed = found.parsed
    inbound.from_name = parsed.from_name[:320]
    # As the addresses on file are written, so that the two can be compared.
    inbound.from_email = (normalise_address(parsed.from_email) or parsed.from_email.lower())[:320]
    inbound.subject = parsed.subject[:998]
    inbound.message_id = (parsed.message_id or "")[:998]
    inbound.in_reply_to = (parsed.in_reply_to or "")[:998]
    inbound.references = " ".join(parsed.references)[:MOST_REFERENCES]
    inbound.sent_at = parsed.sent_at
    inbound.text = redact(parsed.text)[:MOST_TEXT]
    inbound.html = redact(parsed.html)[:MOST_TEXT]
    inbound.reply_text = redact(found.reply_text)[:MOST_TEXT]
    inbound.kind = Kind.OWN if match.is_own else Kind(found.classification.kind)
    inbound.evidence = [text[:500] for text in found.classification.evidence[:50]]
    if found.keeps_history:
        inbound.evidence.insert(0, KEEPS_HISTORY)
    if match.is_own:
        inbound.evidence.insert(0, "It carries the Message-ID of a mail of ours.")
    inbound.authenticity = found.authentication.result
    inbound.authenticity_detail = found.authentication.detail[:300]
    inbound.thread_id = match.thread_id
    inbound.matched_by = match.matched_by
    inbound.about_email_id = match.about_email_id


def dispose(inbound: Inbound) -> None:
    """Set the disposition that the mail has if nobody decides otherwise (R11).

    A person's mail is unmatched until a listener claims it as an answer. A mailing list's mail in
    a thread may be a person's. A bounce counts only if it names a mail of ours (THREATS 20).
    """
    inbound.disposition_note = ""
    if inbound.kind == Kind.HUMAN or (inbound.kind == Kind.LIST and inbound.thread_id):
        inbound.disposition = Fate.UNMATCHED
    elif inbound.kind == Kind.BOUNCE and inbound.about_email_id:
        inbound.disposition = Fate.BOUNCE
    else:
        inbound.disposition = Fate.AUTOMATIC
        if inbound.kind in REPORTS and not inbound.about_email_id:
            inbound.disposition_note = "It names no mail of ours."


def save_attachments(inbound: Inbound, parsed: ParsedMessage, paths: list[str]) -> None:
    """Store the files of a mail; add their paths to `paths`, to be removed should the rest fail."""
    rows = []
    for number, part in enumerate(parsed.attachments, start=1):
        row = Attachment(
            inbound=inbound,
            name=part.label(number)[:255],
            content_type=part.content_type[:127],
            size=len(part.content),
            sha256=hashlib.sha256(part.content).hexdigest(),
            inline=part.inline,
            content_id=(part.content_id or "")[:255],
        )
        row.file.save("", ContentFile(part.content), save=False)
        paths.append(str(row.file.name))
        rows.append(row)
    if rows:
        Attachment.objects.bulk_create(rows)


def tell_outbox(inbound: Inbound, match: Match, *, now: datetime) -> None:
    """Note on our own mails what this one proves about them: it came back, or it arrived."""
    if match.arrived_ids:
        outbox.mark_seen(message_ids=list(match.arrived_ids), now=now)
    if match.about_email_id is None or inbound.kind == Kind.OWN:
        return
    if inbound.kind in DELIVERIES:
        outbox.mark_bounced(
            email_id=match.about_email_id,
            inbound=inbound,
            now=now,
            delivery=DELIVERIES[Kind(inbound.kind)],
            detail="; ".join(inbound.evidence),
        )
    elif inbound.kind == Kind.RECEIPT:
        outbox.mark_delivered(email_id=match.about_email_id, at=now)

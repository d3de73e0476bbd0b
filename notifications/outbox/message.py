"""Turn an outbox row into a MIME message."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime, formataddr

from django.core.mail import EmailMultiAlternatives

from notifications.models import Email


def build_message(email: Email, *, now: datetime) -> EmailMultiAlternatives:
    """Return the message for `email`, dated `now` (UTC). The ids are the row's: never new ones."""
    headers = {
        **email.headers,
        "From": formataddr((email.from_name, email.from_email)),
        "Message-ID": email.message_id,
        "Date": format_datetime(now),
        "X-Lastcall-Id": str(email.pk),
    }
    if email.in_reply_to:
        headers["In-Reply-To"] = email.in_reply_to
    if email.automatic:
        headers["Auto-Submitted"] = "auto-generated"
        headers["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=email.text,
        from_email=email.return_path,  # the envelope's; the header's From stands above
        to=[formataddr((email.to_name, email.to_email))],
        reply_to=[email.reply_to] if email.reply_to else None,
        headers=headers,
    )
    if email.html:
        message.attach_alternative(email.html, "text/html")
    return message

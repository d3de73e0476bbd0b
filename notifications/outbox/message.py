"""Turn an outbox row into a message for Django's mail API."""

from __future__ import annotations

from datetime import datetime
from email.mime.image import MIMEImage
from email.utils import format_datetime, formataddr

from django.core.mail import EmailMultiAlternatives

from notifications.models import Email, EmailFile
from notifications.outbox.sealed import reveal


def make_headers(email: Email, *, now: datetime) -> dict[str, str]:
    """Return the headers by which a mail is known, all in ASCII: the row's ids, never new ones."""
    headers = {
        **email.headers,
        "Message-ID": email.message_id,
        "Date": format_datetime(now),
        "X-Lastcall-Id": str(email.pk),
    }
    if email.in_reply_to:
        headers["In-Reply-To"] = email.in_reply_to
    if email.automatic:
        headers["Auto-Submitted"] = "auto-generated"
        headers["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    return headers


def load_files(email: Email) -> list[EmailFile]:
    """Return the files of a mail, in order; no query when it has none."""
    return list(email.files.select_related("stored").order_by("id")) if email.has_files else []


def attach_file(message: EmailMultiAlternatives, file: EmailFile) -> None:
    if not file.content_id:
        message.attach(file.name, file.stored.read(), file.content_type)
        return
    picture = MIMEImage(file.stored.read(), file.content_type.partition("/")[2])
    picture.add_header("Content-ID", f"<{file.content_id}>")
    picture.add_header("Content-Disposition", "inline", filename=file.name)
    message.attach(picture)


def build_message(email: Email, *, now: datetime) -> EmailMultiAlternatives:
    """Return the message for `email`, dated `now` (UTC)."""
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=reveal(email.text, to_email=email.to_email),
        from_email=email.return_path,  # the envelope's; the header's From stands below
        to=[formataddr((email.to_name, email.to_email))],
        reply_to=[email.reply_to] if email.reply_to else None,
        headers={
            **make_headers(email, now=now),
            "From": formataddr((email.from_name, email.from_email)),
        },
    )
    # Providers give it back with every piece of news; others leave the attribute alone.
    message.metadata = {"lastcall_id": email.message_id}  # type: ignore[attr-defined]
    if email.html:
        message.attach_alternative(reveal(email.html, to_email=email.to_email), "text/html")
    for file in load_files(email):
        attach_file(message, file)
    return message

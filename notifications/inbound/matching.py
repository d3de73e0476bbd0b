"""Which thread a mail belongs to, and which of our mails it is about.

By the token in the address first, then by our own ids (THREATS 14, 15, 18, 20). Never by subject,
CC or Reply-To, and by a foreign id only when it is one of ours, to the letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from notifications.inbound.mailboxes import read_thread_address
from notifications.inbound.rows import look_up
from notifications.models import Email, Inbound
from notifications.outbox.ids import find_our_ids


@dataclass(frozen=True, kw_only=True)
class Match:
    """What was found. `matched_by` is "token", "message_id" or ""."""

    thread_id: int | None
    matched_by: str
    about_email_id: int | None  # the mail of ours that a bounce, a receipt or a loop is about
    is_own: bool  # the mail itself is one of ours that came back
    arrived_ids: tuple[str, ...]  # ids of mails of unknown fate that the sender must have seen


def match_mail(
    inbound: Inbound,
    *,
    message_id: str,
    in_reply_to: str,
    references: Iterable[str],
    named_ids: Iterable[str | None],
    reports: bool,
) -> Match:
    """Find the thread and, when the mail `reports` on another (a bounce and the like), which.

    `named_ids` are those that a report names, the likeliest first. One query; a second one for a
    return path.
    """
    address = read_thread_address(inbound.recipient)
    replied = find_our_ids([in_reply_to, *list(references)[::-1]])
    named = find_our_ids([one for one in named_ids if one]) if reports else ()
    own = find_our_ids([message_id])
    by_token, ours = look_up(
        token=address.token if address else "", message_ids=[*own, *named, *replied]
    )
    about = next((ours[one].email_id for one in (*own, *named) if one in ours), None)
    if about is None and reports and address and address.email_id and by_token:
        about = _find_in_thread(address.email_id, by_token)
    by_id = next(
        (ours[one].thread_id for one in (*named, *replied) if one in ours and ours[one].thread_id),
        None,
    )
    return Match(
        thread_id=by_token or by_id,
        matched_by="token" if by_token else "message_id" if by_id else "",
        about_email_id=about,
        is_own=any(one in ours for one in own),
        arrived_ids=tuple(one for one in replied if one in ours and ours[one].is_unknown),
    )


def _find_in_thread(email_id: int, thread_id: int) -> int | None:
    """Return the mail that a return path names, if it is one of that thread."""
    found = Email.objects.filter(pk=email_id, thread_id=thread_id)
    return found.values_list("pk", flat=True).first()

"""Which thread a mail belongs to, and which of our mails it is about.

By the token in the address first, then by our own ids (THREATS 14, 15, 18, 20). Never by subject,
CC or Reply-To, and by a foreign id only when it is one of ours, to the letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from notifications.inbound.mailboxes import read_thread_address
from notifications.models import Email, Inbound, Thread
from notifications.outbox.ids import find_our_ids


@dataclass(frozen=True, kw_only=True)
class Match:
    """What was found. `matched_by` is "token", "message_id" or ""."""

    thread_id: int | None
    matched_by: str
    about: Email | None  # the mail of ours that a bounce, a receipt or a loop is about
    is_own: bool  # the mail itself is one of ours that came back
    seen_ids: tuple[str, ...]  # our ids that the sender's mail names: those mails arrived


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

    `named_ids` are those that a report names, the likeliest first. Two queries at most: one for
    the token, one for all ids together; a third for a return path.
    """
    address = read_thread_address(inbound.recipient)
    replied = find_our_ids([in_reply_to]) + find_our_ids(list(references)[::-1])
    about_ids = find_our_ids([named for named in named_ids if named]) if reports else ()
    own_ids = find_our_ids([message_id])
    ours = _load(ids=(*own_ids, *about_ids, *replied))
    thread_id = _find_by_token(address.token) if address else None
    about = next((ours[i] for i in (*own_ids, *about_ids) if i in ours), None)
    if about is None and reports and address and address.email_id and thread_id:
        about = Email.objects.filter(pk=address.email_id, thread_id=thread_id).first()
    matched_by = "token" if thread_id else ""
    if thread_id is None:
        named = [ours[i] for i in (*about_ids, *replied) if i in ours and ours[i].thread_id]
        if named:
            thread_id, matched_by = named[0].thread_id, "message_id"
    return Match(
        thread_id=thread_id,
        matched_by=matched_by,
        about=about,
        is_own=any(i in ours for i in own_ids),
        seen_ids=tuple(i for i in replied if i in ours),
    )


def _find_by_token(token: str) -> int | None:
    return Thread.objects.filter(token=token).values_list("pk", flat=True).first()


def _load(*, ids: Iterable[str]) -> dict[str, Email]:
    wanted = set(ids)
    if not wanted:
        return {}
    found = Email.objects.filter(message_id__in=wanted).defer("text", "html")
    return {email.message_id: email for email in found}

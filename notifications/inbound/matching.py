"""Which thread a mail belongs to, and which of our mails it is about.

By the token in the address first, then by our own ids (THREATS 14, 15, 18, 20). Never by subject,
CC or Reply-To, and by a foreign id only when it is one of ours, to the letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from notifications.inbound.mailboxes import read_thread_address
from notifications.inbound.rows import Known, look_up
from notifications.models import Email
from notifications.outbox.ids import find_our_ids


@dataclass(frozen=True, kw_only=True)
class Clues:
    """What a mail names that may be ours. By itself it proves nothing."""

    token: str
    return_path_of: int | None  # the mail whose return path this was sent to
    own: tuple[str, ...]  # its own id, if it has the form of ours
    named: tuple[str, ...]  # those that a report is about, the likeliest first
    replied: tuple[str, ...]  # those that it answers, the nearest first


@dataclass(frozen=True, kw_only=True)
class Match:
    """What was found. `matched_by` is "token", "message_id" or ""."""

    thread_id: int | None
    matched_by: str
    about_email_id: int | None  # the mail of ours that a bounce, a receipt or a loop is about
    is_own: bool  # the mail itself is one of ours that came back
    arrived_ids: tuple[str, ...]  # ids of mails of unknown fate that the sender must have seen


NOTHING = Match(thread_id=None, matched_by="", about_email_id=None, is_own=False, arrived_ids=())


def read_clues(
    *,
    recipient: str,
    message_id: str,
    in_reply_to: str,
    references: Sequence[str],
    named_ids: Iterable[str | None],
    reports: bool,
) -> Clues:
    """Collect what may be ours. `named_ids` count only in a mail that `reports` on another, such
    as a bounce. Nothing is looked up.
    """
    address = read_thread_address(recipient)
    return Clues(
        token=address.token if address else "",
        return_path_of=address.email_id if address and reports else None,
        own=find_our_ids([message_id]),
        named=find_our_ids([one for one in named_ids if one]) if reports else (),
        replied=find_our_ids([in_reply_to, *references[::-1]]),
    )


def look_up_clues(clues: Iterable[Clues]) -> Known:
    """Look up what several mails name, in one query."""
    tokens: dict[str, None] = {}
    ids: dict[str, None] = {}
    for one in clues:
        if one.token:
            tokens[one.token] = None
        ids.update(dict.fromkeys((*one.own, *one.named, *one.replied)))
    return look_up(tokens=list(tokens), message_ids=list(ids))


def match_mail(clues: Clues, known: Known) -> Match:
    """Find the thread and, when the mail reports on another (a bounce and the like), which.

    A second query for a return path alone.
    """
    ours = known.emails
    by_token = known.threads.get(clues.token)
    about = next((ours[one].email_id for one in (*clues.own, *clues.named) if one in ours), None)
    if about is None and clues.return_path_of and by_token:
        about = _find_in_thread(clues.return_path_of, by_token)
    by_id = next(
        (
            ours[one].thread_id
            for one in (*clues.named, *clues.replied)
            if one in ours and ours[one].thread_id
        ),
        None,
    )
    return Match(
        thread_id=by_token or by_id,
        matched_by="token" if by_token else "message_id" if by_id else "",
        about_email_id=about,
        is_own=any(one in ours for one in clues.own),
        arrived_ids=tuple(one for one in clues.replied if one in ours and ours[one].is_unknown),
    )


def _find_in_thread(email_id: int, thread_id: int) -> int | None:
    """Return the mail that a return path names, if it is one of that thread."""
    found = Email.objects.filter(pk=email_id, thread_id=thread_id)
    return found.values_list("pk", flat=True).first()

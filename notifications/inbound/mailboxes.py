"""Which addresses are ours: the threads', and those that others vouch for (THREATS 5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from notifications.inbound.rows import look_up
from notifications.models import Mailbox

MailboxCheck = Callable[[str], bool]
_mailboxes: list[MailboxCheck] = []
_domains: list[MailboxCheck] = []

_THREAD_ADDRESS = re.compile(r"reply\+(?P<token>[a-z2-7]{16,32})(?:\.(?P<email>[0-9]{1,18}))?\Z")
MAX_ADDRESS = 320


@dataclass(frozen=True, kw_only=True)
class ThreadAddress:
    """What a thread's address says: its token, and, in the return path of a mail, which one."""

    token: str
    email_id: int | None


def register_mailbox_check(check: MailboxCheck) -> None:
    """Have `check(address)` asked about every address that is not a thread's.

    It answers whether mail to that address is taken. Registering twice counts once.
    """
    if check not in _mailboxes:
        _mailboxes.append(check)


def register_domain_check(check: MailboxCheck) -> None:
    """Have `check(domain)` asked whether a domain is ours, to tell a relay attempt by its name."""
    if check not in _domains:
        _domains.append(check)


def is_mailbox(address: str) -> bool:
    """Say whether mail to `address` is taken: a known thread's, or one that others vouch for."""
    if thread := read_thread_address(address):
        return thread.token in look_up(tokens=[thread.token], message_ids=()).threads
    return any(check(address) for check in _mailboxes)


def is_foreign(address: str) -> bool:
    """Say whether `address` lies in a domain that is surely not ours."""
    domain = address.rpartition("@")[2].lower()
    return bool(_domains) and not any(check(domain) for check in _domains)


def find_authserv_id(channel: str) -> str:
    """Return the name under which results stand that were written on the way through `channel`.

    "" where nobody's are believed: a mail provider's webhook hands on whatever a stranger wrote,
    our own server's name included (THREATS 11). A mailbox names its server itself.
    """
    kind, _, name = channel.partition(":")
    if kind == "esp":
        return ""
    if kind == "imap":
        named = Mailbox.objects.filter(name=name).values_list("authserv_id", flat=True)
        return named.first() or ""
    return str(settings.AUTHSERV_ID)


def read_thread_address(address: str) -> ThreadAddress | None:
    """Return what a thread's address says, or None when it is none. Nothing is looked up."""
    local = address.rpartition("@")[0].lower()
    found = _THREAD_ADDRESS.match(local)
    if found is None:
        return None
    email = found["email"]
    return ThreadAddress(token=found["token"], email_id=int(email) if email else None)


def clean_envelope_address(address: str) -> str:
    """Return an envelope address as PostgreSQL can store it, in lower case; `<>` becomes ""."""
    text = address.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").strip()
    text = text.strip("<>").strip()
    return text[:MAX_ADDRESS].lower()

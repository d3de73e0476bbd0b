"""Signed links: made for one person and one thing, found by their hash, dead once used up.

A token has 256 bits and is stored hashed alone (THREATS 45). GET shows, POST acts: looking at a
link uses nothing up, so a mail scanner that opens every link changes nothing (THREATS 44).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Contact
from cases.actions.base import ActionError, Change
from cases.models import Case, CaseItem, Link
from notifications.bulk import make_new
from notifications.outbox.sealed import LINK, seal

VIEW_FOR = timedelta(days=60)
START_FOR = timedelta(hours=1)
STEP_FOR = timedelta(minutes=15)
PREFIX = "/my/l/"


class DeadLink(ActionError):
    """A link that never was, has expired, was used, or is somebody else's: all the same to us."""

    def __init__(self) -> None:
        super().__init__("This link does not work any more. Ask for a new one: it takes a minute.")


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def add_page_link(change: Change, *, purpose: str) -> str:
    """The address of the customer's page, for the email that is being written.

    What comes back holds a mark in place of the token, which only the wire knows.
    """
    contact = change.case.contact
    assert contact is not None, "a mail goes to somebody"
    sealed = seal(kind=LINK, to_email=contact.email)
    link = make_new(
        Link,
        kind=Link.Kind.VIEW,
        token_hash=hash_token(sealed.secret),
        customer_id=change.case.customer_id,
        contact_id=contact.pk,
        email=contact.email,
        case_id=change.case.pk,
        purpose=purpose,
        created_at=change.now,
        expires_at=change.now + VIEW_FOR,
    )
    change.work.add(link)
    return write_address(sealed.mark)


def make_start_link(*, contact: Contact, now: datetime) -> tuple[Link, str]:
    """A link to the page of an account: opened once, within the hour (R32)."""
    sealed = seal(kind=LINK, to_email=contact.email)
    link = Link.objects.create(
        kind=Link.Kind.START,
        token_hash=hash_token(sealed.secret),
        customer_id=contact.customer_id,
        contact=contact,
        email=contact.email,
        purpose="link",
        created_at=now,
        expires_at=now + START_FOR,
    )
    return link, write_address(sealed.mark)


def make_step(
    *,
    case: Case,
    contact: Contact,
    action: str,
    now: datetime,
    case_item: CaseItem | None = None,
    seen: str = "",
) -> str:
    """The token of one last confirmation, bound to the act, the item and the case's version."""
    token = secrets.token_urlsafe(32)
    Link.objects.create(
        kind=Link.Kind.STEP,
        token_hash=hash_token(token),
        customer_id=case.customer_id,
        contact=contact,
        email=contact.email,
        case=case,
        action=action,
        case_item=case_item,
        case_version=case.version,
        seen=seen,
        created_at=now,
        expires_at=now + STEP_FOR,
    )
    return token


def find_link(*, token: str, kinds: tuple[str, ...], now: datetime) -> Link:
    """The live link of a token. Raises `DeadLink`, and says nothing about why."""
    link = (
        Link.objects.select_related("contact", "customer__brand", "case", "case_item__item")
        .filter(token_hash=hash_token(token), kind__in=kinds)
        .first()
    )
    if link is None or not link.is_live(now=now):
        raise DeadLink
    return link


def use_up(link: Link, *, now: datetime) -> None:
    """Use a link that works once. Raises `DeadLink` for whoever comes second."""
    if not Link.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
        raise DeadLink


def note_opened(link: Link, *, now: datetime) -> None:
    """The page behind a link was seen with what only a browser keeps; kept once, for the agent.

    A mail scanner may do that too: it is a hint, never a fact (THREATS 61).
    """
    if link.opened_at is None:
        Link.objects.filter(pk=link.pk, opened_at=None).update(opened_at=now)


def write_address(token: str) -> str:
    """The whole address; it begins with the setting, never with what a request claims."""
    return f"{settings.PUBLIC_URL}{PREFIX}{token}/"

"""Emails to the customer: rendered in their language and zone, queued with the case's thread."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db.models import Q
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, select_template
from django.utils import timezone, translation

from accounts.models import Brand, Contact, Customer, Item
from accounts.validators import find_logo_type
from cases.actions.base import Change, NotPossible
from cases.actions.links import add_page_link
from cases.actions.stencils import render_with_stencil
from cases.domain.checks import name_item
from cases.domain.facts import Item as Fact
from cases.domain.speech import find_tongue
from cases.models import Case
from notifications import outbox
from notifications.models import Email
from notifications.outbox.files import OutgoingFile

log = structlog.get_logger(__name__)
BLANK_LINES = re.compile(r"\n{3,}")
# Services whose end a caller hears as a busy tone (R20).
RINGING = ("extension", "number", "trunk")


def queue_mail(
    change: Change,
    name: str,
    *,
    key: str,
    event: str = "",
    irreversible: bool = False,
    automatic: bool = True,
    not_before: datetime | None = None,
    in_reply_to: str = "",
    files: Sequence[OutgoingFile] = (),
    **context: Any,
) -> Email:
    """Render `templates/email/<name>.*` and queue it once per `key` (R53).

    Raises `NotPossible` when the case has nobody to write to.
    """
    case = change.case
    brand, contact, thread = case.brand, case.contact, case.thread
    if contact is None or not contact.email:
        raise NotPossible("There is no email address on this case: choose a contact first.")
    if "page_url" not in context:
        context["page_url"] = add_page_link(change, purpose=name)
    logo = find_logo(brand)
    if logo:
        context["logo_cid"] = logo[0].content_id
    texts = render_mail(case, name, now=change.now, **context)
    email = change.work.mails.queue(
        key=f"case:{case.pk}:{key}",
        purpose=name,
        thread=thread,
        from_name=brand.email_name,
        from_email=brand.email_from,
        reply_to=thread.address(brand.reply_domain),
        to_name=contact.name,
        to_email=contact.email,
        now=change.now,
        irreversible=irreversible,
        automatic=automatic,
        not_before=not_before,
        in_reply_to=in_reply_to,
        files=[*logo, *files],
        **texts,
    )
    change.record(
        event or f"mail_{name}", f"“{texts['subject']}” queued for {email.to_email}.", email=email
    )
    return email


def find_logo(brand: Brand) -> list[OutgoingFile]:
    """The brand's logo as a picture inside the mail: nothing remote is ever shown."""
    if not brand.logo:
        return []
    try:
        with brand.logo.open("rb") as file:
            content = file.read()
    except OSError:
        log.exception("logo_unreadable", brand=brand.pk)  # the mail matters more
        return []
    kind = find_logo_type(content)
    name = f"logo.{kind.partition('/')[2]}"
    return [OutgoingFile(name=name, content=content, content_type=kind, content_id="logo")]


def stop_queued(change: Change, *names: str, because: str) -> None:
    """Hold back emails that have become pointless before they left."""
    for email in change.case.thread.emails.filter(
        purpose__in=names, status__in=[Email.Status.QUEUED, Email.Status.SENDING]
    ):
        if outbox.stop(email_id=email.pk, reason=because):
            change.record("mail_stopped", f"“{email.subject}” is not sent: {because}.", email=email)


def reply_address(case: Case) -> str:
    return case.thread.address(case.brand.reply_domain)


def render_mail(case: Case, name: str, *, now: datetime, **context: Any) -> dict[str, str]:
    """Subject, text and HTML of one email; dates in the customer's zone and language.

    A language that has no words for this email yet gets all of it in English, dates included.
    """
    wanted = (case.customer.locale or case.brand.default_locale or "en").split("-")[0]
    locale = wanted if has_words(name, wanted) else "en"
    context = {
        "case": case,
        "brand": case.brand,
        "contact": case.contact,
        "now": now,
        # Asked only by the templates that use them.
        "services": lambda: case.items.count(),
        "rings": lambda: case.items.filter(item__kind__in=RINGING).exists(),
        **context,
    }
    return render_parts(name, locale, case.zone, context)


def render_parts(name: str, locale: str, zone: str, context: Mapping[str, Any]) -> dict[str, str]:
    """Subject, text and HTML in that language and zone."""
    render = partial(render_templates, name, locale, zone)
    return render_with_stencil((name, locale, zone), render, context)


def render_templates(
    name: str, locale: str, zone: str, context: Mapping[str, Any]
) -> dict[str, str]:
    with translation.override(locale), timezone.override(ZoneInfo(zone)):
        return {
            "subject": " ".join(render_template(name, "subject.txt", locale, context).split()),
            "text": tidy(render_template(name, "txt", locale, context)),
            "html": render_template(name, "html", locale, context),
        }


def render_letter(
    customer: Customer, name: str, *, contact: Contact, now: datetime, **context: Any
) -> dict[str, str]:
    """One email that belongs to an account and to no case; otherwise as `render_mail`."""
    wanted = (customer.locale or customer.brand.default_locale or "en").split("-")[0]
    locale = wanted if has_words(name, wanted) else "en"
    context |= {"brand": customer.brand, "customer": customer, "contact": contact, "now": now}
    return render_parts(name, locale, customer.timezone, context)


def tidy(text: str) -> str:
    """No space at the end of a line, never more than one empty line."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return BLANK_LINES.sub("\n\n", lines) + "\n"


def name_service(item: Item) -> str:
    """A service as a letter names it, in words that every language has."""
    if item.kind == "number" and item.label and item.identifier not in ("", item.label):
        return f"{item.label}, {item.identifier}"
    return name_item(
        Fact(id=str(item.pk), kind=item.kind, label=item.label, identifier=item.identifier)
    )


@cache
def has_words(name: str, locale: str) -> bool:
    """Is this email written out in that language, and can the desk speak it?"""
    if find_tongue(locale) is None:
        return False
    try:
        get_template(f"email/{locale}/{name}.txt")
    except TemplateDoesNotExist:
        return False
    return True


def render_template(name: str, part: str, locale: str, context: Mapping[str, Any]) -> str:
    template = select_template([f"email/{locale}/{name}.{part}", f"email/{name}.{part}"])
    return template.render(dict(context))


def check_recipients(emails: Sequence[Email]) -> dict[int, str]:
    """Asked by the outbox about what it claimed: by a mail's number, why it must not go (G6).

    An email of a case goes only to the address of the case's contact as it stands now.
    """
    ours = [e for e in emails if e.thread_id is not None and e.key.startswith("case:")]
    if not ours:
        return {}
    rows = Case.objects.filter(thread_id__in={email.thread_id for email in ours})
    contacts = {
        thread: (address, removed_at)
        for thread, address, removed_at in rows.values_list(
            "thread_id", "contact__email", "contact__removed_at"
        )
    }
    reasons = ((email.pk, find_objection(email, contacts)) for email in ours)
    return {number: reason for number, reason in reasons if reason}


def find_objection(
    email: Email, contacts: Mapping[int, tuple[str | None, datetime | None]]
) -> str | None:
    """Why an email must not go to its recipient; `contacts` are address and removal by thread."""
    address, removed_at = contacts.get(email.thread_id or 0, (None, None))
    if address is None:
        return "the case has no contact any more"
    if removed_at is not None:
        return "the contact was removed"
    if address != email.to_email:
        return "the address on the case has changed since this was queued"
    return None


def check_mailbox(address: str) -> bool:
    """Does a brand take mail at this address? Asked by the door for all but thread addresses."""
    from accounts.models import Brand

    local, _, domain = address.lower().rpartition("@")
    return Brand.objects.filter(email_from__iexact=address).exists() or (
        local in {"cancellations", "postmaster"}
        and Brand.objects.filter(reply_domain__iexact=domain).exists()
    )


def check_domain(domain: str) -> bool:
    """Is this one of our brands' domains? Mail for others is no business of the door's."""
    from accounts.models import Brand

    domain = domain.lower()
    return Brand.objects.filter(
        Q(reply_domain=domain) | Q(email_from__endswith=f"@{domain}")
    ).exists()

"""The mailroom: every mail that came in, and the cases that an unmatched one may belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import IntegerField, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from accounts.models import Brand, Contact, User
from accounts.queries import find_customers
from accounts.scoping import brand_ids_of
from cases.domain.lookalikes import find_lookalike
from cases.domain.numbers import find_numbers, normalise_number
from cases.models import Case, MailCount
from cases.queries.queue import visible_cases
from notifications.inbound.comparing import texts_differ
from notifications.inbound.disagreement import warn_about
from notifications.models import Attachment, Inbound
from notifications.search import search_mail

PER_PAGE = 50
DISPOSITIONS = tuple(Inbound.Disposition.values)
NEEDS_US = ("unmatched", "quarantined")
# The sum that the page shows: received is all of these together, each mail in exactly one.
PARTS = (
    ("unmatched", "Unmatched"),
    ("quarantined", "Quarantined"),
    ("answer", "Answers"),
    ("automatic", "Automatic"),
    ("bounce", "Bounces"),
    ("spam", "Spam"),
    ("handled", "Handled"),
    ("not_customer", "Not a customer"),
    ("waiting", "Being read"),
)


# Counted for the rows of the page; by a join all mail would be grouped first.
FILES = RawSQL(
    "SELECT count(*) FROM notifications_attachment WHERE inbound_id = notifications_inbound.id",
    (),
    output_field=IntegerField(),
)


class UnknownFilter(ValueError):
    """A disposition that does not exist: 400."""


@dataclass(frozen=True, kw_only=True)
class MailroomPage:
    """One page of the mailroom, newest first, and the sum of all dispositions."""

    mails: Sequence[Inbound]
    number: int
    has_next: bool
    counts: dict[str, int]

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """Key, words and number of every disposition; they add up to `counts["received"]`."""
        return [(key, label, self.counts.get(key, 0)) for key, label in PARTS]


def visible_mail(user: User) -> QuerySet[Inbound]:
    """Mail that this user may see: of their brands' cases; and what belongs to no case yet, as
    far as it was sent to one of their brands' addresses (THREATS 50)."""
    brands = brand_ids_of(user)
    if brands is None:
        return Inbound.objects.all()
    return Inbound.objects.filter(
        Q(thread__case__brand__in=brands) | (Q(thread__case=None) & sent_to(brands))
    )


def sent_to(brands: Iterable[int]) -> Q:
    """What has a `recipient` that is an address of one of these brands."""
    found = Q(pk__in=())
    for domain, address in Brand.objects.filter(pk__in=brands).values_list(
        "reply_domain", "email_from"
    ):
        found |= Q(recipient__iendswith=f"@{domain}") | Q(recipient__iexact=address)
    return found


def list_mail(*, user: User, disposition: str = "", text: str = "") -> QuerySet[Inbound]:
    """Newest first. Raises `UnknownFilter`."""
    mail = visible_mail(user).select_related("thread__case__customer").defer("raw", "html", "text")
    if disposition == "needs_us":
        mail = mail.filter(disposition__in=NEEDS_US)
    elif disposition == "waiting":
        mail = mail.filter(disposition="")
    elif disposition:
        if disposition not in DISPOSITIONS:
            raise UnknownFilter(f"There is no disposition “{disposition}”.")
        mail = mail.filter(disposition=disposition)
    if text:
        mail = search_mail(mail, text)
    return mail.order_by("-received_at", "-id")


def read_mailroom(
    *, user: User, disposition: str = "", text: str = "", number: int = 1
) -> MailroomPage:
    """A page of the mailroom; the number of queries is the same at any size. `UnknownFilter`."""
    start = (number - 1) * PER_PAGE
    mail = list_mail(user=user, disposition=disposition, text=text)
    rows = list(mail.annotate(files=FILES)[start : start + PER_PAGE + 1])
    return MailroomPage(
        mails=rows[:PER_PAGE],
        number=number,
        has_next=len(rows) > PER_PAGE,
        counts=count_mail(user=user),
    )


def count_mail(*, user: User) -> dict[str, int]:
    """How many of each disposition; their sum is what was received, no mail is unaccounted for."""
    sums = MailCount.objects.all()
    brands = brand_ids_of(user)
    if brands is not None:
        sums = sums.filter(Q(brand__in=brands) | (Q(brand=None) & sent_to(brands)))
    rows = sums.values_list("disposition").annotate(n=Sum("mails"))
    counts = {key or "waiting": n for key, n in rows}
    counts["needs_us"] = sum(counts.get(k, 0) for k in NEEDS_US)
    counts["received"] = sum(n for k, n in counts.items() if k != "needs_us")
    return counts


def list_needs_us(*, user: User) -> QuerySet[Inbound]:
    """The mail whose number stands beside *Mailroom* in the sidebar."""
    return visible_mail(user).filter(disposition__in=NEEDS_US)


def find_resembled(*, inbound: Inbound, cases: Iterable[Case]) -> str:
    """Return the address on file that the sender's only resembles, or "" (THREATS 13).

    Looked for among the contacts of the mail's own case and of `cases`. One query.
    """
    customers = {case.customer_id for case in cases}
    own = getattr(inbound.thread, "case", None)
    customers |= {own.customer_id} if own else set()
    on_file = Contact.objects.filter(customer__in=customers, removed_at=None).exclude(email="")
    emails = on_file.values_list("email", flat=True)
    return find_lookalike(inbound.from_email, emails) or "" if customers else ""


def suggest_cases(*, inbound: Inbound, user: User, limit: int = 5) -> list[Case]:
    """Cases that an unmatched mail may be about: a number that it names, or its sender's.

    A suggestion only: a person files it.
    """
    numbers = find_numbers(f"{inbound.subject}\n{inbound.reply_text or inbound.text}"[:20_000])
    sender = Q(customer__contacts__email=inbound.from_email.lower()) if inbound.from_email else Q()
    if not numbers and not sender:
        return []
    named = Q(number__in=list(numbers)[:20]) if numbers else Q(pk__in=())
    found = visible_cases(user).filter(named | sender if sender else named)
    return list(found.select_related("customer").distinct().order_by("-state_since")[:limit])


def find_cases(*, text: str, user: User, limit: int = 8) -> list[Case]:
    """The cases that a number, a name, a phone or an address may mean; the newest first."""
    cases = visible_cases(user).select_related("customer").order_by("-state_since")
    number = normalise_number(text)
    if number:
        return list(cases.filter(number=number))
    if not text.strip():
        return []
    customers = find_customers(text=text, user=user, limit=20)
    return list(cases.filter(customer__in=customers)[:limit])


def list_files(inbound: Inbound) -> list[Attachment]:
    """The files of a mail, each with a warning where it is not what it says (THREATS 39)."""
    files = list(inbound.attachments.all()[:200])
    for file in files:
        file.warning = warn_about(  # type: ignore[attr-defined]
            name=file.name, content_type=file.content_type, beginning=read_beginning(file)
        )
    return files


def read_beginning(file: Attachment) -> bytes:
    """The first bytes of a file; none where it cannot be read."""
    try:
        with file.file.open("rb") as stored:
            return bytes(stored.read(512))
    except OSError:
        return b""


def tell_difference(inbound: Inbound) -> bool:
    """Do the text and the HTML of a mail say different things (THREATS 27)?"""
    return texts_differ(inbound.text, inbound.html)

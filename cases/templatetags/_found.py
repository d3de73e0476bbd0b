"""What a search found, line by line, with the words that were looked for marked. A common name
fills the page: its forty lines are drawn here, not by a template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.template.defaultfilters import truncatechars
from django.utils.safestring import SafeString

from accounts.models import Customer
from cases.queries.case_rows import CaseRow
from cases.templatetags._addresses import find_address
from cases.templatetags._badges import draw_avatar
from cases.templatetags._html import fill, join
from cases.templatetags._rows import Reader, draw_next, draw_state
from notifications.models import Inbound

WORD = re.compile(r"[^\W_]+")
CASE = (
    '<tr data-row="{0}"><td><a class="row-link" href="{1}">{0}</a></td><td class="m-end">{2}</td>'
    '<td>{3}</td><td class="m-hide">{4}</td><td class="end muted m-end">{5}</td></tr>'
)
CUSTOMER = (
    '<li data-row="{0}"><a class="choice row-link" href="{1}?customer={0}">{2}<span><b>{3}</b> '
    '<span class="muted">· account {4}</span><br><span class="small muted">{5}{6}</span></span>'
    "</a></li>"
)
BY = " · {}: {}"
MAIL = (
    '<li data-row="m{0}" class="mail-hit"><div class="row-flex"><a class="row-link" href="{1}">{2}'
    '</a>{3}<span class="muted small push">{4}</span></div><p class="small muted">{5} {6}</p>{7}'
    "</li>"
)
NUMBER = '<span class="num muted">{}</span>'
EXCERPT = '<p class="excerpt">{}</p>'


def mark_words(text: str, words: Sequence[str]) -> SafeString:
    """The text with every word that begins with one of `words` marked, all else escaped."""
    parts: list[Any] = []
    at = 0
    for word in WORD.finditer(text or ""):
        lower = word.group().lower()
        size = max((len(w) for w in words if lower.startswith(w)), default=0)
        if size:
            middle = word.start() + size
            parts += [text[at : word.start()], fill("<mark>{}</mark>", text[word.start() : middle])]
            at = middle
    return join([*parts, (text or "")[at:]])


def draw_cases(cases: Iterable[CaseRow], words: Sequence[str], reader: Reader) -> SafeString:
    return join(
        fill(
            CASE, case.number, find_address("desk:case", case.number),
            mark_words(case.customer.name, words), draw_state(case), draw_next(case, reader),
            reader.see(case.state_since, form="short"),
        )
        for case in cases
    )  # fmt: skip


def draw_customers(customers: Iterable[Customer], words: Sequence[str]) -> SafeString:
    """Each with its account and brand, and by what it was found where that is not its name."""
    call = find_address("desk:intake")
    return join(
        fill(
            CUSTOMER, customer.pk, call, draw_avatar(customer.name, beside=True),
            mark_words(customer.name, words), customer.account_number, customer.brand.name,
            draw_found_by(customer, words),
        )
        for customer in customers
    )  # fmt: skip


def draw_found_by(customer: Any, words: Sequence[str]) -> SafeString | str:
    if not customer.matched or customer.matched == customer.name:
        return ""
    return fill(BY, customer.matched_by, mark_words(customer.matched, words))


def draw_mails(mails: Iterable[Any], words: Sequence[str], reader: Reader) -> SafeString:
    return join(draw_mail(mail, words, reader) for mail in mails)


def draw_mail(mail: Inbound, words: Sequence[str], reader: Reader) -> SafeString:
    """Its subject, case and sender, and an excerpt around the first word that was found."""
    case = getattr(mail.thread, "case", None) if mail.thread else None
    excerpt = getattr(mail, "excerpt", "")
    return fill(
        MAIL, mail.pk, find_address("desk:mail", mail.pk),
        mark_words(truncatechars(mail.subject or "(no subject)", 90), words),
        fill(NUMBER, case.number) if case else "",
        reader.see(mail.received_at, form="short"),
        mark_words(mail.from_name, words), mark_words(mail.from_email, words),
        fill(EXCERPT, mark_words(excerpt, words)) if excerpt else "",
    )  # fmt: skip

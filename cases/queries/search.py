"""Search across what an agent has in hand: a case number, a phone, an account, a name, an email,
words of a mail. Best first, in groups, and bounded: a common word costs no more than a rare one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.db.models import TextField, Value
from django.db.models.functions import Concat, Greatest, Left, Lower, StrIndex, Substr

from accounts.models import Customer, User
from accounts.queries import find_customers
from cases.domain.numbers import DASHES, normalise_number
from cases.domain.states import Turn
from cases.queries.case_rows import CaseRow, one_of, read_case_rows, seen_by
from cases.queries.mailroom import visible_mail
from notifications.models import Inbound
from notifications.search import find_newest, list_words

MOST_MAIL = 10
EXCERPT = 220
READ = 6000  # characters of a mail in which its excerpt is looked for
PART = re.compile(rf"[0-9][0-9 \u00a0./{DASHES}]{{2,31}}\Z")
NEWEST = "c.received_at DESC, c.id DESC"
LEAST_PART = 4  # digits of a case number that are a beginning worth looking for


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a text may mean. `words` are what is highlighted; `mistyped` says that it looks like a
    case number and is none: its check digit does not fit."""

    cases: list[CaseRow]
    customers: list[Customer]
    mail: list[Inbound]
    words: list[str] = field(default_factory=list)
    more_mail: bool = False
    mistyped: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.cases or self.customers or self.mail)

    @property
    def only(self) -> CaseRow | None:
        """The one case that was named, if the text names one and means nothing else."""
        alone = len(self.cases) == 1 and not self.customers and not self.mail
        return self.cases[0] if alone else None


def search(*, text: str, user: User, limit: int = 20) -> Found:
    """What the user may see and the text may mean, best first (THREATS 50)."""
    text = " ".join(text.replace("\x00", "").split())[:200]
    if not text:
        return Found(cases=[], customers=[], mail=[])
    number = normalise_number(text)
    named = [*seen_by(user), ("c.number = %s", number)]
    exact = read_case_rows(named, limit=1) if number else []
    if exact:
        return Found(cases=exact, customers=[], mail=[])
    customers = find_customers(text=text, user=user, limit=limit)
    mail = find_mail(text=text, user=user)
    return Found(
        cases=find_cases(text=text, customers=customers, user=user, limit=limit),
        customers=customers,
        mail=mail[:MOST_MAIL],
        words=list_words(text),
        more_mail=len(mail) > MOST_MAIL,
        mistyped=number is None and looks_like_a_number(text),
    )


def find_cases(*, text: str, customers: list[Customer], user: User, limit: int) -> list[CaseRow]:
    """Cases whose number begins like this, then those of the customers that were found: what is
    open first, then by how well the customer fits, then the newest."""
    seen = seen_by(user)
    named, theirs = [], []
    if part := begin(text):
        named = read_case_rows([*seen, ("c.number LIKE %s", f"{part}%")], order=NEWEST, limit=limit)
    if customers:
        of_them = one_of("c.customer_id", [customer.pk for customer in customers])
        theirs = read_case_rows([*seen, of_them], order=NEWEST, limit=2 * limit)
    rank = {customer.pk: place for place, customer in enumerate(customers)}
    theirs.sort(key=lambda case: (case.turn == Turn.DONE, rank[case.customer_id]))
    return list({case.pk: case for case in [*named, *theirs]}.values())[:limit]


def begin(text: str) -> str:
    """The beginning of a case number as it is written, from any spacing; "" when it is none."""
    digits = digits_of(text)
    if len(digits) < LEAST_PART:
        return ""
    return "-".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def digits_of(text: str) -> str:
    return re.sub(r"\D", "", text) if PART.match(text) else ""


def looks_like_a_number(text: str) -> bool:
    """Nine digits that are written like a case number."""
    return len(digits_of(text)) == 9 and bool(re.match(rf"\d{{4}}[ {DASHES}]\d{{4}}", text))


def find_mail(*, text: str, user: User) -> list[Inbound]:
    """The newest mails that hold these words, with an excerpt around the first; one more than
    is shown, where there are more."""
    ids = find_newest(visible_mail(user), text, limit=MOST_MAIL + 1)
    if not ids:
        return []
    both = Concat("reply_text", Value(" "), "text", output_field=TextField())
    body = Left(both, READ)  # their own words first
    place = StrIndex(Lower(body), Value(list_words(text)[0]))
    mails = Inbound.objects.filter(pk__in=ids).select_related("thread__case__customer")
    shown = mails.defer("raw", "html", "text").annotate(
        excerpt=Substr(body, Greatest(place - Value(60), Value(1)), Value(EXCERPT))
    )
    return list(shown.order_by("-received_at", "-id"))

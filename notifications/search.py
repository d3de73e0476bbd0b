"""Search in received mail by words of subject, sender and what they wrote, over one index."""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchVectorField
from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, QuerySet, Value

from notifications.models import Inbound

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 8
CANDIDATES = 2000
# Until the end of the transaction: the index alone, and of a long list of hits only so many.
# Without an order to follow, PostgreSQL would otherwise read the table and cut up every text.
BOUNDS = f"SET LOCAL enable_seqscan = off; SET LOCAL gin_fuzzy_search_limit = {CANDIDATES}"
UNBOUND = "RESET enable_seqscan; RESET gin_fuzzy_search_limit"


class MailWords(Func):
    """The indexed expression, as migration 0005 writes it."""

    function = "mail_words"
    output_field = SearchVectorField()


class Matches(Func):
    """`vector @@ query`."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()
    conditional = True


class Words(Func):
    """A query of whole words and beginnings."""

    template = "to_tsquery('pg_catalog.simple', %(expressions)s)"


def search_mail(
    mails: QuerySet[Inbound], text: str, *, beginnings: bool = True
) -> QuerySet[Inbound]:
    """Narrow `mails` to those that hold every word of `text`, each at least as a beginning.

    A text without any word finds nothing. Only letters and digits reach the query, so that no
    operator of it can be written from outside.
    """
    words = list_words(text)
    if not words:
        return mails.none()
    ending = ":*" if beginnings else ""
    query = " & ".join(f"{word}{ending}" for word in words)
    vector = MailWords(F("subject"), F("from_name"), F("from_email"), F("reply_text"))
    return mails.filter(Matches(vector, Words(Value(query))))


def list_words(text: str) -> list[str]:
    """The words of a text as they are looked for."""
    return [word.lower() for word in WORD.findall(text)[:MOST_WORDS]]


def find_newest(mails: QuerySet[Inbound], text: str, *, limit: int) -> list[int]:
    """The ids of the newest of `mails` that hold every word of `text`, at most `limit`.

    Whole words first, beginnings where there are none. Of words that very many mails hold only
    some thousands are looked at, so that a common word costs no more than a rare one.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(BOUNDS)
        for beginnings in (False, True):
            found = search_mail(mails.order_by(), text, beginnings=beginnings)
            rows = list(found.values_list("received_at", "pk")[:CANDIDATES])
            if rows:
                break
        with connection.cursor() as cursor:
            cursor.execute(UNBOUND)
    return [pk for _, pk in sorted(rows, reverse=True)[:limit]]

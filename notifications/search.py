"""Search in received mail by words of subject, sender and text, over one index."""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, F, Func, QuerySet, Value

from notifications.models import Inbound

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 8


class MailWords(Func):
    """The indexed expression, as migration 0006 writes it."""

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


def search_mail(mails: QuerySet[Inbound], text: str) -> QuerySet[Inbound]:
    """Narrow `mails` to those that hold every word of `text`, each at least as a beginning.

    A text without any word finds nothing. Only letters and digits reach the query, so that no
    operator of it can be written from outside.
    """
    words = WORD.findall(text)[:MOST_WORDS]
    if not words:
        return mails.none()
    query = " & ".join(f"{word.lower()}:*" for word in words)
    vector = MailWords(F("subject"), F("from_name"), F("from_email"), F("text"))
    return mails.filter(Matches(vector, Words(Value(query))))

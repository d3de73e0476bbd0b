"""Tell the rest of the desk what became of mails.

What is to be told is written in the row together with the fact; telling it and taking it off the
row is one transaction. So a listener that fails, or a sender that dies, loses no news and sends
nothing twice: the next sweep tells it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import connection, transaction

from notifications import signals
from notifications.models import Email

log = logging.getLogger(__name__)

News = Email.News
MOST = 200
TAKE = """
WITH untold AS (
    SELECT id, news FROM notifications_email WHERE id = ANY(%s) AND news <> ''
     ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE notifications_email AS email SET news = '' FROM untold WHERE email.id = untold.id
RETURNING untold.id, untold.news
"""


def announce_news() -> int:
    """Tell what could not be told when it happened; return of how many mails."""
    return announce(list(Email.objects.exclude(news="").order_by("id")[:MOST]))


def announce(emails: Sequence[Email]) -> int:
    """Tell the news of these mails, all together; return of how many. Raises nothing.

    Where a listener fails, each is told alone, and what fails again is left for the next sweep.
    """
    if not emails:
        return 0
    try:
        return _announce(emails)
    except Exception:
        log.exception("outbox: a listener or the database failed")
    return sum(_announce_alone(email) for email in emails) if len(emails) > 1 else 0


def _announce_alone(email: Email) -> int:
    try:
        return _announce([email])
    except Exception:
        log.exception("a listener failed", extra={"email": email.pk})
        return 0


def _announce(emails: Sequence[Email]) -> int:
    with transaction.atomic():
        signals.emails_recording.send(sender=Email, emails=emails)
        with connection.cursor() as cursor:
            cursor.execute(TAKE, [[email.pk for email in emails]])
            untold = dict(cursor.fetchall())
        tell([(email, untold[email.pk]) for email in emails if email.pk in untold])
    return len(untold)


def tell(untold: Sequence[tuple[Email, str]]) -> None:
    """Send the signals of mails whose rows are locked."""
    for email, news in untold:
        email.news = News.NOTHING
        if news == News.FAILED:
            signals.email_failed.send(sender=Email, email=email)
        elif news == News.UNKNOWN:
            signals.email_unknown.send(sender=Email, email=email)
    accepted = [email for email, news in untold if news == News.ACCEPTED]
    if accepted:
        signals.emails_accepted.send(sender=Email, emails=accepted)

"""Mail that came in time and that nobody has understood yet (R14, R23, G11)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from notifications.models import Inbound, Thread

Fate = Inbound.Disposition
UNREAD = ("", Fate.QUARANTINED)
UNSETTLED = (Fate.QUARANTINED, Fate.UNMATCHED)
DOUBTFUL = ("", *UNSETTLED)


def find_unprocessed_before(
    *, thread_ids: Collection[int], instant: datetime, emails: Iterable[str] = ()
) -> QuerySet[Inbound]:
    """Return the mails received at or before `instant` (UTC) that may belong to these threads.

    These are: mail to a thread's address that is unprocessed or in quarantine; any unprocessed
    mail to a general address, since whose it is shows only later; and mail in quarantine or
    unmatched that comes from one of `emails`, the addresses on file. A tie counts as in time:
    it favours the customer (R54). Only doubt is returned, the trust of a sender is not judged.
    """
    tokens = list(Thread.objects.filter(pk__in=thread_ids).values_list("token", flat=True))
    addresses = sorted({email.lower() for email in emails})
    could_be = (
        Q(recipient_token__in=tokens, disposition__in=UNREAD)
        | Q(recipient_token="", disposition="", status=Inbound.Status.RECEIVED)
        | Q(thread_id__in=thread_ids, disposition__in=UNSETTLED)
    )
    if addresses:
        could_be |= Q(from_email__in=addresses, disposition__in=UNSETTLED)
        could_be |= Q(envelope_from__in=addresses, disposition=Fate.QUARANTINED)
    return Inbound.objects.filter(could_be, received_at__lte=instant).defer("raw")


def has_doubtful_before(*, instant: datetime) -> bool:
    """Say whether any mail at all, received by `instant` (UTC), is unprocessed or unsettled.

    While there is none, no thread needs to be asked about; much cheaper than to ask for many.
    """
    doubtful = Inbound.objects.filter(disposition__in=DOUBTFUL, received_at__lte=instant)
    # In the order of its index: a plan that is kept takes such mail for frequent, and looks for
    # any one of it through the whole table.
    ordered = doubtful.order_by("disposition", "-received_at", "-id")
    return ordered.values_list("pk").first() is not None


def has_unprocessed_before(
    *, thread_id: int, instant: datetime, emails: Iterable[str] = ()
) -> bool:
    """Say whether a mail received by `instant` (UTC) may still turn out to be a reply in time.

    While it does, nothing that cannot be undone may happen to the thread's case (G11). Ask under
    the case's lock. See `find_unprocessed_before`.
    """
    return find_unprocessed_before(thread_ids=[thread_id], instant=instant, emails=emails).exists()

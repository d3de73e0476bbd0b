"""Notice what stands still, and tell it where nobody looks at a screen (G23).

Whoever runs asks this about once a minute: a worker by beat's task, the web server by a thread of
its own. One of them has the turn. While all is well a monitor outside is called, which raises the
alarm when the calls stop: that is how the end of everything at once is noticed.
"""

from __future__ import annotations

import logging
import urllib.error
import urllib.request
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from cases.queries.health import Trouble, read_health
from notifications.models import Stall
from notifications.pulse import WATCH, note_pulse

log = logging.getLogger(__name__)

TURN_S = 50
TELL_AGAIN = timedelta(hours=4)
CALL_S = 5.0
MAIL_S = 10


def watch(*, now: datetime) -> None:
    """Take the turn, if it is nobody's: write down what stands still, tell operators, call out.

    The call follows a write that was committed, so that a database that takes none is silence too.
    """
    if not note_pulse(WATCH, every_s=TURN_S):
        return
    stalls = read_health(now=now).stalls
    ended = note_stalls(stalls, now=now)
    tell_operators(ended, now=now)
    if not stalls:
        call_monitor()


def note_stalls(stalls: list[Trouble], *, now: datetime) -> list[Stall]:
    """Keep one row per thing that stands still; return those that run again and were told."""
    for stall in stalls:
        words = stall.words[:300]
        Stall.objects.update_or_create(
            name=stall.name[:60],
            defaults={"words": words},
            create_defaults={"words": words, "noticed_at": now},
        )
    over = Stall.objects.exclude(name__in=[stall.name[:60] for stall in stalls])
    ended = list(over)
    for alarm in ended:
        log.warning("runs again: %s", alarm.words)
    over.filter(pk__in=[alarm.pk for alarm in ended]).delete()
    return [alarm for alarm in ended if alarm.told_at]


def tell_operators(ended: list[Stall], *, now: datetime) -> None:
    """One mail about all that is new, past the outbox: it may be what stands."""
    alarms = list(Stall.objects.all())
    new = [a for a in alarms if a.told_at is None or a.told_at <= now - TELL_AGAIN]
    for alarm in new:
        log.error("stands still: %s", alarm.words)
    if not (new or ended) or not send_mail(alarms, ended):
        return
    Stall.objects.filter(pk__in=[alarm.pk for alarm in new]).update(told_at=now)


def send_mail(alarms: list[Stall], ended: list[Stall]) -> bool:
    """Whether operators were told; not when there are none, or no server takes the mail."""
    if not settings.OPERATORS:
        return False
    lines = [f"- {a.words} (noticed {a.noticed_at:%Y-%m-%d %H:%M} UTC)" for a in alarms]
    lines += [f"- runs again: {a.words}" for a in ended]
    subject = f"Lastcall stands still: {alarms[0].words}" if alarms else "Lastcall runs again"
    text = "\n".join([*lines, "", f"{settings.PUBLIC_URL}/desk/health/", "manage.py doctor"])
    try:
        EmailMessage(
            subject[:200], text, settings.SERVER_EMAIL, settings.OPERATORS,
            connection=get_connection(timeout=MAIL_S),
        ).send()  # fmt: skip
    except Exception as error:  # whatever a mail backend raises: the next turn tries again
        log.error("operators could not be told: %s", type(error).__name__)
        return False
    return True


def call_monitor() -> None:
    """Tell a monitor outside that the desk works; it alarms when these calls stop."""
    if not settings.DEADMAN_URL:
        return
    try:
        with urllib.request.urlopen(settings.DEADMAN_URL, timeout=CALL_S) as answer:  # noqa: S310
            answer.read(1)
    except (OSError, urllib.error.URLError) as error:
        log.warning("the monitor outside does not answer: %s", type(error).__name__)

"""The heartbeats of everything that runs in the background, and who has fallen silent (G23).

A part is watched from its first heartbeat on. A sweep's beat is written after its work, so that it
says more than "the process is there": it took a task, had a database, and came to the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from notifications.models import Pulse

SILENT = timedelta(minutes=3)  # then a part counts as stopped; with the watch's minute under five
EVERY_S = 10  # a beat sooner after the last one is not written
SWEEPS = ("sweep_outbox", "sweep_inbound", "sweep_timers", "sweep_provisioning")
BEAT, WEB, WATCH = "beat", "web", "watch"
WORK = {
    "sweep_outbox": "Sending mail",
    "sweep_inbound": "Reading mail",
    "sweep_timers": "Firing timers",
    "sweep_provisioning": "Asking providers",
}

NOTE = """
INSERT INTO notifications_pulse AS p (name, beat_at) VALUES (%s, now())
    ON CONFLICT (name) DO UPDATE SET beat_at = now()
    WHERE p.beat_at < now() - make_interval(secs => %s)
"""


@dataclass(frozen=True, kw_only=True)
class Silence:
    """A part that has stopped: what it is called, for how long, and what to look at."""

    name: str
    words: str
    advice: str
    lasts: timedelta


def note_pulse(name: str, *, every_s: int = EVERY_S) -> bool:
    """Note that `name` is at work; False when somebody noted it less than `every_s` ago."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [name, every_s])
        return bool(cursor.rowcount)


def read_pulses() -> dict[str, timedelta]:
    """For how long each part has been silent, in real time. One query."""
    rows = Pulse.objects.annotate(database_now=Now()).values_list("name", "beat_at", "database_now")
    return {name: now - beat_at for name, beat_at, now in rows}


def find_silences(pulses: dict[str, timedelta]) -> list[Silence]:
    """What has stopped, the likeliest culprit first and no consequence of it beside it."""
    silent = {name: lasts for name, lasts in pulses.items() if lasts > SILENT}
    sweeps = [name for name in SWEEPS if name in silent]
    found = []
    if BEAT in silent and sweeps:
        found.append(_beat(silent[BEAT]))
    elif sweeps and all(name in silent for name in SWEEPS if name in pulses):
        found.append(_worker(max(silent[name] for name in sweeps)))
    else:
        found += [_sweep(name, silent[name]) for name in sweeps]
    if WEB in silent:
        found.append(_web(silent[WEB]))
    return found


def _beat(lasts: timedelta) -> Silence:
    return Silence(
        name=BEAT, lasts=lasts, words=f"Nothing starts the sweeps any more, for {say(lasts)}",
        advice="Is celery beat running, and does Redis answer? Until then manage.py tick does "
        "the work.",
    )  # fmt: skip


def _worker(lasts: timedelta) -> Silence:
    return Silence(
        name="worker", lasts=lasts, words=f"No worker has done anything for {say(lasts)}",
        advice="Is a celery worker running, and free? Until then manage.py tick does the work.",
    )  # fmt: skip


def _sweep(name: str, lasts: timedelta) -> Silence:
    return Silence(
        name=name, lasts=lasts, words=f"{WORK[name]} has stopped for {say(lasts)}",
        advice="The workers run but this work does not end: see their log.",
    )  # fmt: skip


def _web(lasts: timedelta) -> Silence:
    return Silence(
        name=WEB, lasts=lasts, words=f"No web server has been alive for {say(lasts)}",
        advice="Is granian running?",
    )  # fmt: skip


def say(lasts: timedelta) -> str:
    """Such as "4 min" or "3 h"."""
    minutes = int(lasts.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"

"""The doctor's look at what runs unseen: timeouts, sweeps and beat, the epoch, who is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from cases.queries.findings import Finding, bad, ok, warn
from notifications import epoch, pulse
from notifications.models import Switch
from notifications.models.switch import RESTORED

TIMEOUTS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


def examine_timeouts(now: datetime) -> Iterator[Finding]:
    """No statement, lock or forgotten transaction may hold others up for ever."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = '0'", [list(TIMEOUTS)]
        )
        unset = [name for (name,) in cursor.fetchall()]
    for name in unset:
        yield warn(
            "timeouts", f"{name} is off: one stuck statement can hold up all others.",
            "See DATABASE_…_TIMEOUT_MS; a connection pool must let the desk's settings through.",
        )  # fmt: skip
    if not unset:
        yield ok("timeouts", "Statements, locks and idle transactions end by themselves.")


def examine_epoch(now: datetime) -> Iterator[Finding]:
    """Is this the database that the desk last worked with, and can a restored one be told (G24)?"""
    place = Path(settings.EPOCH_FILE)
    held = Switch.objects.filter(name=RESTORED, paused=True).first()
    if held:
        yield bad(
            "epoch", f"Held as a restored backup: {held.reason}",
            "Compare as docs/operations.md says, then manage.py resume_after_restore.",
        )  # fmt: skip
        return
    mark, stand = epoch.read_mark(), epoch.read_stand()  # in this order: see hold_if_restored
    words = epoch.find_disagreement(stand, mark) if stand else ""
    if words:
        yield bad("epoch", words, "The workers will hold everything. See EPOCH_FILE.")
    elif not os.access(next(p for p in (place, *place.parents) if p.exists()), os.W_OK):
        yield bad(
            "epoch", f"{place} cannot be written here.",
            "Give the desk's user this file, the same one on every machine that sends.",
        )  # fmt: skip
    else:
        yield ok("epoch", "The database and the mark outside agree." if stand else "Not begun yet.")


def examine_background(now: datetime) -> Iterator[Finding]:
    """Each sweep, beat and the web server by its last sign of life (G23)."""
    pulses = pulse.read_pulses()
    never = [pulse.WORK[name] for name in pulse.SWEEPS if name not in pulses]
    if never:
        yield bad(
            "background", f"Has never run here: {', '.join(never).lower()}.",
            "Start celery worker and celery beat, or manage.py tick every minute from cron.",
        )  # fmt: skip
    silences = pulse.find_silences(pulses)
    for silence in silences:
        yield bad("background", silence.words + ".", silence.advice)
    if not never and not silences:
        oldest = max(pulses[name] for name in pulse.SWEEPS)
        yield ok("background", f"Every sweep ran within {oldest.total_seconds():.0f} s.")


def examine_telling(now: datetime) -> Iterator[Finding]:
    """Does anybody hear of a stall who does not look at a screen?"""
    missing = {"OPERATORS": settings.OPERATORS, "DEADMAN_URL": settings.DEADMAN_URL}
    for name in [name for name, value in missing.items() if not value]:
        yield warn(
            "telling", f"{name} is not set: a stall at night is told to nobody.",
            "See .env.example, and docs/deploy/alerts.yaml for Prometheus.",
        )  # fmt: skip
    if all(missing.values()):
        yield ok("telling", "Operators are written to, and a monitor outside is called.")

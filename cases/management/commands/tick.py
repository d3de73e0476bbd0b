"""`manage.py tick`: the sweep of everything, for machines without beat and for impatient people."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.actions.watch import watch
from cases.sweep import read_clock, sweep_once, sweep_until_quiet
from config import clock
from config.clock import ClockIsWrong
from notifications.pulse import SWEEPS, note_pulse


class Command(BaseCommand):
    help = (
        "Read mail that came in, fire due timers, ask providers and send due email, once. "
        "It does what the background workers do; run it every minute where there is no beat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--until-quiet", action="store_true", help="Repeat until nothing more is due."
        )

    def handle(self, *, until_quiet: bool, **options: Any) -> None:
        try:
            done = (
                sweep_until_quiet(read_clock=read_clock)
                if until_quiet
                else sweep_once(now=read_clock())
            )
        except ClockIsWrong as error:
            raise CommandError(f"{error}. Set it right, then run this again.") from error
        for sweep in SWEEPS:
            note_pulse(sweep)
        watch(now=clock.now())
        self.stdout.write(f"{done}")

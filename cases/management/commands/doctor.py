"""`manage.py doctor`: is everything as it must be, and if not, what to do."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from cases.queries.doctor import examine
from config import clock

MARKS = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}


class Command(BaseCommand):
    help = (
        "Examine settings, database, Redis, workers, mail, brands, disk and work, and say what "
        "to do. Changes nothing. Exits with 1 when there is a problem."
    )
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        problems = 0
        for finding in examine(now=clock.now()):
            problems += finding.level == "problem"
            self.stdout.write(f"{MARKS[finding.level]}  {finding.subject}: {finding.seen}")
            if finding.remedy:
                self.stdout.write(f"         → {finding.remedy}")
        if problems:
            sys.exit(1)

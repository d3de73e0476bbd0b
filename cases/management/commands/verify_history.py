"""`manage.py verify_history`: is every case's history as it was written (G16)?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.models import Case
from cases.queries.history import verify_history


class Command(BaseCommand):
    help = (
        "Hash every event again and compare: names the first event of each case that was changed, "
        "removed or slipped in. Changes nothing. Exits with 1 when there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", nargs="*", help="Numbers of cases; every case without any.")

    def handle(self, *, number: list[str], **options: Any) -> None:
        cases = Case.objects.filter(number__in=number) if number else Case.objects.all()
        if unknown := set(number) - set(cases.values_list("number", flat=True)[: len(number)]):
            raise CommandError(f"There is no case {', '.join(sorted(unknown))}.")
        broken = 0
        for found in verify_history(cases.order_by("pk")):
            broken += 1
            self.stdout.write(str(found))
        self.stdout.write(f"{cases.count()} cases read, {broken} with a broken history.")
        if broken:
            sys.exit(1)

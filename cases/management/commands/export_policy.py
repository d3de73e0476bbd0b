"""`manage.py export_policy --brand acme 8x8 > 8x8.toml`: a policy as its file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.domain.policy_toml import write_toml
from cases.models import PolicyVersion


class Command(BaseCommand):
    help = "Write a policy as TOML: the version in force, or the one with this number."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--brand", required=True, help="The brand's slug.")
        parser.add_argument("--number", type=int, help="Of the version; the one in force if absent")

    def handle(self, *, code: str, brand: str, number: int | None, **options: Any) -> None:
        versions = PolicyVersion.objects.filter(policy__code=code, policy__brand__slug=brand)
        if number is None:
            versions = versions.exclude(published_at=None)
        else:
            versions = versions.filter(number=number)
        version = versions.order_by("-number").first()
        if version is None:
            raise CommandError(f"{brand} has no such version of a policy “{code}”.")
        self.stdout.write(write_toml(version.rules), ending="")

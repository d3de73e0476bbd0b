"""`manage.py resume_after_restore`: a person says that a restored backup may act again (G24)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from cases.actions.base import ActionError, Actor
from cases.actions.switches import resume_after_restore
from config import clock


class Command(BaseCommand):
    help = (
        "Let a desk that noticed that its database is a restored backup send and end services "
        "again. docs/operations.md says what to compare first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", required=True, help="sign-in name of an administrator")
        parser.add_argument("--reason", required=True, help="what was compared; it is kept")

    def handle(self, *, user: str, reason: str, **options: Any) -> None:
        person = User.objects.filter(username=user).first()
        if person is None:
            raise CommandError(f"There is nobody with the sign-in name {user}.")
        try:
            resume_after_restore(reason=reason, actor=Actor.staff(person), now=clock.now())
        except ActionError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("The desk acts again. What was due meanwhile is looked at once more.")

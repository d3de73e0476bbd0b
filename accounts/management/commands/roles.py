"""`manage.py roles`: write the table of who may do what into docs/roles.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.roles import Role, list_table

TARGET = Path("docs/roles.md")


def write_table() -> str:
    """The page as Markdown."""
    lines = [
        "# Who may do what",
        "",
        "Written from `accounts/roles.py` by `make roles`; a test compares them. The desk shows",
        "the same table at `/desk/roles/`. Everybody sees their own brands and their teams' alone;",
        "another brand's case does not exist for them (404).",
        "",
        f"| what | {' | '.join(role.label for role in Role)} | deed |",
        f"|---|{':-:|' * len(Role)}---|",
    ]
    for title, rows in list_table():
        lines.append(f"| **{title}** |{' |' * len(Role)} |")
        for deed, meaning, allowed in rows:
            lines.append(
                f"| {meaning} | {' | '.join('✓✗'[not yes] for yes in allowed)} | `{deed}` |"
            )
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Write the table of who may do what into docs/roles.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare, and fail if stale")

    def handle(self, *_: Any, check: bool = False, **__: Any) -> None:
        target = settings.BASE_DIR / TARGET
        if check and target.read_text("utf-8") != write_table():
            raise CommandError("docs/roles.md is stale: run `make roles`.")
        if not check:
            target.write_text(write_table(), "utf-8")

"""`manage.py load_policies --brand acme 8x8.toml`: policies from files under version control."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Brand
from cases.actions.policies import Contradicts, load_policy
from cases.domain.policy import PolicyError
from cases.domain.policy_toml import read_toml
from config import clock

SHIPPED = Path(__file__).resolve().parents[2] / "policies"


class Command(BaseCommand):
    help = (
        "Read policies from TOML files and publish those that differ from the version in force. "
        "Without files, the shipped ones. Cases keep the version that they were confirmed under."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path)
        parser.add_argument("--brand", required=True, help="The brand's slug.")

    def handle(self, *, files: list[Path], brand: str, **options: Any) -> None:
        owner = Brand.objects.filter(slug=brand).first()
        if owner is None:
            raise CommandError(f"There is no brand “{brand}”.")
        for path in files or sorted(SHIPPED.glob("*.toml")):
            version, is_new = self.load(path, owner)
            said = "published" if is_new else "unchanged"
            self.stdout.write(f"{path.name}: {version}, {said}")

    def load(self, path: Path, brand: Brand) -> Any:
        try:
            rules = read_toml(path.read_text("utf-8"))
            return load_policy(brand=brand, rules=rules, now=clock.now(), note=f"from {path.name}")
        except (OSError, UnicodeDecodeError, PolicyError, Contradicts) as error:
            raise CommandError(f"{path}: {error}") from error

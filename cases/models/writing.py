"""What agents write with: macros that the desk offers, drafts that wait for their author."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from accounts.validators import validate_locale
from cases.domain.macros import VARIABLES, find_unknown


class Macro(models.Model):
    """Prepared words for replies. No brand means every brand, no language means every language."""

    brand = models.ForeignKey(
        "accounts.Brand",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="macros",
        help_text="Empty: offered for every brand.",
    )
    locale = models.CharField(
        "language",
        max_length=16,
        blank=True,
        validators=[validate_locale],
        help_text="Such as en or de: offered for customers of that language. Empty: for all.",
    )
    title = models.CharField(max_length=80)
    body = models.TextField(max_length=5000)

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "locale", "title"], nulls_distinct=False, name="macro_title_once"
            ),
            models.CheckConstraint(condition=~Q(body=""), name="macro_says_something"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        unknown = find_unknown(self.body)
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in VARIABLES)
            named = ", ".join(f"{{{name}}}" for name in unknown)
            raise ValidationError({"body": f"{named} cannot be filled in. What can be: {known}."})


class Draft(models.Model):
    """What somebody has begun to write on a case: one per person and kind, seen by nobody else."""

    class Kind(models.TextChoices):
        REPLY = "reply"
        NOTE = "note"

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=5, choices=Kind)
    text = models.TextField(max_length=10_000)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user", "kind"], name="draft_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["reply", "note"]), name="draft_kind_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="draft_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.user_id} on {self.case_id}"

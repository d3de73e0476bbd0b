"""Who gets a case that is nobody's: rules, and who is there to take one."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q


class AssignmentRule(models.Model):
    """Cases of this brand and language go round the team; the first rule that fits is used.

    No brand means every brand, no language every language.
    """

    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=10, help_text="The lowest is asked first.")
    brand = models.ForeignKey(
        "accounts.Brand", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    language = models.CharField(
        max_length=8, blank=True, help_text="The customer's, such as de. Empty means any."
    )
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, related_name="+")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Availability(models.Model):
    """How much one person takes on; without a row they are there, with the default capacity.

    `capacity` is how many cases may need them at once before rules pass them over; `languages`
    are what they speak, such as ``["en", "de"]``, and none named means all.
    """

    CAPACITY = 25

    user = models.OneToOneField(
        "accounts.User", on_delete=models.CASCADE, related_name="availability"
    )
    away_since = models.DateTimeField(null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(default=CAPACITY, validators=[MinValueValidator(1)])
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    last_given_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "availability"
        constraints = [
            models.CheckConstraint(condition=Q(capacity__gte=1), name="capacity_of_one_at_least")
        ]

    def __str__(self) -> str:
        return f"availability of {self.user}"

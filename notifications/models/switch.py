"""A switch that an operator, or the fuse, throws to hold something back at once (G7, G13)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

SENDING = "sending"
DESTRUCTION = "destruction"
# Thrown by the desk itself when its database turns out to be a restored backup: it holds both.
RESTORED = "restored"
NAMES = [
    (SENDING, "Sending mail"),
    (DESTRUCTION, "Drop, execution and purge"),
    (RESTORED, "Everything, after a restored backup,"),
]


class Switch(models.Model):
    """One row per thing that can be paused. No row means: not paused.

    `allowance` is how many more destructive timers may fire until `allowance_until` (UTC) without
    the fuse counting them: a supervisor said so after it had blown. Null: nobody did.
    """

    name = models.CharField(max_length=30, primary_key=True, choices=NAMES)
    paused = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    allowance = models.PositiveIntegerField(null=True, blank=True, editable=False)
    allowance_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "switches"
        constraints = [
            models.CheckConstraint(
                condition=Q(allowance__isnull=True, allowance_until__isnull=True)
                | Q(allowance__isnull=False, allowance_until__isnull=False),
                name="switch_allowance_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()}: {'paused' if self.paused else 'on'}"

    @classmethod
    def is_paused(cls, name: str) -> bool:
        """Say whether `name` is paused. Call it inside the transaction that acts on the answer."""
        return cls.objects.filter(name__in=[name, RESTORED], paused=True).exists()

    def allows(self, now: datetime) -> bool:
        """Has a supervisor let so many through that the fuse need not count?"""
        return bool(self.allowance and self.allowance_until and self.allowance_until > now)

    def write_down(self) -> None:
        """Keep who threw it, when and why, beside what stands now."""
        fields = ("name", "paused", "reason", "by", "at", "allowance", "allowance_until")
        SwitchChange.objects.create(**{name: getattr(self, name) for name in fields})


class SwitchChange(models.Model):
    """One throw of a switch, kept for good."""

    name = models.CharField(max_length=30, choices=NAMES)
    paused = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    allowance = models.PositiveIntegerField(null=True)
    allowance_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} {'paused' if self.paused else 'resumed'} by {self.by}"

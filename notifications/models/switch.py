"""A switch that an operator throws to hold something back at once (G7)."""

from __future__ import annotations

from django.db import models

SENDING = "sending"
DESTRUCTION = "destruction"


class Switch(models.Model):
    """One row per thing that can be paused. No row means: not paused."""

    name = models.CharField(
        max_length=30,
        primary_key=True,
        choices=[(SENDING, "Sending mail"), (DESTRUCTION, "Drop, execution and purge")],
    )
    paused = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "switches"

    def __str__(self) -> str:
        return f"{self.get_name_display()}: {'paused' if self.paused else 'on'}"

    @classmethod
    def is_paused(cls, name: str) -> bool:
        """Say whether `name` is paused. Call it inside the transaction that acts on the answer."""
        return cls.objects.filter(name=name, paused=True).exists()

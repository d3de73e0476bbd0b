"""When each part of the running desk last did its work, and what operators were told (G23)."""

from __future__ import annotations

from django.db import models


class Pulse(models.Model):
    """One row per part that has ever run ("beat", "sweep_timers", "web"), by the database's clock:
    neither a wrong clock nor the sandbox's time machine makes a part look dead or alive."""

    name = models.CharField(max_length=60, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Stall(models.Model):
    """Something that stands still, from when it was noticed until it runs again."""

    name = models.CharField(max_length=60, primary_key=True)
    words = models.CharField(max_length=300)
    noticed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text="When operators were told.")

    class Meta:
        ordering = ["noticed_at", "name"]

    def __str__(self) -> str:
        return self.words

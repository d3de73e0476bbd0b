"""How far the desk has come, as the database remembers it: see notifications.epoch (G24)."""

from __future__ import annotations

import uuid

from django.db import models


class Epoch(models.Model):
    """One row per life of the database: the first begins by itself, each later one by a person who
    says that a restored backup may act again. The newest row counts."""

    lineage = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    number = models.PositiveBigIntegerField(default=0)
    advanced_at = models.DateTimeField(help_text="By the database's own clock.")
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.lineage} {self.number}"

"""When each door of the mailroom was last known to be open (G12)."""

from __future__ import annotations

from django.db import models


class DoorHealth(models.Model):
    """One row per door ("lmtp", "smtp", "imap:…"). A door that is retired is deleted here."""

    door = models.CharField(max_length=60, primary_key=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "door health"

    def __str__(self) -> str:
        return self.door

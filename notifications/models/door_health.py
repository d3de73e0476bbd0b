"""When each door of the mailroom was last known to be open (G12)."""

from __future__ import annotations

from django.db import models


class DoorHealth(models.Model):
    """One row per door that is in use ("lmtp", "smtp", "imap:support", "esp:postmark").

    `beat_at`, `reopened_at` and `outage` run by the database's own clock, so that a desk whose
    clock is moved (the sandbox) does not find its doors shut; the other instants are the desk's.
    """

    class Kind(models.TextChoices):
        PUSH = "push", "listens: mail waits outside while it is shut"
        PULL = "pull", "fetches: mail waits in its mailbox while it is shut"
        PASSIVE = "passive", "is part of the web server and has no heartbeat"

    door = models.CharField(max_length=60, primary_key=True)
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.PUSH)
    beat_at = models.DateTimeField(null=True, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    outage = models.DurationField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "door health"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["push", "pull", "passive"]), name="door_kind_known"
            )
        ]

    def __str__(self) -> str:
        return self.door

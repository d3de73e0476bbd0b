"""Which events of mail providers were dealt with, so that each acts once (G2, THREATS 59)."""

from __future__ import annotations

from django.db import models


class WebhookReceipt(models.Model):
    """One event of one provider. `digest` tells a repetition from another event under its id.

    Kept for longer than the oldest event that is still believed; what has no id and no signed
    time is told by its digest alone.
    """

    esp = models.CharField(max_length=30)
    event_id = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["esp", "event_id"], name="webhook_event_once"),
        ]
        indexes = [models.Index(fields=["received_at"], name="webhook_receipt_age")]

    def __str__(self) -> str:
        return f"{self.esp} {self.event_id}"

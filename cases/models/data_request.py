"""What was asked about all that is kept of one customer: a copy, its erasure, a hold (G27)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class DataRequest(models.Model):
    """The record of each request. An erasure is open until all is erased, so that a worker that was
    killed goes on; a hold is open until it is lifted, and nothing is erased meanwhile; a copy is
    never open."""

    class Kind(models.TextChoices):
        COPY = "copy", "copy of all data"
        ERASURE = "erasure", "erasure"
        HOLD = "hold", "legal hold"

    customer = models.ForeignKey(
        "accounts.Customer", on_delete=models.PROTECT, related_name="data_requests"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=Q(ended_at=None), name="data_request_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["copy", "erasure", "hold"]), name="data_request_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="copy") | Q(ended_at__isnull=False), name="data_copy_is_done"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="data_request_has_reason"),
        ]
        indexes = [
            models.Index(
                fields=["asked_at", "id"],
                condition=Q(kind="erasure", ended_at=None),
                name="data_erasure_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.customer_id}"

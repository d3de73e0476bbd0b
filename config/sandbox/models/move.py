"""A move of the desk's clock, with its progress: one runs at a time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ClockMove(models.Model):
    """From `from_at` to `target_at`, both desk time; `reached_at` tells how far it has come.

    `seen_at` is the system's own time at the runner's last sign of life: one that is silent for
    long was lost with its process, and the move can be taken up again.
    """

    class Status(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    label = models.CharField(max_length=120, help_text="What was asked for: “a week”.")
    from_at = models.DateTimeField()
    target_at = models.DateTimeField()
    reached_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    steps = models.PositiveIntegerField(default=0)
    next_up = models.CharField(max_length=300, blank=True, help_text="What is happening now.")
    problem = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["running", "done", "failed"]), name="move_status_known"
            ),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="running"), name="move_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.get_status_display()}"

    @property
    def percent(self) -> int:
        """How much of the way lies behind, 0 to 100."""
        whole = (self.target_at - self.from_at).total_seconds()
        if self.status == self.Status.DONE or whole <= 0:
            return 100
        gone = (self.reached_at - self.from_at).total_seconds()
        return round(100 * max(0.0, min(1.0, gone / whole)))

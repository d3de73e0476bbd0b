"""What will happen by itself: one row per case and kind, made from the plan alone."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

# What cannot be undone, or not by us.
DESTRUCTIVE = frozenset({"drop", "execute", "close"})
DESTRUCTIVE_INDEX = "timer_destructive"
LIVE = Q(fired_at__isnull=True, cancelled_at__isnull=True)


class Timer(models.Model):
    """`due_at` is the promised instant; `check_at` is when the sweep looks next.

    They differ only while something holds a destructive timer (unprocessed mail, an open to-do,
    a pause): the promise stays readable and the sweep does not spin on a held row.

    `mail_counts_until` is set where a door was shut at the deadline: what comes until then would
    have come in time, and counts as if it had (R14, G12).
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="timers")
    kind = models.CharField(max_length=24)
    due_at = models.DateTimeField()
    check_at = models.DateTimeField()
    held_because = models.CharField(max_length=200, blank=True)
    mail_counts_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], condition=LIVE, name="timer_live"),
            models.CheckConstraint(
                condition=Q(fired_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="timer_fired_or_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(fired_at__isnull=True) | Q(fired_at__gte=F("due_at")),
                name="timer_never_early",
            ),
        ]
        indexes = [
            models.Index(fields=["check_at", "id"], condition=LIVE, name="timer_due"),
            # The fuse counts these, and takes the size of all from its statistics (G13).
            models.Index(
                fields=["check_at"],
                condition=LIVE & Q(kind__in=sorted(DESTRUCTIVE)),
                name=DESTRUCTIVE_INDEX,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id} at {self.due_at:%Y-%m-%d %H:%M} UTC"

    @property
    def deadline(self) -> datetime:
        """The last instant (UTC) at which a mail comes in time."""
        return max(self.due_at, self.mail_counts_until or self.due_at)

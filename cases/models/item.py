"""What happens to each service that a case covers: state is kept per item (R29)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Outcome(models.TextChoices):
    PLANNED = "planned", "to be cancelled"
    DEACTIVATING = "deactivating", "being deactivated"
    DEACTIVATED = "deactivated", "deactivated"
    FAILED = "failed", "failed, will be retried"
    STOPPED = "stopped", "stopped, needs a person"
    REACTIVATING = "reactivating", "being restored"
    PURGING = "purging", "being ended for good"
    RESTORED = "restored", "restored"
    LOST = "lost", "cannot be restored"
    ENDED = "ended", "ended for good"
    KEPT = "kept", "left as it was"


class Disposition(models.TextChoices):
    """What becomes of a number when its service ends (R37)."""

    PORTED = "ported", "ported to another carrier"
    MOVED = "moved", "moved to another account"
    RELEASED = "released", "no longer needed"


# Outcomes in which the provider still owes an answer, or will be asked again.
PROVISIONING = (
    Outcome.DEACTIVATING, Outcome.FAILED, Outcome.REACTIVATING, Outcome.PURGING
)  # fmt: skip
ENDING = (Outcome.DEACTIVATING, Outcome.FAILED, Outcome.PURGING)
# What the execution board shows: those, and what waits for a person.
OPEN_ORDERS = (*PROVISIONING, Outcome.STOPPED)


class CaseItem(models.Model):
    """One service inside one case, with its own outcome.

    `holds_item` mirrors "the case is open": the partial unique index on it is what makes a
    second open case for the same service impossible (R55).
    """

    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, related_name="items", db_index=False
    )
    item = models.ForeignKey("accounts.Item", on_delete=models.PROTECT, related_name="case_items")
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.PLANNED)
    holds_item = models.BooleanField(default=True)
    # The order that is out, or was: when it was given, how often it was sent, how often it failed.
    ordered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    # What becomes of a number, who said so and when: one at a time, the events keep the rest (R37).
    disposition = models.CharField(max_length=10, choices=Disposition, blank=True)
    disposition_note = models.CharField(max_length=200, blank=True)
    disposition_event = models.ForeignKey(
        "cases.Event",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # The customer typed that this number may be lost with its port still running (R35).
    loss_event = models.ForeignKey(
        "cases.Event",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "item"], name="item_once_per_case"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(holds_item=True), name="item_in_one_open_case"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="case_item_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(disposition="", disposition_event__isnull=True)
                | Q(disposition__in=Disposition.values, disposition_event__isnull=False),
                name="case_item_disposition_told",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="case_item_due",
            ),
            # Few have these: their indexes hold only those that do.
            models.Index(
                fields=["disposition_event"],
                condition=Q(disposition_event__isnull=False),
                name="case_item_disposition",
            ),
            models.Index(
                fields=["loss_event"], condition=Q(loss_event__isnull=False), name="case_item_loss"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_outcome_display()}"

    @property
    def loss_accepted(self) -> bool:
        """Did the customer type that this number may be lost (R35)?"""
        return self.loss_event_id is not None

    @property
    def disposition_choices(self) -> list[tuple[str, str]]:
        """What can become of it, with words (R37)."""
        return list(Disposition.choices)

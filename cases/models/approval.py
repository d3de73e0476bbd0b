"""Four eyes: an exception that one person asks for and another grants."""

from django.db import models
from django.db.models import F, Q


class Approval(models.Model):
    """A lower fee or a shorter notice for one case: who asked, why, who decided.

    `amount` is the fee as it shall be, in the customer's currency; `ends_on` the earliest date as
    it shall be, in the customer's zone. Nobody decides about what they asked for themselves: the
    database refuses it.
    """

    class Kind(models.TextChoices):
        FEE = "fee", "a lower fee"
        NOTICE = "notice", "a shorter notice"

    class Decision(models.TextChoices):
        ALONE = "alone", "within what one person may"
        GRANTED = "granted", "granted"
        REFUSED = "refused", "not granted"
        TAKEN_BACK = "taken_back", "taken back"
        EXPIRED = "expired", "expired"

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="approvals")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("asked_by")) | Q(decided_by=None),
                name="approval_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["granted", "refused"], decided_by__isnull=False)
                | Q(decision__in=["", "alone", "taken_back", "expired"], decided_by=None),
                name="approval_decision_has_a_person",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None)
                | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="approval_decided_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(kind="fee", amount__gte=0, ends_on=None)
                | Q(kind="notice", ends_on__isnull=False, amount=None),
                name="approval_asks_for_one_thing",
            ),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(decision=""), name="approval_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(decision=""), name="approval_to_expire")
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()}"

"""What was promised to the customer, and when: a later promise supersedes, never edits (R19)."""

from django.db import models
from django.db.models import Q


class Promise(models.Model):
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="promises")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    effective_on = models.DateField()
    zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    fee = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    last_bill = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    email = models.ForeignKey(
        "notifications.Email", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="promise_number_once"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(superseded_at__isnull=True), name="promise_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: ends {self.effective_on}"

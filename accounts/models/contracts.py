"""Contracts and bills."""

from django.core.validators import MinValueValidator
from django.db import models

from accounts.models.customers import Customer
from accounts.models.items import Item


class Contract(models.Model):
    """A term that a customer is bound for; ends before it may cost a fee (R18)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contracts")
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day of the term.")
    monthly_amount = models.DecimalField(
        max_digits=14, decimal_places=4, default=0, validators=[MinValueValidator(0)]
    )
    items = models.ManyToManyField(
        Item,
        blank=True,
        related_name="contracts",
        help_text="The services that it binds, of the same customer. None means all of them.",
    )

    class Meta:
        ordering = ["ends_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="contract_ends_after_start",
                violation_error_message="The contract ends before it starts.",
            ),
            models.CheckConstraint(
                condition=models.Q(monthly_amount__gte=0), name="contract_amount_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} until {self.ends_on:%Y-%m-%d}"


class Bill(models.Model):
    """A bill of one billing month; the final one lets an account close (R50)."""

    class Status(models.TextChoices):
        """How far it is."""

        AWAITED = "awaited", "Awaited"
        ISSUED = "issued", "Issued"
        PAID = "paid", "Paid"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="bills")
    period_starts_on = models.DateField()
    period_ends_on = models.DateField(help_text="The last day that it covers.")
    amount = models.DecimalField(
        max_digits=14, decimal_places=4, default=0, help_text="0 until it is issued."
    )
    status = models.CharField(max_length=16, choices=Status, default=Status.AWAITED)
    is_final = models.BooleanField(default=False)
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-period_starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["awaited", "issued", "paid"]),
                name="bill_status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(period_ends_on__gte=models.F("period_starts_on")),
                name="bill_ends_after_start",
                violation_error_message="The period ends before it starts.",
            ),
            models.CheckConstraint(
                condition=models.Q(status="paid", paid_at__isnull=False)
                | (~models.Q(status="paid") & models.Q(paid_at=None)),
                name="bill_paid_has_its_time",
                violation_error_message="A paid bill has a time of payment, another has none.",
            ),
            models.UniqueConstraint(
                fields=["customer", "period_starts_on", "is_final"], name="bill_one_per_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_starts_on:%Y-%m-%d} to {self.period_ends_on:%Y-%m-%d}"

"""Items: the services of a customer, in a tree; and the ports of numbers."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Reverse

from accounts.models.customers import Customer, Location
from accounts.phones import E164_PATTERN, normalise_phone


class Item(models.Model):
    """One service: a number, a licence, a SIM… The smallest thing that a case can cancel.

    A status goes active → suspended (deactivated, in grace) → ended, or back to active;
    accounts.services has the checked moves.
    """

    class Kind(models.TextChoices):
        """What it is."""

        NUMBER = "number", "Number"
        EXTENSION = "extension", "Extension"
        TRUNK = "trunk", "Trunk"
        LICENCE = "licence", "Licence"
        SIM = "sim", "SIM"
        DEVICE = "device", "Device"
        VPG = "vpg", "VPG"
        SERVICE = "service", "Service"

    class Status(models.TextChoices):
        """Whether it works and is billed."""

        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"
        ENDED = "ended", "Ended"
        PORTED = "ported", "Ported away"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="items")
    location = models.ForeignKey(
        Location, null=True, blank=True, on_delete=models.SET_NULL, related_name="items"
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="children",
        help_text="The item that this one hangs on, of the same customer.",
    )
    kind = models.CharField(max_length=16, choices=Kind)
    product = models.CharField(max_length=60, blank=True, help_text="The product's code.")
    label = models.CharField(max_length=120)
    identifier = models.CharField(
        max_length=64,
        blank=True,
        db_collation="C",
        help_text="Phone number (+ and digits), extension, ICCID…",
    )
    monthly_price = models.DecimalField(
        max_digits=14, decimal_places=4, default=0, validators=[MinValueValidator(0)]
    )
    status = models.CharField(max_length=16, choices=Status, default=Status.ACTIVE)
    status_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since when the status holds."
    )
    assigned_to = models.CharField(
        max_length=120, blank=True, help_text="Who uses the licence; nothing means unassigned."
    )
    protected = models.BooleanField(
        default=False, help_text="Termination protection is on; it is switched off by its own step."
    )
    activated_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["location__name", "kind", "label", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "number",
                        "extension",
                        "trunk",
                        "licence",
                        "sim",
                        "device",
                        "vpg",
                        "service",
                    ]
                ),
                name="item_kind_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "suspended", "ended", "ported"]),
                name="item_status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(monthly_price__gte=0), name="item_price_is_not_negative"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="number")
                | models.Q(identifier="")
                | models.Q(identifier__regex=E164_PATTERN),
                name="item_number_is_e164",
                violation_error_message="Write the phone number as + and digits.",
            ),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
                name="item_is_not_its_own_parent",
            ),
            # Target of the composite foreign key that keeps a parent with the same customer.
            models.UniqueConstraint(fields=["id", "customer"], name="item_id_with_customer"),
        ]
        indexes = [
            models.Index(fields=["identifier"], name="item_identifier_prefix"),
            models.Index(Reverse("identifier"), name="item_identifier_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.get_kind_display()})"

    def clean(self) -> None:
        """Normalise a phone number; keep parent and location with the customer, no circle."""
        if not self.customer_id:
            return
        if self.kind == self.Kind.NUMBER and self.identifier:
            try:
                region = self.customer.phone_region
                self.identifier = normalise_phone(self.identifier, region=region)
            except ValidationError as error:
                raise ValidationError({"identifier": error.error_list}) from error
        if self.location and self.location.customer_id != self.customer_id:
            raise ValidationError({"location": "This location belongs to another customer."})
        self._check_parent()

    def _check_parent(self) -> None:
        seen = {self.pk} if self.pk else set()
        above = self.parent
        while above is not None:
            if above.customer_id != self.customer_id:
                raise ValidationError({"parent": "This item belongs to another customer."})
            if above.pk in seen:
                raise ValidationError({"parent": "An item cannot hang on itself."})
            seen.add(above.pk)
            above = above.parent


class Port(models.Model):
    """A number on its way to another carrier. It cancels nothing by itself (R2)."""

    class Status(models.TextChoices):
        """How far the carriers are."""

        PENDING = "pending", "In progress"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Failed"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="ports")
    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING)
    carrier = models.CharField(max_length=120, blank=True, help_text="Who takes the number.")
    expected_on = models.DateField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["expected_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["pending", "done", "cancelled", "failed"]),
                name="port_status_is_known",
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(status="pending"),
                name="port_one_pending_per_item",
                violation_error_message="This item has a port in progress already.",
            ),
            models.CheckConstraint(
                condition=models.Q(status="done", completed_at__isnull=False)
                | models.Q(status="pending", completed_at=None)
                | models.Q(status__in=["cancelled", "failed"]),
                name="port_done_has_its_time",
                violation_error_message="A port that is done has a time, one in progress has none.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.label}: {self.get_status_display().lower()}"

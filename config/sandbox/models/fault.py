"""How a customer's mail server is told to misbehave."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Behaviour(models.TextChoices):
    """What the server does with mail for an address."""

    REFUSE = "refuse", "refuses at once (550)"
    DEFER = "defer", "puts off (451), so the desk tries again"
    BOUNCE = "bounce", "accepts, then sends it back"
    SILENT = "silent", "falls silent after the mail"


class SandboxFault(models.Model):
    """One address and its misbehaviour; no row means that mail simply arrives."""

    address = models.CharField(max_length=320, unique=True, help_text="In lower case.")
    behaviour = models.CharField(max_length=8, choices=Behaviour)
    delay_minutes = models.PositiveIntegerField(
        default=0, help_text="Desk time between taking a mail and sending it back."
    )

    class Meta:
        ordering = ["address"]
        constraints = [
            models.CheckConstraint(
                condition=Q(address=Lower("address")) & ~Q(address=""),
                name="fault_address_is_lower",
            ),
            models.CheckConstraint(
                condition=Q(behaviour__in=Behaviour.values), name="fault_behaviour_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_behaviour_display()}"

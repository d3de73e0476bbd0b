"""What must be provable after the data is gone: that the customer ended it themselves (R44)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Evidence(models.Model):
    """One end that cannot be undone, as its customer confirmed it. Written once, never changed.

    Apart: no key leads to a case, a customer or a person, so their erasure leaves this alone.
    Minimal: no name, address, number or label. `person` and `shown` are digests: they answer
    "was it this one?", never "who was it?". Gone after `keep_until`, and not before.
    """

    brand = models.ForeignKey("accounts.Brand", on_delete=models.PROTECT, related_name="+")
    case_number = models.CharField(max_length=20, db_index=True)
    at = models.DateTimeField()
    policy = models.CharField(max_length=60)  # code and version: the terms that were agreed to
    proof = models.CharField(max_length=60)  # how the person proved who they are
    asked = models.CharField(max_length=100, blank=True)  # the phrase that the page asked for
    typed = models.CharField(max_length=100, blank=True)  # and what was typed
    shown = models.CharField(max_length=64)  # SHA-256 of what the person looked at
    person = models.CharField(max_length=64)  # keyed digest of their address on file
    ended = models.JSONField()  # how many services of each kind
    keep_until = models.DateField(db_index=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=Q(shown__regex=r"^[0-9a-f]{64}$", person__regex=r"^[0-9a-f]{64}$"),
                name="evidence_digests",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_number}, {self.at:%Y-%m-%d}"

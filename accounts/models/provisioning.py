"""What the adapters remember: tasks for people, and the ids of providers' calls."""

from django.db import models
from django.db.models import Q

from accounts.models.brands import Brand
from accounts.models.items import Item


class ManualTask(models.Model):
    """An order that a person carries out, by key. Only accounts.provisioning.manual writes it."""

    key = models.CharField(max_length=200, unique=True)
    verb = models.CharField(max_length=16)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verb__in=["deactivate", "reactivate", "terminate"]),
                name="manual_task_verb_is_known",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="manual_task_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"

    def describe(self) -> str:
        """Return who ticked it, for the answer: "Done by Mara Lindt: in the old console"."""
        who = self.done_by.display_name if self.done_by else "nobody yet"
        return f"Done by {who}" + (f": {self.note}" if self.note else ".")


class ProviderCall(models.Model):
    """The id of a message in which a provider called back: seen once, it acts once (THREATS 59)."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    message_id = models.CharField(max_length=128)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "message_id"], name="provider_call_once"),
        ]
        indexes = [models.Index(fields=["received_at"], name="provider_call_age")]

    def __str__(self) -> str:
        return self.message_id

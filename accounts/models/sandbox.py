"""The book of the sandbox's imaginary provider."""

from django.db import models

from accounts.models.items import Item


class SandboxOrder(models.Model):
    """What the imaginary provider was asked, by key: asked twice, it acts once.

    Only accounts.provisioning.sandbox writes it. It stands for what a real provider remembers.
    """

    key = models.CharField(max_length=200, unique=True)
    verb = models.CharField(max_length=16)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verb__in=["deactivate", "reactivate", "terminate"]),
                name="sandbox_order_verb_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"

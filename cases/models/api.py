"""Keys of other systems, such as billing, and what each of their calls answered (G17)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ApiKey(models.Model):
    """One system's key to one brand. The key itself is shown once and kept as a hash alone."""

    brand = models.ForeignKey("accounts.Brand", on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80, help_text="Whose it is, such as “billing”.")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False, help_text="How the key begins.")
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "API key"
        ordering = ["brand", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(token_hash__regex="^[0-9a-f]{64}$"),  # noqa: S106  # a shape
                name="api_key_is_hashed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class ApiCall(models.Model):
    """A call or a form that changes something: one key of the sender's, one effect, one answer.

    `fingerprint` is a hash of method, path and body: the same key with another call is refused.
    """

    api_key = models.ForeignKey(
        ApiKey, null=True, blank=True, on_delete=models.CASCADE, related_name="calls"
    )
    user = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    idempotency_key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "API call"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["api_key", "idempotency_key"], name="api_call_once_per_key"
            ),
            models.UniqueConstraint(
                fields=["user", "idempotency_key"], name="api_call_once_per_user"
            ),
            models.CheckConstraint(
                condition=Q(api_key__isnull=True) ^ Q(user__isnull=True), name="api_call_has_sender"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="api_call_by_age")]

    def __str__(self) -> str:
        return f"{self.idempotency_key}: {self.status}"

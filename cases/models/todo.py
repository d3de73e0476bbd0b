"""What a person must look at: the reason, and the answers that take one click."""

from django.db import models
from django.db.models import Q


class Todo(models.Model):
    """While `holds` is true and the to-do is open, nothing irreversible happens to the case.

    `hold_until` bounds the hold of something nobody has authenticated (trust L0), so that a
    stranger cannot stop a cancellation for ever.
    """

    case = models.ForeignKey(
        "cases.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="todos"
    )
    inbound = models.ForeignKey(
        "notifications.Inbound", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The service that it is about where no case is, such as a number that was ported away (R36).
    item = models.ForeignKey(
        "accounts.Item", null=True, blank=True, on_delete=models.CASCADE, related_name="todos"
    )
    kind = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    evidence = models.JSONField(default=dict, blank=True)
    answers = models.JSONField(default=list, blank=True)
    holds = models.BooleanField(default=True)
    hold_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolution = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "inbound", "item"],
                condition=Q(resolved_at__isnull=True),
                nulls_distinct=False,
                name="todo_open_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"], condition=Q(resolved_at__isnull=True), name="todo_open"
            )
        ]

    def __str__(self) -> str:
        return self.reason

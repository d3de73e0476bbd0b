"""What somebody did to several cases at once, so that it can be taken back."""

from django.db import models


class BulkRun(models.Model):
    """One deed on several cases.

    `done` lists the cases with what undoing needs: who owned each before, or which mail waits.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    deed = models.CharField(max_length=10)
    query = models.CharField(max_length=500, blank=True)
    done = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    started_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deed__in=["assign", "release", "remind", "note"]),
                name="bulk_deed_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} by {self.user_id}"

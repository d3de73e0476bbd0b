"""What somebody did to several cases at once, so that it can be taken back."""

from django.db import models


class BulkRun(models.Model):
    """One deed on several cases. `key` is the form's: sent twice, it is done once (THREATS 53).

    `done` lists the cases with what undoing needs: who owned each before, or which mail waits.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)
    deed = models.CharField(max_length=10)
    query = models.CharField(max_length=500, blank=True)
    done = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    started_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="bulk_run_once"),
            models.CheckConstraint(
                condition=models.Q(deed__in=["assign", "release", "remind", "note"]),
                name="bulk_deed_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} by {self.user_id}"

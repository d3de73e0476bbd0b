"""A call that is going on: what the agent has typed and ticked so far, kept on the server."""

from django.db import models


class CallDraft(models.Model):
    """One agent's unfinished call with one customer; gone when the case is opened.

    `data` is the form as it was sent, by field and value. `started_at` is when the call began:
    notice counts from it, however often the page is loaded again (R4). `said_digest` names what
    was on the screen to be read out; the two instants are when its boxes were ticked.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="call_drafts")
    customer = models.ForeignKey("accounts.Customer", on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict, blank=True)
    said_digest = models.CharField(max_length=64, blank=True)
    read_out_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "customer"], name="call_draft_once"),
        ]
        indexes = [models.Index(fields=["saved_at"], name="call_draft_age")]

    def __str__(self) -> str:
        return f"{self.user_id}: a call with {self.customer_id}"

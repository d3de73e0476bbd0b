"""A view of the queue that somebody named."""

from django.db import models


class SavedView(models.Model):
    """`query` is the queue's own address; whoever opens it sees what they may see, no more.

    A shared one is offered to all colleagues; only its owner changes it.
    """

    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="view_name_once",
                violation_error_message="You have a view of this name already.",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="view_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["name"], condition=models.Q(shared=True), name="view_shared")
        ]

    def __str__(self) -> str:
        return self.name

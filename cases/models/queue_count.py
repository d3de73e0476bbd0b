"""How many cases stand where: kept by the database itself, so that counting costs no counting."""

from django.db import models
from django.db.models import Q


class QueueCount(models.Model):
    """A number of cases of one brand, owner, state and turn; all rows of a kind add up.

    A trigger adds a row with the difference at every change, in its transaction: no two
    transactions ever wait for the same row. `actions.counts.settle` adds them up now and then.
    """

    brand = models.ForeignKey("accounts.Brand", on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    state = models.CharField(max_length=50)
    turn = models.CharField(max_length=10)
    cases = models.BigIntegerField()
    settled = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "owner", "state", "turn"],
                condition=Q(settled=True),
                nulls_distinct=False,
                name="queue_count_settled_once",
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(settled=False), name="queue_count_loose")
        ]

    def __str__(self) -> str:
        return f"{self.cases} × {self.brand_id}/{self.owner_id}/{self.state}/{self.turn}"

"""How much mail became what: kept by the database itself, so that counting costs no counting."""

from django.db import models
from django.db.models import Q


class MailCount(models.Model):
    """A number of received mails of one disposition ("" while being read); all rows add up.

    They are known by the brand of their case; while they have none, by the `recipient` that says
    whose they are: the whole address, or "@domain" of a thread's. A case keeps its brand and its
    thread for good, and its thread is as new as itself, so that only a mail's own change moves it.

    Written and added up as `QueueCount`.
    """

    brand = models.ForeignKey(
        "accounts.Brand", null=True, on_delete=models.CASCADE, related_name="+"
    )
    recipient = models.CharField(max_length=320, blank=True)
    disposition = models.CharField(max_length=12, blank=True)
    mails = models.BigIntegerField()
    settled = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "recipient", "disposition"],
                condition=Q(settled=True),
                nulls_distinct=False,
                name="mail_count_settled_once",
            )
        ]
        indexes = [models.Index(fields=["id"], condition=Q(settled=False), name="mail_count_loose")]

    def __str__(self) -> str:
        return f"{self.mails} × {self.brand_id or self.recipient}/{self.disposition or 'waiting'}"

"""The outbox: one row per mail that leaves, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

NO_LINE_BREAKS = r"[\r\n]"


class Email(models.Model):
    """A mail to send. `queued` → `sending` → `sent`, `failed` or `unknown`; `stopped` by us.

    `unknown` means that the receiver fell silent after the final dot: it may have the mail.
    """

    class Status(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        UNKNOWN = "unknown"
        STOPPED = "stopped"

    class Delivery(models.TextChoices):
        NOTHING = "", "no news"
        DELIVERED = "delivered"
        DELAYED = "delayed"
        BOUNCED = "bounced"
        COMPLAINED = "complained"

    class News(models.TextChoices):
        """What the rest of the desk has still to be told about this mail."""

        NOTHING = "", "nothing"
        ACCEPTED = "accepted"
        FAILED = "failed"
        UNKNOWN = "unknown"

    thread = models.ForeignKey(
        "notifications.Thread",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="emails",
    )
    key = models.CharField(max_length=200)
    purpose = models.CharField(max_length=60)
    from_name = models.CharField(max_length=200, blank=True)
    from_email = models.CharField(max_length=254)
    reply_to = models.CharField(max_length=254, blank=True)
    to_name = models.CharField(max_length=200, blank=True)
    to_email = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    in_reply_to = models.CharField(max_length=998, blank=True)
    automatic = models.BooleanField(default=True)
    irreversible = models.BooleanField(default=False)
    # Said here so that a mail without files, as nearly all are, costs no look at the files' table.
    has_files = models.BooleanField(default=False, db_default=False)
    message_id = models.CharField(max_length=320)

    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    resends = models.PositiveSmallIntegerField(default=0)
    # A lease runs by the database's own clock: neither a worker's wrong clock nor the sandbox's
    # time machine can make it seem over while its holder is at work.
    lease_until = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    response = models.CharField(max_length=500, blank=True)
    provider_id = models.CharField(max_length=200, blank=True, default="", db_default="")
    error = models.CharField(max_length=500, blank=True)

    delivery = models.CharField(
        max_length=12, choices=Delivery, default=Delivery.NOTHING, blank=True
    )
    delivery_at = models.DateTimeField(null=True, blank=True)
    delivery_detail = models.CharField(max_length=500, blank=True)
    news = models.CharField(max_length=10, choices=News, default=News.NOTHING, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            # Not `unique=True`: that makes an index for LIKE beside it, which nobody uses.
            models.UniqueConstraint(fields=["key"], name="email_key_once"),
            models.UniqueConstraint(fields=["message_id"], name="email_message_id_once"),
            models.CheckConstraint(
                condition=Q(
                    status__in=["queued", "sending", "sent", "failed", "unknown", "stopped"]
                ),
                name="email_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(accepted_at__isnull=False),
                name="email_sent_was_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(status="queued") | Q(next_attempt_at__isnull=False),
                name="email_queued_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status="sending") | Q(lease__isnull=False, lease_until__isnull=False),
                name="email_sending_has_lease",
            ),
            models.CheckConstraint(
                condition=~(
                    Q(subject__regex=NO_LINE_BREAKS)
                    | Q(to_email__regex=NO_LINE_BREAKS)
                    | Q(to_name__regex=NO_LINE_BREAKS)
                    | Q(from_email__regex=NO_LINE_BREAKS)
                    | Q(from_name__regex=NO_LINE_BREAKS)
                    | Q(reply_to__regex=NO_LINE_BREAKS)
                    | Q(in_reply_to__regex=NO_LINE_BREAKS)
                ),
                name="email_headers_one_line",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(status="queued"),
                name="email_due",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(status="sending"), name="email_leased"
            ),
            models.Index(
                fields=["next_attempt_at"], condition=Q(status="unknown"), name="email_unknown"
            ),
            models.Index(fields=["id"], condition=~Q(news=""), name="email_news"),
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id=""), name="email_provider_id"
            ),
            models.Index(fields=["status", "-id"], name="email_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} to {self.to_email}"

    @property
    def return_path(self) -> str:
        """The envelope sender: the thread's address with this row's number, so that a bounce
        names the mail that it is about even when it quotes nothing of it."""
        local, separator, domain = self.reply_to.rpartition("@")
        if self.thread_id is None or not separator or "+" not in local:
            return self.from_email
        return f"{local}.{self.pk}@{domain}"

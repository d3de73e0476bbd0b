"""The mailroom: every mail that came in, its raw bytes, and what was made of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

ADDRESS_LENGTH = 320
MESSAGE_ID_LENGTH = 998


class Inbound(models.Model):
    """One received mail for one recipient.

    Until it is processed it has no disposition; from then on it always has exactly one.
    """

    class Status(models.TextChoices):
        RECEIVED = "received"
        PROCESSED = "processed"
        QUARANTINED = "quarantined"

    class Kind(models.TextChoices):
        HUMAN = "human"
        AUTO_REPLY = "auto_reply", "automatic reply"
        BOUNCE = "bounce"
        DELAY = "delay", "delay notice"
        RECEIPT = "receipt"
        COMPLAINT = "complaint"
        LIST = "list", "mailing list"
        OWN = "own", "our own mail"

    class Disposition(models.TextChoices):
        ANSWER = "answer"
        AUTOMATIC = "automatic"
        BOUNCE = "bounce"
        UNMATCHED = "unmatched"
        QUARANTINED = "quarantined"
        SPAM = "spam"
        HANDLED = "handled"
        NOT_CUSTOMER = "not_customer", "not a customer"

    # The envelope, as the door took it.
    channel = models.CharField(max_length=60)
    recipient = models.CharField(max_length=ADDRESS_LENGTH)
    recipient_token = models.CharField(max_length=32, blank=True)
    envelope_from = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    raw = models.BinaryField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    # The work on it. The lease runs by the database's own clock.
    status = models.CharField(max_length=12, choices=Status, default=Status.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True)

    # What it says.
    from_name = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    from_email = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    subject = models.CharField(max_length=998, blank=True)
    message_id = models.CharField(max_length=MESSAGE_ID_LENGTH, blank=True)
    in_reply_to = models.CharField(max_length=MESSAGE_ID_LENGTH, blank=True)
    references = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    reply_text = models.TextField(blank=True)

    # What it is.
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.HUMAN)
    evidence = models.JSONField(default=list, blank=True)
    authenticity = models.CharField(
        max_length=4, choices=[(w, w) for w in ("pass", "fail", "none")], default="none"
    )
    authenticity_detail = models.CharField(max_length=300, blank=True)
    matched_by = models.CharField(
        max_length=12, blank=True, choices=[(w, w) for w in ("token", "message_id")]
    )
    thread = models.ForeignKey(
        "notifications.Thread",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inbound",
    )
    about_email = models.ForeignKey(
        "notifications.Email",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="about",
    )
    suggestion = models.CharField(max_length=200, blank=True)

    # What became of it.
    disposition = models.CharField(max_length=12, choices=Disposition, blank=True, default="")
    disposition_note = models.CharField(max_length=500, blank=True)
    handled_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        verbose_name = "inbound mail"
        verbose_name_plural = "inbound mail"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "recipient", "sha256"], name="inbound_stored_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["received", "processed", "quarantined"]),
                name="inbound_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="received", disposition="")
                | (~Q(status="received") & ~Q(disposition="")),
                name="inbound_one_disposition",
            ),
            models.CheckConstraint(
                condition=Q(
                    disposition__in=[
                        "",
                        "answer",
                        "automatic",
                        "bounce",
                        "unmatched",
                        "quarantined",
                        "spam",
                        "handled",
                        "not_customer",
                    ]
                ),
                name="inbound_disposition_known",
            ),
            # R11: whatever else fails, an out-of-office note is never an answer.
            models.CheckConstraint(
                condition=~Q(disposition="answer") | Q(kind="human"),
                name="inbound_answer_is_human",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at", "id"], condition=Q(status="received"), name="inbound_due"
            ),
            models.Index(
                fields=["received_at", "id"],
                condition=Q(status="received") & ~Q(recipient_token=""),
                name="inbound_due_reply",
            ),
            models.Index(fields=["-received_at", "-id"], name="inbound_latest"),
            models.Index(fields=["disposition", "-received_at", "-id"], name="inbound_by_fate"),
            models.Index(
                fields=["recipient_token"],
                condition=Q(disposition__in=["", "quarantined"]) & ~Q(recipient_token=""),
                name="inbound_waiting_token",
            ),
            models.Index(
                fields=["from_email"],
                condition=Q(disposition__in=["quarantined", "unmatched"]),
                name="inbound_waiting_from",
            ),
            models.Index(
                fields=["envelope_from"],
                condition=Q(disposition="quarantined"),
                name="inbound_waiting_sender",
            ),
            models.Index(
                fields=["message_id"], condition=~Q(message_id=""), name="inbound_message_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject or '(no subject)'} from {self.from_email or self.envelope_from}"

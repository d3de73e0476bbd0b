"""Mail as the customers have it: what reached them by SMTP, and what they answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SandboxMail(models.Model):
    """One message in one customer's mailbox. Nothing of the desk's reads this table.

    A mail that is to bounce is accepted first; the report goes back when `bounce_due_at` (desk
    time) has come, once.
    """

    class Box(models.TextChoices):
        INBOX = "inbox", "received"
        SENT = "sent", "sent"

    class Bounce(models.TextChoices):
        NONE = "", "arrived"
        DUE = "due", "will bounce"
        SENT = "sent", "bounced"

    box = models.CharField(max_length=5, choices=Box, default=Box.INBOX)
    mailbox = models.CharField(max_length=320, help_text="Whose mailbox, in lower case.")
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.CharField(max_length=320)
    raw = models.BinaryField()
    size = models.PositiveIntegerField(help_text="Bytes.")
    received_at = models.DateTimeField(help_text="By the desk's clock.")
    read_at = models.DateTimeField(null=True, blank=True)

    from_name = models.CharField(max_length=320, blank=True)
    from_email = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=998, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=998, blank=True)
    references = models.TextField(blank=True)
    reply_to = models.CharField(max_length=320, blank=True)
    answers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="answered_by"
    )
    how = models.CharField(max_length=40, blank=True, help_text="As whom a reply was sent.")

    bounce = models.CharField(max_length=4, choices=Bounce, default=Bounce.NONE, blank=True)
    bounce_status = models.CharField(max_length=12, blank=True, help_text="Such as 5.1.1.")
    bounce_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(box__in=["inbox", "sent"]), name="mail_box_known"),
            models.CheckConstraint(
                condition=Q(bounce="") | Q(bounce_due_at__isnull=False), name="mail_bounce_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["mailbox", "-received_at", "-id"], name="mail_by_mailbox"),
            models.Index(
                fields=["bounce_due_at"], condition=Q(bounce="due"), name="mail_bounce_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject or '(no subject)'} for {self.mailbox}"

    @property
    def is_sent(self) -> bool:
        return self.box == self.Box.SENT

    @property
    def answer_address(self) -> str:
        """Where a reply goes: Reply-To, else From."""
        return self.reply_to or self.from_email

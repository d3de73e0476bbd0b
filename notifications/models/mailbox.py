"""Mailboxes that the desk reads by IMAP, and which of their mails it has dealt with."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

HAS_LINE_BREAK = r"[\r\n\x00]"
ONE_LINE = RegexValidator(
    HAS_LINE_BREAK, "A line break cannot be part of this.", inverse_match=True
)
# No other variable may be named: whoever sets up mailboxes could have it sent to a server.
SECRET_VARIABLE = r"^IMAP_[A-Z0-9_]+$"  # noqa: S105 - the form of a name
FLAG = r"^(\\(Seen|Flagged|Answered)|\$?[A-Za-z][A-Za-z0-9_-]*)$"


def choose_authserv_id() -> str:
    """Return the name of our own mail server, through which most mailboxes' mail came."""
    return str(settings.AUTHSERV_ID)


class Mailbox(models.Model):
    """One folder on one server. Everything in it is read; nothing in it is ever deleted.

    `name` is for good: what was read before is known by it. The password comes from an
    environment variable or lies here encrypted, and is never shown again.
    """

    class Tls(models.TextChoices):
        IMPLICIT = "implicit", "TLS from the start (usually port 993)"
        STARTTLS = "starttls", "STARTTLS (usually port 143)"

    class RecipientHeader(models.TextChoices):
        DELIVERED_TO = "Delivered-To", "Delivered-To (Postfix, Dovecot, Gmail)"
        ORIGINAL_TO = "X-Original-To", "X-Original-To (Postfix with aliases)"
        ENVELOPE_TO = "Envelope-To", "Envelope-To (Exim)"
        X_DELIVERED_TO = "X-Delivered-To", "X-Delivered-To (Fastmail, Cyrus)"
        NONE = "", "none: everything is for the address below"

    name = models.SlugField(
        max_length=40, unique=True, help_text="Short and for good, such as “support”."
    )
    enabled = models.BooleanField(default=True, help_text="Read this mailbox.")
    host = models.CharField(max_length=255, validators=[ONE_LINE], help_text="imap.example.com")
    port = models.PositiveIntegerField(
        default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    tls = models.CharField("encryption", max_length=8, choices=Tls, default=Tls.IMPLICIT)
    username = models.CharField("user name", max_length=255, validators=[ONE_LINE])
    secret_variable = models.CharField(
        "password from the variable",
        max_length=100,
        blank=True,
        validators=[RegexValidator(SECRET_VARIABLE, "Its name begins with IMAP_, in capitals.")],
        help_text="The name of an environment variable, such as IMAP_SUPPORT_PASSWORD.",
    )
    secret = models.TextField(blank=True, editable=False)  # encrypted, see imap/secrets.py
    folder = models.CharField(
        max_length=255,
        default="INBOX",
        validators=[ONE_LINE],
        help_text="Everything in it is read, so give the desk a folder of its own.",
    )
    archive_folder = models.CharField(
        max_length=255,
        blank=True,
        validators=[ONE_LINE],
        help_text="Where mail is moved once it is stored. Empty: it stays and gets the mark below.",
    )
    flag = models.CharField(
        "mark",
        max_length=40,
        blank=True,
        default="\\Seen",
        validators=[RegexValidator(FLAG, "\\Seen, \\Flagged, \\Answered, or a keyword.")],
        help_text="What stored mail is marked with. Empty: it stays as it is.",
    )
    recipient_header = models.CharField(
        "recipient from",
        max_length=20,
        blank=True,
        choices=RecipientHeader,
        default=RecipientHeader.DELIVERED_TO,
        help_text="The header in which your own server writes for whom a mail came.",
    )
    address = models.EmailField(
        max_length=320, help_text="For whom a mail is where that header is missing."
    )
    authserv_id = models.CharField(
        "results are written by",
        max_length=255,
        blank=True,
        default=choose_authserv_id,
        validators=[ONE_LINE],
        help_text="The name under which the server of this mailbox writes Authentication-Results, "
        "such as mx.google.com. Empty where it writes none: then nobody's are believed, and "
        "signatures are checked here.",
    )
    largest_mb = models.PositiveIntegerField(
        "largest mail, MB",
        default=25,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
        help_text="Of a larger one only the headers are fetched; it goes to quarantine.",
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "IMAP mailbox"
        verbose_name_plural = "IMAP mailboxes"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(secret="") | Q(secret_variable=""), name="mailbox_one_secret"
            ),
            models.CheckConstraint(
                condition=Q(secret_variable="") | Q(secret_variable__regex=SECRET_VARIABLE),
                name="mailbox_secret_variable_form",
            ),
            models.CheckConstraint(
                condition=Q(tls__in=["implicit", "starttls"]), name="mailbox_tls_required"
            ),
            models.CheckConstraint(
                condition=~Q(folder=models.F("archive_folder")), name="mailbox_archive_elsewhere"
            ),
            models.CheckConstraint(
                condition=~(
                    Q(host__regex=r"[\r\n]")
                    | Q(username__regex=r"[\r\n]")
                    | Q(folder__regex=r"[\r\n]")
                    | Q(archive_folder__regex=r"[\r\n]")
                ),
                name="mailbox_one_line",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def door(self) -> str:
        """The name under which its mail and its health are known."""
        return f"imap:{self.name}"


class Fetched(models.Model):
    """A mail of a mailbox that was dealt with: by these three numbers it is known for good (G2).

    `settled_at` is set when it was moved or marked; until then that is done at the next chance.
    """

    class Outcome(models.TextChoices):
        STORED = "stored"
        TOO_LARGE = "too_large", "too large"
        UNREADABLE = "unreadable"

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="fetched")
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    size = models.PositiveBigIntegerField()
    inbound = models.ForeignKey(
        "notifications.Inbound", on_delete=models.PROTECT, related_name="fetched"
    )
    fetched_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "fetched"
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uidvalidity", "uid"], name="fetched_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["stored", "too_large", "unreadable"]),
                name="fetched_outcome_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id}/{self.uidvalidity}/{self.uid}"

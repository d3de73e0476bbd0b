"""How customers come in: signed links, one-time codes, and the wish for a link.

Nothing here holds a secret: a link and a code are known by their hashes, and what a reader must
type or open is made only when the mail is written (`notifications.outbox.sealed`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

HASH = 64  # hex digits of SHA-256


class Link(models.Model):
    """One address that opens something for one person, until it expires or has been used.

    `view` opens the page of a case, any number of times. `start` opens the page of an account,
    once. `step` is the last confirmation of one act on a case as it stood, once.
    """

    class Kind(models.TextChoices):
        VIEW = "view", "opens a case"
        START = "start", "opens an account"
        STEP = "step", "confirms one act"

    kind = models.CharField(max_length=10, choices=Kind)
    token_hash = models.CharField(max_length=HASH)
    customer = models.ForeignKey(
        "accounts.Customer", on_delete=models.CASCADE, related_name="portal_links"
    )
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, related_name="portal_links"
    )
    # The address it was made for: whoever has that mailbox, and nobody after the address changed.
    email = models.CharField(max_length=254)
    case = models.ForeignKey(
        "cases.Case",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="portal_links",
        db_index=False,
    )
    purpose = models.CharField(max_length=60, blank=True, help_text="The mail that carries it.")
    # What a step was shown with: it dies when the case is another one meanwhile.
    action = models.CharField(max_length=40, blank=True)
    case_item = models.ForeignKey(
        "cases.CaseItem",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    case_version = models.PositiveIntegerField(null=True, blank=True)
    seen = models.CharField(max_length=HASH, blank=True, help_text="Digest of what was shown.")

    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            # Not `unique=True`: that makes an index for LIKE beside it, which nobody uses.
            models.UniqueConstraint(fields=["token_hash"], name="link_token_once"),
            models.CheckConstraint(
                condition=Q(kind="start", case=None, action="")
                | Q(kind="view", case__isnull=False, action="")
                | Q(kind="step", case__isnull=False, case_version__isnull=False) & ~Q(action=""),
                name="link_is_bound",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="link_expires"
            ),
            models.CheckConstraint(
                condition=~Q(kind="view") | Q(used_at=None), name="link_to_view_is_not_used_up"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-id"], name="link_by_case"),
            models.Index(fields=["expires_at"], name="link_by_expiry"),
            models.Index(
                fields=["case_item"], condition=Q(case_item__isnull=False), name="link_by_item"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.email}"

    def is_live(self, *, now: datetime) -> bool:
        """Does it still open what it was made for, for the person it was made for?"""
        contact = self.contact
        return (
            self.used_at is None
            and now < self.expires_at
            and contact.removed_at is None
            and contact.email == self.email
            and contact.customer_id == self.customer_id
        )


class Code(models.Model):
    """A one-time code: ten minutes, five tries, one live per case. Used, it proves L3 a while."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="portal_codes")
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, related_name="portal_codes"
    )
    email = models.CharField(max_length=254)
    code_hash = models.CharField(max_length=HASH)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Used, burnt or replaced.")
    used_at = models.DateTimeField(null=True, blank=True)
    # What the browser holds once the code was right, hashed; until then nothing.
    proof_hash = models.CharField(max_length=HASH, blank=True)
    proof_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None), name="code_one_live_per_case"
            ),
            models.CheckConstraint(condition=Q(tries__lte=5), name="code_five_tries"),
            models.CheckConstraint(
                condition=Q(used_at=None, proof_hash="", proof_until=None)
                | Q(used_at__isnull=False, ended_at__isnull=False, proof_until__isnull=False)
                & ~Q(proof_hash=""),
                name="code_proof_follows_use",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="code_by_expiry")]

    def __str__(self) -> str:
        return f"code for {self.email}"


class LinkRequest(models.Model):
    """Somebody asked for a link. A worker looks whether we know them, so that the answer on the
    screen takes the same time for everybody; then the row goes."""

    email = models.CharField(max_length=254)
    account_number = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"link wished at {self.asked_at:%Y-%m-%d %H:%M} UTC"


class Throttle(models.Model):
    """How often something was done in one window of time; `key` is a hash, no address is kept."""

    key = models.CharField(max_length=HASH)
    window_ends_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "window_ends_at"], name="throttle_once")
        ]
        indexes = [models.Index(fields=["window_ends_at"], name="throttle_by_end")]

    def __str__(self) -> str:
        return f"{self.count} until {self.window_ends_at:%H:%M} UTC"

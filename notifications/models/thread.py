"""A conversation by mail, known to the outside by an opaque token."""

from __future__ import annotations

import base64
import secrets

from django.db import models

TOKEN_BYTES = 10  # 80 bits: sixteen letters and digits, nothing to guess


def make_token() -> str:
    """Return a new opaque token: 80 random bits in lower-case base32 (a–z, 2–7)."""
    return base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode("ascii").lower()


class Thread(models.Model):
    """Everything said by mail about one matter. Its reply address is `reply+<token>@<domain>`."""

    token = models.CharField(max_length=32, unique=True, default=make_token, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(("token__regex", r"^[a-z2-7]{16,32}$")), name="thread_token_form"
            ),
        ]

    def __str__(self) -> str:
        return f"thread {self.pk}"

    def address(self, reply_domain: str) -> str:
        """Return the address at which replies to this thread arrive."""
        return f"reply+{self.token}@{reply_domain}"

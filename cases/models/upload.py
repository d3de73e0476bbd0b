"""A file that a customer handed in on their page: kept under a random name, never trusted."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q

from notifications.models.received import ReceivedFile


def choose_path(_upload: Upload, _filename: str) -> str:
    """Return a random path. The sender's file name never reaches the file system."""
    name = secrets.token_hex(20)
    return f"uploads/{name[:2]}/{name}"


class Upload(ReceivedFile):
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="uploads")
    question = models.ForeignKey(
        "cases.Question", null=True, blank=True, on_delete=models.PROTECT, related_name="uploads"
    )
    contact = models.ForeignKey("accounts.Contact", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    file = models.FileField(upload_to=choose_path, max_length=100)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "sha256", "name"], name="upload_once_per_case"),
            models.CheckConstraint(condition=Q(size__gt=0), name="upload_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

"""A file that came with a mail: kept under a random name, never trusted."""

from __future__ import annotations

import secrets

from django.db import models

from notifications.models.received import ReceivedFile


def choose_path(_attachment: Attachment, _filename: str) -> str:
    """Return a random path. The sender's file name never reaches the file system."""
    name = secrets.token_hex(20)
    return f"inbound/{name[:2]}/{name}"


class Attachment(ReceivedFile):
    inbound = models.ForeignKey(
        "notifications.Inbound", on_delete=models.CASCADE, related_name="attachments"
    )
    name = models.CharField(max_length=255, blank=True)
    file = models.FileField(upload_to=choose_path, max_length=100)
    inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or self.content_type

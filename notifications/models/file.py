"""Files that leave with a mail: kept once by their content, named per mail."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


def choose_path(stored: StoredFile, _filename: str) -> str:
    """Return a path made of the content's digest. No file name reaches the file system."""
    return f"outbound/{stored.sha256[:2]}/{stored.sha256}"


class StoredFile(models.Model):
    """One content, however often it is sent."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    content = models.FileField(upload_to=choose_path, max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="stored_file_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]

    def read(self) -> bytes:
        """Return the bytes. Raises OSError when the file is gone."""
        with self.content.open("rb") as file:
            return bytes(file.read())


class EmailFile(models.Model):
    """A file of one mail. With a `content_id` it belongs to the HTML, such as a logo."""

    email = models.ForeignKey("notifications.Email", on_delete=models.CASCADE, related_name="files")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="uses")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    content_id = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~(
                    Q(name__regex=r"[\r\n]")
                    | Q(content_type__regex=r"[\r\n]")
                    | Q(content_id__regex=r"[\r\n<>]")
                ),
                name="email_file_one_line",
            ),
        ]

    def __str__(self) -> str:
        return self.name

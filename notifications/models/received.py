"""What every file of a stranger has in common."""

from __future__ import annotations

from django.db import models


class ReceivedFile(models.Model):
    """Kept under a random name. `problem` says why it is held back, "" while nothing is known."""

    content_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    problem = models.CharField(max_length=500, blank=True)
    file: models.FileField

    class Meta:
        abstract = True

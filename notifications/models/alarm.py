"""What a process wants a person to know although it belongs to no case."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Now

FRESH = timedelta(minutes=10)


class Alarm(models.Model):
    """One row per trouble, raised again while it lasts. Its instants are the database's own: the
    trouble may be a clock.
    """

    name = models.CharField(max_length=40, primary_key=True)
    words = models.CharField(max_length=300)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.words

    @classmethod
    def sound(cls, name: str, words: str) -> None:
        cls.objects.update_or_create(name=name, defaults={"words": words, "last_at": Now()})

    @classmethod
    def list_fresh(cls) -> QuerySet[Alarm]:
        """What was raised within the last ten minutes."""
        return cls.objects.filter(last_at__gt=Now() - FRESH).order_by("name")

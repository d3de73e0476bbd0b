"""What the desk still needs to know from the customer."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q


def number_questions(questions: Iterable[Question]) -> list[Question]:
    """All questions of one case, in their order, with their numbers from 1."""
    numbered = sorted(questions, key=lambda question: question.pk)
    for number, question in enumerate(numbered, start=1):
        question.number = number
    return numbered


class Question(models.Model):
    """One thing to find out. `number` is its place among all questions of its case, in emails too.

    It stays the same however many others are settled meanwhile, so that "answer 2" in a late reply
    means what it meant when it was asked; `number_questions` sets it.
    """

    number: int = 0

    KINDS = [("text", "text"), ("yes_no", "yes or no"), ("date", "date"), ("choice", "choice")]

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="questions")
    key = models.SlugField(max_length=60)
    text = models.CharField(max_length=500)
    kind = models.CharField(max_length=10, choices=KINDS, default="text")
    choices = models.JSONField(default=list, blank=True)
    required = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.ForeignKey(
        "notifications.Inbound", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    # What a reply seems to answer; a person accepts or corrects it, nothing else settles (R13).
    suggested_answer = models.TextField(blank=True)  # "" where no answer could be made of the words
    suggested_quote = models.TextField(blank=True)  # the customer's words
    suggested_line = models.PositiveIntegerField(null=True, blank=True)  # of their text, from 1
    suggested_note = models.CharField(max_length=300, blank=True)  # why a person should look twice
    suggested_sure = models.BooleanField(default=False)
    suggested_from = models.ForeignKey(
        "notifications.Inbound", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="question_key_once_per_case"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(answer=""), name="answered_has_answer"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["text", "yes_no", "date", "choice"]),
                name="question_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(suggested_from__isnull=True, suggested_quote="", suggested_answer="")
                | Q(suggested_from__isnull=False) & ~Q(suggested_quote=""),
                name="suggestion_has_its_source",
            ),
            models.CheckConstraint(
                condition=Q(suggested_sure=False) | ~Q(suggested_answer=""),
                name="sure_suggestion_has_answer",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_suggested(self) -> bool:
        """Has a reply been read that seems to answer this open question?"""
        return self.is_open and self.suggested_from_id is not None

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

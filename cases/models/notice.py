"""What somebody was told, and how they wish to be told."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from cases.domain import notices


class Notice(models.Model):
    """One piece of news for one person; `key` keeps the same news from being told twice.

    The sentence is made when it is shown, in the reader's language; `detail` is what people wrote.
    `mailed_at` is set when the daily mail carried it, or when it was passed over as read.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=[(k, k.label) for k in notices.Notice])
    case = models.ForeignKey(
        "cases.Case", null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    detail = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=120)
    by_mail = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notice_told_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in notices.Notice]), name="notice_kind_known"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(
                fields=["user"],
                condition=Q(by_mail=True, mailed_at=None),
                name="notice_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class NoticeChoice(models.Model):
    """How one person wishes to be told; without a row the defaults hold.

    `digest_hour` is an hour of the day in the person's own time zone.
    """

    user = models.OneToOneField(
        "accounts.User", on_delete=models.CASCADE, related_name="notice_choice"
    )
    kinds = models.JSONField(default=dict, blank=True)
    digest_hour = models.PositiveSmallIntegerField(
        default=notices.DIGEST_HOUR, validators=[MaxValueValidator(23)]
    )
    last_digest_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="digest_hour_of_a_day")
        ]

    def __str__(self) -> str:
        return f"notices of {self.user_id}"

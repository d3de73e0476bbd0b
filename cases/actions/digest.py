"""The daily mail of everybody who wished for one: what was told and not read yet."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from cases.domain.notice_words import find_locale, say_news
from cases.models import Notice, NoticeChoice
from notifications import outbox

MOST_LINES = 50


def send_digests(*, now: datetime, limit: int = 100) -> int:
    """Queue the mail of everybody whose hour has come, once a day each; returns how many.

    Safe at any concurrency: looked at again under the lock of the person's choice.
    """
    waiting = Notice.objects.filter(user=OuterRef("pk"), by_mail=True, mailed_at=None)
    people = User.objects.filter(Exists(waiting)).select_related("notice_choice").order_by("pk")
    due = [u for u in people if is_hour(u, getattr(u, "notice_choice", None), now)]
    return sum(send_digest(user=user, now=now) for user in due[:limit])


def is_hour(user: User, choice: NoticeChoice | None, now: datetime) -> bool:
    """Has the person's hour come today, by their own clock, and nothing been sent today?"""
    choice = choice or NoticeChoice(user=user)
    zone = ZoneInfo(user.timezone)
    local, last = now.astimezone(zone), choice.last_digest_at
    return local.hour >= choice.digest_hour and (
        last is None or last.astimezone(zone).date() < local.date()
    )


def send_digest(*, user: User, now: datetime) -> bool:
    """Queue one person's mail; what they have read meanwhile is left out. False: nothing to say."""
    with transaction.atomic():
        NoticeChoice.objects.get_or_create(user=user)
        choice = NoticeChoice.objects.select_for_update().get(user=user)
        if not is_hour(user, choice, now):
            return False
        waiting = Notice.objects.filter(user=user, by_mail=True, mailed_at=None)
        news = list(
            waiting.filter(read_at=None).select_related("case__customer", "by").order_by("pk")
        )
        waiting.update(mailed_at=now)
        if not news or not user.email or not user.is_active:
            return False
        choice.last_digest_at = now
        choice.save(update_fields=["last_digest_at"])
        queue_digest(user=user, news=news, now=now)
    return True


def queue_digest(*, user: User, news: list[Notice], now: datetime) -> None:
    """Write the mail in the person's language. It is automatic, and says so (RFC 3834)."""
    locale = find_locale(user.locale)
    lines = [
        {
            "text": say(notice, locale),
            "detail": "" if notice.kind == "due" else notice.detail,
            "url": settings.PUBLIC_URL + reverse("desk:case", args=[notice.case.number]),
        }
        for notice in news[:MOST_LINES]
        if notice.case
    ]
    context = {
        "user": user,
        "lines": lines,
        "count": len(news),
        "more": len(news) - len(lines),
        "choice_url": settings.PUBLIC_URL + reverse("desk:notice_choice"),
    }
    subject = render_to_string(f"staff_email/{locale}/digest.subject.txt", context)
    outbox.queue(
        key=f"digest:{user.pk}:{now.astimezone(ZoneInfo(user.timezone)).date()}",
        purpose="digest",
        thread=None,
        from_name="Lastcall",
        from_email=settings.DEFAULT_FROM_EMAIL,
        reply_to="",
        to_name=user.display_name,
        to_email=user.email,
        subject=" ".join(subject.split()),
        text=render_to_string(f"staff_email/{locale}/digest.txt", context).strip() + "\n",
        html="",
        automatic=True,
        now=now,
    )


def say(notice: Notice, locale: str) -> str:
    """The sentence of one piece of news."""
    case = notice.case
    return say_news(
        notice.kind,
        locale=locale,
        case=case.number if case else "",
        customer=case.customer.name if case else "",
        by=notice.by.display_name if notice.by else "",
        detail=notice.detail,
    )

"""The news of one person: the newest few for the bell, pages for the list."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from accounts.scoping import scope
from cases.models import Notice


def list_notices(*, user: User) -> QuerySet[Notice]:
    """Newest first; what this person may not see any more is gone (THREATS 50)."""
    mine = Notice.objects.filter(user=user).select_related("case__customer", "by")
    return scope(mine, user=user, path="case__brand").order_by("-created_at", "-id")

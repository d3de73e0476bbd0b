"""Name a view of the queue, change it, share it, forget it. Only its owner may."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from cases.actions.base import NotAllowed, NotPossible
from cases.models import SavedView

MOST_VIEWS = 50


def save_view(*, owner: User, name: str, query: str, shared: bool, now: datetime) -> SavedView:
    """Keep this address of the queue under a name. Raises `NotPossible`.

    `query` has been read and written again by the queue's filters (THREATS 52).
    """
    if SavedView.objects.filter(owner=owner).count() >= MOST_VIEWS:
        raise NotPossible(f"You have {MOST_VIEWS} views already: forget one first.")
    view = SavedView(owner=owner, query=query, shared=shared, created_at=now)
    return store(view, name=name)


def change_view(
    *, view_id: int, owner: User, name: str, shared: bool, query: str | None = None
) -> SavedView:
    """Rename, share, or set to another address. Raises `NotPossible`, and `NotAllowed` for
    another's view."""
    view = find_own(view_id, owner)
    view.shared = shared
    if query is not None:
        view.query = query
    return store(view, name=name)


def forget_view(*, view_id: int, owner: User) -> SavedView:
    """Delete it. Raises `NotAllowed` for another's."""
    view = find_own(view_id, owner)
    view.delete()
    return view


def find_own(view_id: int, owner: User) -> SavedView:
    view = SavedView.objects.filter(pk=view_id, owner=owner).first()
    if view is None:
        raise NotAllowed("There is no such view of yours.")
    return view


def store(view: SavedView, *, name: str) -> SavedView:
    view.name = " ".join(name.split())[:60]
    if not view.name:
        raise NotPossible("Give the view a name.")
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise NotPossible(f"You have a view “{view.name}” already.") from error
    return view

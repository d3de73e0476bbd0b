"""Guards for views: signed in, and with a role that may do the deed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.roles import DEEDS, UnknownDeed, may

View = Callable[..., HttpResponseBase]


def needs(deed: str) -> Callable[[View], View]:
    """Make a view ask for sign-in, and answer 403 unless the user's role may do ``deed``.

    Raises UnknownDeed where the view is defined, so that a typing error never starts.
    """
    if deed not in DEEDS:
        raise UnknownDeed(deed)

    def guard(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check_may(request.user, deed)
            return view(request, *args, **kwargs)

        guarded.deed = deed  # type: ignore[attr-defined]  # read by whoever walks the addresses
        return guarded

    return guard


def check_may(user: Any, deed: str) -> None:
    """Raise PermissionDenied, in words for the user, unless ``user`` may do ``deed``."""
    if not may(user, deed):
        role = getattr(user, "get_role_display", lambda: "Nobody")()
        raise PermissionDenied(f"{role} may not: {DEEDS[deed].lower()}.")

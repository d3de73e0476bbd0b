"""The second factor, where a role needs one: nothing else is shown before it is set up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from config.sign_in.backend import lacks_factor

SET_UP = "mfa_index"
# What leads to a second factor, and away.
OPEN_NAMES = frozenset({"account_reauthenticate", "account_logout", "account_login"})


class RequireSecondFactor:
    """Lead a person who lacks a second factor to its page, whatever they asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Answer in the view's place, unless the page is open to everybody or part of the way."""
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        if not lacks_factor(request.user):
            return None
        request.must_set_up_factor = True  # type: ignore[attr-defined]
        match = request.resolver_match
        name = (match.url_name if match else None) or ""
        if name in OPEN_NAMES or name.startswith("mfa_"):
            return None
        answer = redirect(SET_UP)
        if request.headers.get("HX-Request"):
            answer = HttpResponse(headers={"HX-Redirect": answer["Location"]})  # type: ignore[assignment]
        return answer

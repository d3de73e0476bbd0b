"""Where somebody is signed in, and ending it."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_POST

from accounts.models import User
from config import clock
from config.sign_in.browsers import describe_browser


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """One browser in which somebody is signed in."""

    row: UserSession
    browser: str
    is_this: bool


def list_signed_in(user: User, *, this: str | None) -> list[SignedIn]:
    """Return the user's living sessions, this one first, then the newest. Two queries."""
    rows = {row.session_key: row for row in UserSession.objects.filter(user=user)}
    stored = Session.objects.filter(session_key__in=rows, expire_date__gt=clock.now())
    proof = user.get_session_auth_hash()
    found = [
        SignedIn(
            row=rows[session.session_key],
            browser=describe_browser(rows[session.session_key].user_agent),
            is_this=session.session_key == this,
        )
        for session in stored
        # A session from before a change of password is over, although its row is still there.
        if constant_time_compare(session.get_decoded().get("_auth_user_hash", ""), proof)
    ]
    return sorted(found, key=lambda one: (not one.is_this, -one.row.created_at.timestamp()))


def show_sessions(request: HttpRequest) -> HttpResponse:
    """Show where the user is signed in."""
    found = list_signed_in(request.user, this=request.session.session_key)  # type: ignore[arg-type]
    return render(request, "usersessions/usersession_list.html", {"sessions": found})


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the user out of one browser."""
    row = get_object_or_404(UserSession, pk=pk, user=request.user)
    end_sessions(request, [row])
    messages.success(request, f"Signed out of {describe_browser(row.user_agent)}.")
    return redirect("usersessions_list")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign the user out everywhere but here."""
    others = UserSession.objects.filter(user=request.user)
    end_sessions(request, list(others.exclude(session_key=request.session.session_key)))
    messages.success(request, "Signed out everywhere else.")
    return redirect("usersessions_list")

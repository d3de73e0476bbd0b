"""The ways in: ask for a link, open one. GET shows, POST acts (THREATS 44, 45, 48)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from accounts.addresses import normalise_email
from cases.actions.entry import ask_for_link
from cases.actions.limits import OPEN_BY_CLIENT, TooOften, count_against
from cases.actions.links import DeadLink, find_link, use_up
from cases.models import Link
from cases.views.customer.client import read_client
from cases.views.customer.visit import LASTS, find_path, keep_visit, private, speaking
from cases.views.customer.words import choose_locale, say
from config import clock

TOKEN = "lastcall_my_token"  # noqa: S105 - a cookie's name
TOKEN_SALT = "lastcall.customer.token"  # noqa: S105 - a name as well
TOKEN_S = 600


class AskForm(forms.Form):
    """Who asks for a link. Only the form of the address is looked at, never whether we know it."""

    email = forms.CharField(max_length=254, strip=True)
    account_number = forms.CharField(max_length=40, required=False, strip=True)

    def clean_email(self) -> str:
        try:
            return normalise_email(self.cleaned_data["email"])
        except forms.ValidationError as error:
            raise forms.ValidationError(say("start.bad_email")) from error


@private
def start(request: HttpRequest) -> HttpResponse:
    """The form, and the same answer for everybody who sends it (R32)."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
    with translation.override(choose_locale(translation.get_language() or "en")):
        form = AskForm(request.POST if request.method == "POST" else None)
        if request.method != "POST" or not form.is_valid():
            status = 422 if form.is_bound else 200
            return render(request, "customer/start.html", {"form": form}, status=status)
        try:
            ask_for_link(client=read_client(request), now=clock.now(), **form.cleaned_data)
        except TooOften as refusal:
            return slow_down(request, refusal)
        return render(request, "customer/asked.html", {"email": form.cleaned_data["email"]})


def slow_down(request: HttpRequest, refusal: TooOften) -> HttpResponse:
    wait = max(1, int((refusal.until - clock.now()).total_seconds()))
    response = render(request, "customer/slow.html", {"minutes": wait // 60 + 1}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


@private
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """A link was opened, by its reader or by a scanner: nothing is used up and nothing changes.

    The token leaves the address at once, so that no page, history or referrer keeps it.
    """
    now = clock.now()
    try:
        count_against(OPEN_BY_CLIENT, read_client(request), now=now)
        link = find_link(token=token, kinds=(Link.Kind.VIEW, Link.Kind.START), now=now)
    except TooOften as refusal:
        return slow_down(request, refusal)
    except DeadLink:
        return gone(request)
    if link.kind == Link.Kind.VIEW:
        response = redirect(find_path(link.case))
        keep_visit(response, link=link, case=link.case, until=now + LASTS)
    else:
        response = redirect("my:continue")
        response.set_cookie(
            TOKEN, signing.dumps(token, salt=TOKEN_SALT), max_age=TOKEN_S, path="/my/continue/",
            httponly=True, samesite="Lax", secure=request.is_secure(),
        )  # fmt: skip
    return strip_referrer(response)


def strip_referrer(response: HttpResponse) -> HttpResponse:
    """Behind this address stood a token."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def gone(request: HttpRequest) -> HttpResponse:
    """Dead, used, foreign, never made: one answer, with the way to a new one."""
    with translation.override(choose_locale(translation.get_language() or "en")):
        return strip_referrer(render(request, "customer/gone.html", status=410))


@private
@require_safe
def show_continue(request: HttpRequest) -> HttpResponse:
    """One button. A mail scanner stops here, and the link still works for its reader."""
    try:
        link = read_token(request)
    except DeadLink:
        return gone(request)
    with speaking(link.customer):
        return render(
            request, "customer/continue.html", {"link": link, "brand": link.customer.brand}
        )


@private
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Use the link up and begin the visit of the account."""
    now = clock.now()
    try:
        link = read_token(request)
        use_up(link, now=now)
    except DeadLink:
        return gone(request)
    Link.objects.filter(pk=link.pk, opened_at=None).update(opened_at=now)
    response = redirect("my:account")
    keep_visit(response, link=link, case=None, until=now + LASTS)
    response.delete_cookie(TOKEN, path="/my/continue/")
    return response


def read_token(request: HttpRequest) -> Link:
    """The start link that this browser opened a moment ago. Raises `DeadLink`."""
    try:
        token: Any = signing.loads(request.COOKIES.get(TOKEN, ""), salt=TOKEN_SALT, max_age=TOKEN_S)
    except signing.BadSignature:
        raise DeadLink from None
    return find_link(token=token, kinds=(Link.Kind.START,), now=clock.now())

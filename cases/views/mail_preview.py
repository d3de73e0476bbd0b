"""Preview of every email, in the admin: by template, language and case. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.roles import may
from accounts.scoping import brands_of
from cases.domain.numbers import normalise_number
from cases.models import Case
from cases.queries import mail_preview
from cases.queries.queue import visible_cases
from config import clock

FRAMED = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was chosen; `problem` says why it is not what was asked for."""

    name: str
    locale: str
    number: str
    case: Case | None
    problem: str


def read_choice(request: HttpRequest) -> Choice:
    """The choice in the address, with what cannot be shown replaced by what can."""
    name, locale = request.GET.get("name", ""), request.GET.get("locale", "")
    number = request.GET.get("case", "").strip()[:40]
    case, problem = None, ""
    if number:
        found = visible_cases(request.user).select_related(  # type: ignore[arg-type]
            "brand", "customer", "contact", "policy_version"
        )
        case = found.filter(number=normalise_number(number) or "").first()
        problem = "" if case else "There is no such case, or it is not one of yours."
    if case is None:
        brand = brands_of(request.user).first()
        case = mail_preview.make_case(brand, now=clock.now()) if brand else None
        problem = problem if brand else "Add a brand first: its name and colour are in every email."
    return Choice(
        name=name if mail_preview.is_name(name) else "confirmation",
        locale=locale if locale in mail_preview.list_locales() else "en",
        number=number,
        case=case,
        problem=problem,
    )


def render_choice(choice: Choice) -> mail_preview.Preview | None:
    if choice.case is None:
        return None
    return mail_preview.preview_mail(
        name=choice.name, locale=choice.locale, case=choice.case, now=clock.now()
    )


@require_safe
def show_preview(request: HttpRequest) -> HttpResponse:
    """Subject, text and layout, wide and narrow."""
    if not may(request.user, "settings.read"):
        return render(request, "403.html", status=403)
    choice = read_choice(request)
    query = {"name": choice.name, "locale": choice.locale, "case": choice.number}
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Preview of emails",
        "choice": choice,
        "templates": mail_preview.list_templates(),
        "locales": mail_preview.list_locales(),
        "preview": render_choice(choice),
        "written": mail_preview.is_written(choice.name, choice.locale),
        "query": urlencode(query),
    }
    return render(request, "admin/mail_preview.html", context)


@require_safe
@xframe_options_sameorigin
def show_preview_html(request: HttpRequest) -> HttpResponse:
    """The layout alone, for a frame in which nothing runs and nothing is fetched."""
    preview = render_choice(read_choice(request)) if may(request.user, "settings.read") else None
    if preview is None:
        return HttpResponse(status=403)
    return HttpResponse(preview.html, headers={"Content-Security-Policy": FRAMED})

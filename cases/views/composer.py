"""Writing on a case: macros, drafts, and what the customer will receive, before it goes."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.roles import may
from cases.actions.base import ActionError, Actor
from cases.actions.writing import save_draft
from cases.models import Case, Draft
from cases.models.planning import plan_case
from cases.queries.case_page import CasePage
from cases.queries.mail_preview import Preview, preview_reply
from cases.queries.writing import list_colleagues, list_macros, read_drafts
from cases.views.mail_preview import FRAMED
from cases.views.shared import DeskRequest, get_case, require_deed
from config import clock


@dataclass(frozen=True, kw_only=True)
class Composer:
    """What stands in the composer when the page opens: drafts, or a macro that was asked for."""

    kind: str
    reply: str
    note: str
    drafts: dict[str, Draft]


def open_composer(request: DeskRequest, page: CasePage) -> Composer:
    """The user's drafts, the newest one in front; `?macro=` puts one in, for life without
    JavaScript."""
    drafts = page.drafts
    usual = Draft.Kind.NOTE if page.tab == "notes" else Draft.Kind.REPLY
    newest = max(drafts.values(), key=lambda d: d.saved_at).kind if drafts else usual
    texts = {kind: draft.text for kind, draft in drafts.items()}
    chosen = request.GET.get("macro", "")
    if chosen.isdecimal() and may(request.user, "mail.reply"):
        macros = list_macros(case=page.case, user=request.user, plan=page.plan)
        filled = [texts.get(Draft.Kind.REPLY, ""), *(m.text for m in macros if str(m.pk) == chosen)]
        newest, texts[Draft.Kind.REPLY] = Draft.Kind.REPLY, "\n\n".join(filter(None, filled))
    if not may(request.user, "mail.reply"):
        newest = Draft.Kind.NOTE
    return Composer(
        kind=newest,
        reply=texts.get(Draft.Kind.REPLY, ""),
        note=texts.get(Draft.Kind.NOTE, ""),
        drafts=drafts,
    )


@require_POST
@require_deed("case.note")
def keep_draft(request: DeskRequest, number: str) -> HttpResponse:
    """Keep what was written so far; an empty text forgets it."""
    case = get_case(request, number)
    kind = request.POST.get("kind", "")
    try:
        draft = keep(request, case, kind)
    except ActionError as refusal:
        return render(request, "desk/_draft.html", {"problem": str(refusal)}, status=422)
    return render(request, "desk/_draft.html", {"case": case, "kind": kind, "draft": draft})


def keep(request: DeskRequest, case: Case, kind: str) -> Draft | None:
    return save_draft(
        case=case,
        kind=kind,
        text=request.POST.get("text", ""),
        actor=Actor.staff(request.user),
        now=clock.now(),
    )


@require_safe
@require_deed("mail.reply")
def show_macros(request: DeskRequest, number: str) -> HttpResponse:
    """Every macro that fits, filled from this case."""
    case = get_case(request, number)
    macros = list_macros(case=case, user=request.user, plan=plan_case(case, now=clock.now()))
    template = "desk/_macros.html" if request.htmx else "desk/macros.html"
    return render(request, template, {"case": case, "macros": macros})


@require_safe
@require_deed("case.note")
def find_colleagues(request: DeskRequest, number: str) -> JsonResponse:
    """Whom a note on this case can call by @name."""
    people = list_colleagues(case=get_case(request, number), user=request.user)
    return JsonResponse(
        {"people": [{"username": p.username, "name": p.display_name} for p in people]}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_deed("mail.reply")
def preview(request: DeskRequest, number: str) -> HttpResponse:
    """POST keeps the draft and shows the email that it would become; GET shows it again."""
    case = get_case(request, number)
    if request.method == "POST":
        try:
            keep(request, case, Draft.Kind.REPLY)
        except ActionError as refusal:
            messages.error(request, str(refusal))
        if not request.htmx:
            return redirect("desk:preview_reply", number=case.number)
    email = render_draft(request, case)
    if email is None:
        return go_to_case(request, case)
    template = "desk/_reply_preview.html" if request.htmx else "desk/reply_preview.html"
    draft = read_drafts(case=case, user=request.user)[Draft.Kind.REPLY]
    return render(request, template, {"case": case, "email": email, "draft": draft})


@require_safe
@xframe_options_sameorigin
@require_deed("mail.reply")
def preview_html(request: DeskRequest, number: str) -> HttpResponse:
    """The layout alone, for a frame in which nothing runs and nothing is fetched."""
    email = render_draft(request, get_case(request, number))
    body = email.html if email else ""
    return HttpResponse(body, headers={"Content-Security-Policy": FRAMED})


def go_to_case(request: DeskRequest, case: Case) -> HttpResponse:
    """There is nothing to preview: back to where it is written."""
    url = reverse("desk:case", args=[case.number])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def render_draft(request: DeskRequest, case: Case) -> Preview | None:
    """The user's draft as an email, or None where there is nothing to send or nobody to get it."""
    draft = read_drafts(case=case, user=request.user).get(Draft.Kind.REPLY)
    if draft is None or case.contact is None:
        return None
    return preview_reply(
        case=case, text=draft.text, author=request.user.display_name, now=clock.now()
    )

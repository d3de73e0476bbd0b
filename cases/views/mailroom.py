"""The mailroom: every inbound mail with its disposition; unmatched ones are filed here."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from cases import inbox
from cases.actions import mailroom
from cases.actions.base import ActionError, Actor
from cases.queries.mailroom import (
    UnknownFilter,
    count_mail,
    find_resembled,
    list_mail,
    suggest_cases,
    visible_mail,
)
from cases.views.shared import DeskRequest, get_case, require_deed, tell_refusal
from config import clock
from notifications.inbound.sanitise import clean_html
from notifications.models import Attachment, Inbound

SANDBOXED = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def get_mail(request: DeskRequest, pk: int) -> Inbound:
    mail = visible_mail(request.user).select_related("thread__case").filter(pk=pk).first()
    if mail is None:
        raise Http404("There is no such mail, or it is not one of yours.")
    return mail


@require_safe
@require_deed("mail.read")
def show_mailroom(request: DeskRequest) -> HttpResponse:
    disposition, text = request.GET.get("is", ""), request.GET.get("q", "").strip()[:200]
    try:
        mail = list_mail(user=request.user, disposition=disposition, text=text)
    except UnknownFilter as error:
        return HttpResponseBadRequest(str(error))
    context = {
        "page": Paginator(mail, 50).get_page(request.GET.get("page")),
        "counts": count_mail(user=request.user),
        "disposition": disposition,
        "mail_text": text,
    }
    return render(request, "desk/mailroom.html", context)


@require_safe
@require_deed("mail.read")
def show_mail(request: DeskRequest, pk: int) -> HttpResponse:
    mail = get_mail(request, pk)
    suggested = suggest_cases(inbound=mail, user=request.user)
    context = {
        "mail": mail,
        "attachments": mail.attachments.all(),
        "suggested": suggested,
        "resembled": find_resembled(inbound=mail, cases=suggested),
        "counts": count_mail(user=request.user),
    }
    return render(request, "desk/mail.html", context)


@require_safe
@require_deed("mail.read")
def download_raw(request: DeskRequest, pk: int) -> HttpResponse:
    """The bytes as they came, never shown by the browser."""
    mail = get_mail(request, pk)
    return HttpResponse(
        bytes(mail.raw),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="mail-{mail.pk}.eml"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


@require_safe
@require_deed("mail.read")
@xframe_options_sameorigin
def show_html(request: DeskRequest, pk: int) -> HttpResponse:
    """The mail's HTML, cleaned, for a sandboxed frame; nothing remote is fetched (THREATS 28)."""
    mail = get_mail(request, pk)
    page = f"<!doctype html><meta charset=utf-8><base target=_blank>{clean_html(mail.html)}"
    return HttpResponse(page, headers={"Content-Security-Policy": SANDBOXED})


@require_safe
@require_deed("mail.read")
def download_attachment(request: DeskRequest, pk: int, attachment_id: int) -> HttpResponse:
    """A file of this mail and of no other (THREATS 40): downloaded, never displayed."""
    mail = get_mail(request, pk)
    found = Attachment.objects.filter(inbound=mail, pk=attachment_id).first()
    if found is None:
        raise Http404("There is no such file.")
    response = HttpResponse(found.file.read(), content_type="application/octet-stream")
    name = "".join(c for c in found.name if c.isalnum() or c in " ._-").strip(" .") or "file"
    response["Content-Disposition"] = (
        f'attachment; filename="{name.encode("ascii", "ignore").decode() or "file"}"'
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_POST
@require_deed("mail.file")
def act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """File it to a case, or set it aside: no mail stays without a disposition."""
    mail = get_mail(request, pk)
    if verb == "file":
        return file_mail(request, mail)
    decide = DECISIONS.get(verb)
    if decide is None:
        raise Http404("There is no such action.")
    try:
        said = decide(inbound_id=mail.pk, actor=Actor.staff(request.user), now=clock.now())
    except ActionError as refusal:
        tell_refusal(request, refusal)
        return redirect("desk:mail", pk=mail.pk)
    messages.success(request, said)
    return redirect("desk:mailroom")


def set_aside(disposition: str, **who: Any) -> str:
    mailroom.set_mail_aside(disposition=disposition, **who)
    return "Set aside. It stays in the mailroom, under its new disposition."


def replay(**who: Any) -> str:
    mailroom.replay_mail(**who)
    return "The mail is read again."


DECISIONS: dict[str, Callable[..., str]] = {
    "handled": partial(set_aside, "handled"),
    "not_customer": partial(set_aside, "not_customer"),
    "replay": replay,
}


def file_mail(request: DeskRequest, mail: Inbound) -> HttpResponse:
    case = get_case(request, request.POST.get("case", ""))
    if mail.disposition not in ("unmatched", "handled", "not_customer") or mail.kind != "human":
        messages.error(request, "Only a person's mail that belongs to no case yet can be filed.")
        return redirect("desk:mail", pk=mail.pk)
    try:
        with transaction.atomic():
            locked = Inbound.objects.select_for_update().get(pk=mail.pk)
            locked.handled_by = request.user.pk
            inbox.file_by_hand(inbound=locked, case=case, now=clock.now())
    except ActionError as refusal:
        tell_refusal(request, refusal)
        return redirect("desk:mail", pk=mail.pk)
    messages.success(request, f"Filed to case {case.number}.")
    return redirect("desk:case", number=case.number)

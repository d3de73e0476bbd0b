"""The mailroom: every inbound mail with its disposition; unmatched ones are filed here."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import may
from cases.actions import correspondence, filing, mailroom
from cases.actions.base import ActionError, Actor, NotPossible
from cases.queries.mail_pictures import read_pictures
from cases.queries.mailroom import (
    UnknownFilter,
    find_cases,
    find_resembled,
    list_files,
    read_mailroom,
    suggest_cases,
    tell_difference,
    visible_mail,
)
from cases.views.files import give_bytes, give_file
from cases.views.once import once
from cases.views.shared import (
    DeskRequest,
    get_case,
    read_files,
    read_page_number,
    require_deed,
    tell_refusal,
)
from config import clock
from notifications.inbound.sanitise import clean_html
from notifications.inbound.scanning import MALWARE
from notifications.models import Attachment, Inbound

Done = tuple[str, HttpResponse]
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
    number = read_page_number(request)
    try:
        page = read_mailroom(user=request.user, disposition=disposition, text=text, number=number)
    except UnknownFilter as error:
        return HttpResponseBadRequest(str(error))
    context = {
        "page": page,
        "counts": page.counts,
        "disposition": disposition,
        "mail_text": text,
    }
    return render(request, "desk/mailroom.html", context)


@require_safe
@require_deed("mail.read")
def show_mail(request: DeskRequest, pk: int) -> HttpResponse:
    """One mail: what it says, what was made of it, and what can be done with it."""
    mail, text = get_mail(request, pk), request.GET.get("find", "").strip()[:100]
    suggested = suggest_cases(inbound=mail, user=request.user)
    context = {
        "mail": mail,
        "attachments": list_files(mail),
        "differs": tell_difference(mail),
        "suggested": find_cases(text=text, user=request.user) if text else suggested,
        "resembled": find_resembled(inbound=mail, cases=suggested),
        "find": text,
        "case": getattr(mail.thread, "case", None),
    }
    return render(request, "desk/mail.html", context)


@require_safe
@require_deed("mail.read")
def download_raw(request: DeskRequest, pk: int) -> HttpResponse:
    """The bytes as they came, never shown by the browser."""
    mail = get_mail(request, pk)
    if mail.problem.startswith(MALWARE) and not may(request.user, "brand.edit"):
        messages.error(request, "It carries malware: only an administrator can take it away.")
        return redirect("desk:mail", pk=mail.pk)
    return give_bytes(bytes(mail.raw), name=f"mail-{mail.pk}.eml")


@require_safe
@require_deed("mail.read")
@xframe_options_sameorigin
def show_html(request: DeskRequest, pk: int) -> HttpResponse:
    """The mail's HTML, cleaned, for a sandboxed frame; nothing remote is fetched (THREATS 28)."""
    mail = get_mail(request, pk)
    cleaned = clean_html(mail.html, image_urls=read_pictures(mail))
    shown = cleaned.html
    if cleaned.refused:
        shown = format_html("<p><b>{}</b></p><pre>{}</pre>", cleaned.refused, mail.html[:100_000])
    page = f"<!doctype html><meta charset=utf-8><base target=_blank>{shown}"
    return HttpResponse(page, headers={"Content-Security-Policy": SANDBOXED})


@require_safe
@require_deed("mail.read")
def download_attachment(request: DeskRequest, pk: int, attachment_id: int) -> HttpResponse:
    """A file of this mail and of no other (THREATS 38, 40, 42)."""
    mail = get_mail(request, pk)
    found = Attachment.objects.filter(inbound=mail, pk=attachment_id).first()
    return give_file(request, found, back=reverse("desk:mail", args=[mail.pk]))


@require_POST
@require_deed("mail.file")
@once
def act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """File it to a case, set it aside or read it again: no mail stays without a disposition."""
    if verb not in VERBS:
        raise Http404("There is no such action.")
    mail = get_mail(request, pk)
    try:
        said, where = VERBS[verb](request, mail)
    except ActionError as refusal:
        tell_refusal(request, refusal)
        return redirect("desk:mail", pk=mail.pk)
    messages.success(request, said)
    return where


def file_mail(request: DeskRequest, mail: Inbound) -> Done:
    case = get_case(request, request.POST.get("case", ""))
    filing.file_mail(inbound_id=mail.pk, case_id=case.pk, actor=who(request), now=clock.now())
    return f"Filed to case {case.number}.", redirect("desk:case", number=case.number)


def set_aside(as_what: str) -> Callable[[DeskRequest, Inbound], Done]:
    def do(request: DeskRequest, mail: Inbound) -> Done:
        mailroom.set_mail_aside(
            inbound_id=mail.pk, disposition=as_what, actor=who(request), now=clock.now()
        )
        said = "Set aside. It stays in the mailroom, under its new disposition."
        return said, redirect("desk:mailroom")

    return do


def read_again(request: DeskRequest, mail: Inbound) -> Done:
    mailroom.replay_mail(inbound_id=mail.pk, actor=who(request), now=clock.now())
    return "It is read once more; look again in a moment.", redirect("desk:mail", pk=mail.pk)


def mark_human(request: DeskRequest, mail: Inbound) -> Done:
    mailroom.mark_human(inbound_id=mail.pk, actor=who(request), now=clock.now())
    return "It counts as a person's mail now: file it.", redirect("desk:mail", pk=mail.pk)


def reply(request: DeskRequest, mail: Inbound) -> Done:
    """Write to the contact of the mail's case, in the mail's own conversation (G6)."""
    case = getattr(mail.thread, "case", None)
    if case is None:
        raise NotPossible("File it to a case first: the desk writes to addresses on file alone.")
    correspondence.send_reply(
        case_id=case.pk,
        text=request.POST.get("text", "")[:10_000],
        actor=who(request),
        now=clock.now(),
        in_reply_to=mail.message_id,
        files=read_files(request),
    )
    said = "Sent in 15 seconds; until then you can take it back."
    return said, redirect("desk:case", number=case.number)


def who(request: DeskRequest) -> Actor:
    return Actor.staff(request.user)


VERBS: dict[str, Callable[[DeskRequest, Inbound], Done]] = {
    "file": file_mail,
    "handled": set_aside("handled"),
    "human": mark_human,
    "not_customer": set_aside("not_customer"),
    "spam": set_aside("spam"),
    "replay": read_again,
    "reply": reply,
}

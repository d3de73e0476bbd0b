"""The outbox: what waits, what failed and why, and the switches that hold everything back."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from cases.actions import outbox, switches
from cases.actions.base import ActionError, Actor
from cases.forms import SwitchForm
from cases.queries.outbox import UnknownFilter, dress, list_switches, read_outbox, visible_outbox
from cases.views.inputs import InvalidInput, clean
from cases.views.once import once
from cases.views.shared import DeskRequest, read_page_number, require_deed, tell_refusal
from config import clock
from notifications.models import Email

FRAMED = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def get_email(request: DeskRequest, pk: int) -> Email:
    email = (
        visible_outbox(request.user).select_related("thread__case__customer").filter(pk=pk).first()
    )
    if email is None:
        raise Http404("There is no such mail, or it is not one of yours.")
    return email


@require_safe
@require_deed("mail.read")
def show_outbox(request: DeskRequest) -> HttpResponse:
    """One tab of the outbox; the address carries every filter."""
    text = request.GET.get("q", "").strip()[:200]
    try:
        page = read_outbox(
            user=request.user,
            tab=request.GET.get("is", "waiting"),
            text=text,
            number=read_page_number(request),
        )
    except UnknownFilter as error:
        return HttpResponseBadRequest(str(error))
    context = {"page": page, "outbox_text": text, "switches": list_switches()}
    return render(request, "desk/outbox.html", context)


@require_safe
@require_deed("mail.read")
def show_email(request: DeskRequest, pk: int) -> HttpResponse:
    """One mail as it left or will leave, and what became of it."""
    email = get_email(request, pk)
    dress(email)
    files = email.files.select_related("stored")
    return render(request, "desk/outbox_mail.html", {"email": email, "files": files})


@require_safe
@require_deed("mail.read")
@xframe_options_sameorigin
def show_email_html(request: DeskRequest, pk: int) -> HttpResponse:
    """Our own HTML, in a frame that may run and fetch nothing."""
    return HttpResponse(get_email(request, pk).html, headers={"Content-Security-Policy": FRAMED})


@require_POST
@require_deed("mail.reply")
@once
def act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Try it again, or say whether a mail of unknown fate arrived."""
    email, who, now = get_email(request, pk), Actor.staff(request.user), clock.now()
    try:
        if verb == "retry":
            outbox.retry_mail(email_id=email.pk, actor=who, now=now)
        elif verb in ("arrived", "lost"):
            arrived = verb == "arrived"
            outbox.decide_unknown(email_id=email.pk, arrived=arrived, actor=who, now=now)
        else:
            raise Http404("There is no such action.")
    except ActionError as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, SAID[verb])
    return redirect("desk:outbox_mail", pk=email.pk)


SAID = {
    "retry": "It is sent again now, with the same ids.",
    "arrived": "Noted: it arrived. What waited for it goes on.",
    "lost": "Noted: it never arrived. You can send it again.",
}


@require_POST
@require_deed("switch.pause")
@once
def throw_switch(request: DeskRequest, name: str) -> HttpResponse:
    """Pause or resume sending or destruction, the latter with what the fuse lets through."""
    try:
        data = clean(SwitchForm(request.POST))
        switch = switches.throw_switch(
            name=name,
            paused=data["paused"],
            reason=data["reason"],
            allowance=data["allowance"],
            allowance_lasts=timedelta(hours=data["hours"] or 4),
            actor=Actor.staff(request.user),
            now=clock.now(),
        )
    except InvalidInput as error:
        messages.error(request, str(error))
    except ActionError as refusal:
        tell_refusal(request, refusal)
    else:
        state = "paused" if switch.paused else "on again"
        messages.success(request, f"{switch.get_name_display()}: {state}.")
    return redirect("desk:outbox")

"""The customers' mailboxes: what really arrived by SMTP, and answers that really leave by it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import needs
from config import clock
from config.sandbox.forms import AnswerForm, FaultForm
from config.sandbox.models import SandboxMail
from config.sandbox.post.answering import send_answer
from config.sandbox.post.boxes import find_fate, find_people, list_boxes, list_mails
from config.sandbox.post.faults import find_fault, set_fault
from config.sandbox.post.phrases import list_phrases
from config.sandbox.post.postman import DoorClosed

# A mail may bring its own styles and nothing else; its links open outside of the frame.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
NEW_WINDOW = '<meta charset="utf-8"><base target="_blank">'


@require_GET
@never_cache
@needs("sandbox.use")
def show_mailboxes(request: HttpRequest) -> HttpResponse:
    """Every mailbox that mail has come to."""
    return render(request, "sandbox/mailbox.html", gather(request))


@require_GET
@never_cache
@needs("sandbox.use")
def show_mailbox(request: HttpRequest, address: str) -> HttpResponse:
    """One customer's mail."""
    return render(request, "sandbox/mailbox.html", gather(request, address=address))


@require_GET
@never_cache
@needs("sandbox.use")
def show_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail, and a place to answer it."""
    mail = get_object_or_404(SandboxMail, pk=pk)
    return render(request, "sandbox/mailbox.html", gather(request, mail=mail))


@require_POST
@needs("sandbox.use")
def mark_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the customer has opened it; asked for by the page itself."""
    SandboxMail.objects.filter(pk=pk, read_at=None).update(read_at=clock.now())
    return HttpResponse(status=204)


@require_POST
@needs("sandbox.use")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an answer to the desk's door."""
    mail = get_object_or_404(SandboxMail, pk=pk)
    person = find_people([mail.mailbox]).get(mail.mailbox)
    form = AnswerForm(fill_phrase(request, mail), person=person)
    if form.is_valid():
        try:
            sent = send_answer(mail=mail, answer=form.to_answer(), person=person, now=clock.now())
        except DoorClosed as closed:
            form.add_error(None, str(closed))
        else:
            messages.success(request, "The desk's mail door said 250: it has the mail.")
            return redirect("sandbox:mail", pk=sent.pk)
    shown = gather(request, mail=mail, form=form)
    return render(request, "sandbox/mailbox.html", shown, status=422)


@require_POST
@needs("sandbox.use")
def change_fault(request: HttpRequest, address: str) -> HttpResponse:
    """Let a customer's server misbehave, or behave."""
    form = FaultForm(request.POST)
    if form.is_valid():
        set_fault(
            address=address,
            behaviour=form.cleaned_data["behaviour"],
            delay_minutes=form.cleaned_data["delay_minutes"] or 0,
        )
        messages.success(request, f"Mail for {address}: changed.")
    else:
        messages.error(request, "Choose one of the ways to misbehave, and minutes from 0 on.")
    return redirect("sandbox:mailbox_of", address=address)


@require_GET
@needs("sandbox.use")
def show_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part as it came, in a frame that can do nothing."""
    mail = get_object_or_404(SandboxMail, pk=pk)
    return HttpResponse(
        NEW_WINDOW + mail.html,
        headers={"Content-Security-Policy": MAIL_POLICY, "X-Content-Type-Options": "nosniff"},
    )


@require_GET
@needs("sandbox.use")
def show_raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they came."""
    mail = get_object_or_404(SandboxMail, pk=pk)
    return HttpResponse(
        bytes(mail.raw),
        content_type="text/plain; charset=utf-8",
        headers={"X-Content-Type-Options": "nosniff"},
    )


def fill_phrase(request: HttpRequest, mail: SandboxMail) -> dict[str, Any]:
    """What was sent; a phrase that was pressed without scripts stands for the text."""
    data = request.POST.dict()
    locale = data.get("locale", "en")
    for phrase in list_phrases(message_id=mail.message_id, locale=locale):
        if phrase.key == data.get("phrase"):
            data["text"] = phrase.text
    return data


def gather(
    request: HttpRequest,
    *,
    address: str = "",
    mail: SandboxMail | None = None,
    form: AnswerForm | None = None,
) -> dict[str, Any]:
    """What the page's three columns show."""
    address = mail.mailbox if mail else address.lower()
    text = request.GET.get("q", "")
    person = find_people([address]).get(address) if address else None
    locale = person.customer.locale if person else "en"
    fault = find_fault(address) if address else None
    return {
        "place": "mailbox",
        "boxes": list_boxes(text=text),
        "box_text": text,
        "address": address,
        "person": person,
        "mails": list_mails(address) if address else [],
        "mail": mail,
        "fate": find_fate(mail) if mail else None,
        "form": form or AnswerForm(person=person),
        "phrases": list_phrases(message_id=mail.message_id, locale=locale) if mail else [],
        "locale": locale,
        "fault": fault,
        "fault_form": FaultForm(
            initial={
                "behaviour": fault.behaviour if fault else "",
                "delay_minutes": fault.delay_minutes if fault else 0,
            }
        ),
    }

"""What can be done on the case page: a verb reads its form, calls one action, says what it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from accounts.models import User
from cases.actions import (
    answers,
    assignment,
    confirmation,
    contact,
    correspondence,
    entry,
    information,
    intake,
    mailroom,
    reopening,
    replies,
    restoration,
)
from cases.actions.base import Actor, NotPossible
from cases.actions.mentions import find_colleagues
from cases.actions.writing import save_draft
from cases.domain.dates import local_date
from cases.domain.words import write_date
from cases.forms import AskForm, DateForm, TextForm, VerifyForm, offer
from cases.models import Case
from cases.queries.writing import read_drafts
from cases.views.inputs import InvalidInput, clean, common
from cases.views.shared import DeskRequest, read_files
from cases.views.undo import Said
from cases.views.verbs_corrections import CORRECTION_VERBS
from cases.views.verbs_ending import ENDING_VERBS
from cases.views.verbs_exceptions import EXCEPTION_VERBS
from cases.views.verbs_repair import REPAIR_VERBS
from config import clock


def text_of(request: DeskRequest, name: str = "text") -> str:
    return clean(TextForm({"text": request.POST.get(name, "")}))["text"]


def ask(request: DeskRequest, case: Case) -> str:
    form = AskForm(request.POST, case=case)
    clean(form)
    information.request_information(questions=form.list_questions(), **common(request, case))
    return "The questions are on their way. The clock starts when their mail is accepted."


def send_again(request: DeskRequest, case: Case) -> str:
    contact.send_again(**common(request, case))
    return "Sent again; the clock starts when this mail is accepted."


def note_told(request: DeskRequest, case: Case) -> str:
    contact.note_told(**common(request, case))
    return "Noted. The drop clock starts afresh, from now."


def send_link(request: DeskRequest, case: Case) -> str:
    entry.send_link(**common(request, case))
    return "The link is on its way. The clock starts when its mail is accepted."


def choose_contact(request: DeskRequest, case: Case) -> str:
    form = VerifyForm({**request.POST.dict(), "checks": ["-"]}, case=case)
    offer(form, "checks", [("-", "-")])
    chosen = clean(form)["contact"]
    contact.choose_contact(contact=chosen, **common(request, case))
    return f"The desk writes to {chosen.name} from now on."


def answer(request: DeskRequest, case: Case) -> str:
    question = request.POST.get("question", "")
    if not question.isdigit():
        raise InvalidInput("Which question was answered?")
    information.answer_question(
        question_id=int(question), answer=text_of(request), **common(request, case)
    )
    return "Noted."


def accept_answer(request: DeskRequest, case: Case) -> str:
    """One answer as it was read, or all that were read surely."""
    question = request.POST.get("question", "")
    if question and not question.isdigit():
        raise InvalidInput("Which question was answered?")
    answers.accept_suggestions(
        question_id=int(question) if question else None, **common(request, case)
    )
    return "Noted as they wrote it."


def drop_question(request: DeskRequest, case: Case) -> str:
    question = request.POST.get("question", "")
    information.withdraw_question(
        question_id=int(question) if question.isdigit() else 0, **common(request, case)
    )
    return "This question is not asked any more."


def verify(request: DeskRequest, case: Case) -> str:
    data = clean(VerifyForm(request.POST, case=case))
    intake.verify_caller(contact=data["contact"], checks=data["checks"], **common(request, case))
    return f"{data['contact'].name} is verified."


def date_form(request: DeskRequest, case: Case, **preset: str) -> DateForm:
    """The chosen date; a date typed by hand wins over the offered ones."""
    posted = {**preset, **request.POST.dict()}
    posted["wished_on"] = posted.get("other_on") or posted.get("wished_on", "")
    return DateForm(posted, today=local_date(clock.now(), case.zone))


def confirm(request: DeskRequest, case: Case) -> str:
    form = date_form(request, case, reason="confirmed")
    form.fields["wished_on"].required = False
    wished = clean(form)["wished_on"]
    done = confirmation.confirm(wished_on=wished, **common(request, case))
    return f"Confirmed: {say_day(done, wished)} The email is on its way."


def say_day(case: Case, wished: date | None) -> str:
    """The day that was promised, and that it is another than the one asked for, if so."""
    said = f"services end on {case.effective_on:%A %d %B %Y}."
    if wished is None or wished == case.effective_on:
        return said
    return f"{said} {write_date(wished)} was not possible."


def reschedule(request: DeskRequest, case: Case) -> str:
    data = clean(date_form(request, case))
    done = confirmation.reschedule(
        wished_on=data["wished_on"], reason=data["reason"], **common(request, case)
    )
    said = say_day(done, data["wished_on"])
    return f"Moved: {said} A new confirmation is on its way."


def withdraw(request: DeskRequest, case: Case) -> str:
    confirmation.withdraw(reason=request.POST.get("text", "")[:300], **common(request, case))
    return "Withdrawn: nothing will be cancelled."


def restore(request: DeskRequest, case: Case) -> str:
    restoration.restore(**common(request, case))
    return "The services are being restored."


def decline_restore(request: DeskRequest, case: Case) -> str:
    restoration.decline_restore(reason=text_of(request), **common(request, case))
    return "Noted: not a restore. Grace goes on with the time that it had left."


def reopen(request: DeskRequest, case: Case) -> str:
    reason = request.POST.get("text", "").strip()[:300]
    reopened = reopening.reopen_case(keep_notice_because=reason, **common(request, case))
    if reopened.approvals.filter(kind="notice", decision="").exists():
        return "Reopened with a new notice; keeping the old one waits for a colleague."
    return "Reopened."


def note(request: DeskRequest, case: Case) -> str:
    """A note overwrites nothing: of its form only the second sending is refused."""
    fields = common(request, case)
    fields.pop("version", None)
    seen, text = request.POST.get("seen", ""), text_of(request)
    if seen.isdecimal() and len(seen) < 10 and "again" not in request.POST:
        fields["seen"] = int(seen)
    correspondence.add_note(text=text, **fields)
    told = [u.display_name for u in find_colleagues(case=case, text=text) if u != request.user]
    return f"Note added; {', '.join(told)} will see it." if told else "Note added."


def reply(request: DeskRequest, case: Case) -> str:
    correspondence.send_reply(
        text=text_of(request), files=read_files(request), **common(request, case)
    )
    return "Sent in 15 seconds; until then you can take it back."


def discard_draft(request: DeskRequest, case: Case) -> Said:
    kind, actor = request.POST.get("kind", ""), Actor.staff(request.user)
    was = read_drafts(case=case, user=request.user).get(kind)
    save_draft(case=case, kind=kind, text="", actor=actor, now=clock.now())
    if was is None:
        return Said(text="There was no draft any more.")
    return Said(text="Draft discarded.", undo="keep_draft", fields={"kind": kind, "text": was.text})


def keep_draft(request: DeskRequest, case: Case) -> str:
    save_draft(
        case=case,
        kind=request.POST.get("kind", ""),
        text=request.POST.get("text", ""),
        actor=Actor.staff(request.user),
        now=clock.now(),
    )
    return "The draft is back."


def take_back(request: DeskRequest, case: Case) -> str:
    fields = common(request, case)
    fields.pop("version", None)
    email = request.POST.get("email", "")
    correspondence.take_back_reply(email_id=int(email) if email.isdigit() else 0, **fields)
    return "Taken back: it was not sent."


def assign(request: DeskRequest, case: Case) -> Said:
    chosen = request.POST.get("owner", "")
    owner: User | None = request.user if chosen == "me" else None
    if chosen.isdigit():
        owner = User.objects.filter(pk=chosen, is_active=True).first()
    before = case.owner_id or ""
    assignment.assign_owner(owner=owner, **common(request, case))
    return Said(
        text=f"Owner: {owner.display_name if owner else 'nobody'}.",
        undo="assign",
        fields={"owner": before},
    )


def accept_reply(request: DeskRequest, case: Case) -> str:
    replies.accept_reply(todo_id=todo_of(request), **common(request, case))
    return "The sender counts as verified; the mail was filed."


def mail_of(request: DeskRequest, case: Case) -> dict[str, Any]:
    """The mail that an open to-do of this case is about, with who decides."""
    todo = case.todos.filter(pk=todo_of(request), resolved_at=None).first()
    if todo is None or todo.inbound_id is None:
        raise NotPossible("Somebody has dealt with this already.")
    return {
        "inbound_id": todo.inbound_id,
        "actor": Actor.staff(request.user),
        "now": clock.now(),
    }


def replay_mail(request: DeskRequest, case: Case) -> str:
    mailroom.replay_mail(**mail_of(request, case))
    return "The mail is read again; if it cannot be, it comes back to you."


def set_mail_aside(request: DeskRequest, case: Case) -> str:
    mailroom.set_mail_aside(disposition="handled", **mail_of(request, case))
    return "Set aside. It stays in the mailroom, and what it held goes on."


def dismiss(request: DeskRequest, case: Case) -> str:
    fields = common(request, case)
    fields.pop("version", None)
    correspondence.resolve_todo(
        todo_id=todo_of(request),
        resolution=request.POST.get("text", "") or "nothing to do",
        **fields,
    )
    return "Done. What it held goes on."


def todo_of(request: DeskRequest) -> int:
    todo = request.POST.get("todo", "")
    return int(todo) if todo.isdigit() else 0


VERBS: dict[str, Callable[[DeskRequest, Case], str | Said]] = {
    "accept_answer": accept_answer,
    "accept_reply": accept_reply,
    "answer": answer,
    "ask": ask,
    "choose_contact": choose_contact,
    "send_again": send_again,
    "set_mail_aside": set_mail_aside,
    "send_link": send_link,
    "assign": assign,
    "confirm": confirm,
    "decline_restore": decline_restore,
    "discard_draft": discard_draft,
    "dismiss": dismiss,
    "drop_question": drop_question,
    "keep_draft": keep_draft,
    "not_a_restore": dismiss,
    "note": note,
    "note_told": note_told,
    "reopen": reopen,
    "replay_mail": replay_mail,
    "reply": reply,
    "reschedule": reschedule,
    "restore": restore,
    "take_back": take_back,
    "verify": verify,
    "withdraw": withdraw,
    **CORRECTION_VERBS,
    **ENDING_VERBS,
    **EXCEPTION_VERBS,
    **REPAIR_VERBS,
}

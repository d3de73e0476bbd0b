"""What a customer can do on the page of a case: read the form, call one action, say what it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from cases.actions import confirmation, portal, restoration
from cases.actions.codes import check_code, send_code
from cases.actions.dispositions import acknowledge_loss, set_disposition
from cases.actions.recheck import recheck_blockers
from cases.forms import FURTHEST
from cases.views.customer import final
from cases.views.customer.client import read_client
from cases.views.customer.done import Done, NoAnswer, WrongDay, common, number_of
from cases.views.customer.visit import Visit
from cases.views.customer.words import say
from notifications.inbound.scanning import MALWARE


def answer(request: HttpRequest, visit: Visit) -> Done:
    """Answers and files together; what is left empty stays open (R13)."""
    fields = common(request, visit)
    questions = [q for q in visit.the_case.questions.all() if q.is_open]
    answers = {q.pk: request.POST.get(f"q{q.pk}", "") for q in questions}
    check_days(questions, answers)
    files = [(q.pk, f) for q in questions for f in request.FILES.getlist(f"f{q.pk}")]
    held = sum(keep_file(file, visit, question_id) for question_id, file in files)
    if not any(text.strip() for text in answers.values()):
        if files:
            return tell_files(len(files), held)
        raise NoAnswer("Nothing was filled in.")
    settled = portal.answer_questions(answers=answers, **fields)
    return Done(said=say("done.answered", count=settled, of=len(questions)), place="#needed")


def check_days(questions: Any, answers: dict[int, str]) -> None:
    for question in questions:
        text = answers[question.pk].strip()
        if question.kind == "date" and text:
            read_day(text)


def read_day(text: str) -> date:
    """A day as a browser sends it. Raises `WrongDay`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise WrongDay("That is no day.") from None


def hand_in(request: HttpRequest, visit: Visit) -> Done:
    files = request.FILES.getlist("file")
    if not files:
        raise NoAnswer("No file was chosen.")
    held = sum(keep_file(file, visit, None) for file in files)
    return tell_files(len(files), held)


def tell_files(count: int, held: int) -> Done:
    said = say("done.files", count=count)
    if held:
        said += " " + say("done.files_held", count=held)
    return Done(said=said, place="#files")


def keep_file(file: Any, visit: Visit, question_id: int | None) -> bool:
    """Keep one file; say whether the malware scanner holds it back."""
    if file.size > portal.MOST_BYTES:
        raise portal.FileRefused("large")
    upload = portal.hand_in_file(
        case_id=visit.the_case.pk, name=file.name or "", content=file.read(),
        content_type=file.content_type or "", actor=visit.actor, now=visit.now,
        question_id=question_id,
    )  # fmt: skip
    return upload.problem.startswith(MALWARE)


def ask_code(request: HttpRequest, visit: Visit) -> Done:
    send_code(
        case_id=visit.the_case.pk, contact=visit.contact, client=read_client(request),
        now=visit.now,
    )  # fmt: skip
    return Done(said=say("done.code_sent"), place="?code=1#code")


def enter_code(request: HttpRequest, visit: Visit) -> Done:
    proof = check_code(
        case_id=visit.the_case.pk, contact=visit.contact, now=visit.now,
        typed=request.POST.get("code", "")[:40], client=read_client(request),
    )  # fmt: skip
    return Done(said=say("done.code_right"), place="#needed", proof=proof)


def withdraw(request: HttpRequest, visit: Visit) -> Done:
    """With a code at once, without one a wish that a person reads (R22)."""
    text = request.POST.get("text", "")[:200]
    if visit.is_proven:
        confirmation.withdraw(reason=text, **common(request, visit))
        return Done(said=say("done.withdrawn"))
    portal.ask_to_stay(text=text, **common(request, visit))
    return Done(said=say("done.asked"))


def move(request: HttpRequest, visit: Visit) -> Done:
    """Another date: with a code at once, without one a wish (R19, R22)."""
    posted = request.POST.get("other_on") or request.POST.get("wished_on", "")
    wished_on = read_day(posted)
    today = visit.now.date()
    if not today <= wished_on <= today + FURTHEST:
        raise WrongDay("This day has passed, or is very far off.")
    if visit.is_proven:
        confirmation.reschedule(
            wished_on=wished_on, reason=f"moved by {visit.contact.name} on their page",
            **common(request, visit),
        )  # fmt: skip
        return Done(said=say("done.moved"))
    portal.ask_for_date(wished_on=wished_on, **common(request, visit))
    return Done(said=say("done.asked"))


def come_back(request: HttpRequest, visit: Visit) -> Done:
    """The wish counts from this moment on; with a code the services come back at once (R21)."""
    fields = common(request, visit)
    fields.pop("version", None)
    if visit.is_proven and visit.contact.may_restore:
        restoration.restore(**fields)
        return Done(said=say("done.returning"))
    portal.ask_to_return(**fields)
    return Done(said=say("done.return_asked"))


def dispose(request: HttpRequest, visit: Visit) -> Done:
    """What becomes of one number (R37)."""
    fields = common(request, visit)
    fields.pop("version", None)  # forty numbers are forty forms of one page
    set_disposition(
        case_item_id=number_of(request, "item"),
        disposition=request.POST.get("disposition", ""),
        note=request.POST.get("note", "")[:200],
        **fields,
    )
    return Done(said=say("done.noted"), place="#numbers")


def dispose_all(request: HttpRequest, visit: Visit) -> Done:
    """What becomes of every number that was chosen on the page; each is noted by itself (R37)."""
    fields = common(request, visit)
    fields.pop("version", None)
    numbers = [i for i in visit.the_case.items.all() if i.item.kind == "number"]
    chosen = {i.pk: request.POST.get(f"d{i.pk}", "") for i in numbers}
    if not any(chosen.values()):
        raise NoAnswer("Nothing was chosen.")
    for pk, disposition in chosen.items():
        if disposition:
            note = request.POST.get(f"n{pk}", "")[:200]
            set_disposition(case_item_id=pk, disposition=disposition, note=note, **fields)
    return Done(said=say("done.noted"), place="#numbers")


def accept_loss(request: HttpRequest, visit: Visit) -> Done:
    """A number that is still being ported may be lost: accepted in typing (R35)."""
    acknowledge_loss(
        case_item_ids=[number_of(request, "item")],
        typed=request.POST.get("typed", "")[:100],
        **common(request, visit),
    )
    return Done(said=say("done.loss"), place="#numbers")


def look_again(request: HttpRequest, visit: Visit) -> Done:
    """Read everything afresh; all gone and still stuck, a colleague is asked (R51)."""
    fields = common(request, visit)
    fields.pop("version", None)  # looking changes nothing that another tab could be stale about
    blockers = recheck_blockers(**fields)
    hard = sum(blocker.is_hard for blocker in blockers)
    return Done(said=say("done.looked" if hard else "done.looked_free", count=hard), place="#why")


VERBS: dict[str, Callable[[HttpRequest, Visit], Done | HttpResponse]] = {
    "accept_loss": accept_loss,
    "answer": answer,
    "ask_code": ask_code,
    "come_back": come_back,
    "dispose": dispose,
    "dispose_all": dispose_all,
    "enter_code": enter_code,
    "hand_in": hand_in,
    "look_again": look_again,
    "move": move,
    "withdraw": withdraw,
    **final.VERBS,
}

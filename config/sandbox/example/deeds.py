"""The verbs of the stories. Each is what a person would do: a real action, or a real mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from accounts import services
from accounts.models import Port
from cases.actions import (
    confirmation,
    correspondence,
    dispositions,
    information,
    intake,
    reopening,
    restoration,
    termination,
)
from cases.actions.base import Actor
from cases.actions.callers import Consent
from cases.domain.trust import Level
from cases.models import Disposition
from cases.models.planning import plan_call, read_account
from cases.models.preview import read_preview
from config import clock
from config.sandbox.example.scene import Scene
from config.sandbox.post.faults import set_fault
from config.sandbox.post.letters import Letter, Writer, write_auto_reply, write_reply
from config.sandbox.post.store import store_answer
from config.sandbox.provider import fail_items, set_pace

Deed = Callable[..., None]
VERBS: dict[str, Deed] = {}


class UnknownVerb(LookupError):
    """A story asks for a deed that nobody knows."""


def deed(function: Deed) -> Deed:
    """Make a function a verb of the stories."""
    VERBS[function.__name__] = function
    return function


def find_deed(verb: str) -> Deed:
    try:
        return VERBS[verb]
    except KeyError:
        raise UnknownVerb(verb) from None


# -- what agents do ----------------------------------------------------------------------------
@deed
def call(scene: Scene) -> None:
    """The call itself: the case is opened and its number given."""
    story, now = scene.story, clock.now()
    wished = None
    if story.wished is not None:
        wished = now.date() + timedelta(days=story.wished)
    item_ids = [item.pk for item in scene.choose_items(story.items)]
    case = intake.open_case(
        customer=scene.customer,
        policy=scene.policy,
        item_ids=item_ids,
        actor=scene.actor,
        now=now,
        contact=scene.caller,
        checks=story.checks,
        wished_on=wished,
        reason=story.reason,
        consent=read_out(scene, item_ids, wished) if story.checks else None,
    )
    scene.case_id = case.pk


def read_out(scene: Scene, item_ids: list[int], wished: date | None) -> Consent:
    """What the agent read to the caller, who agreed."""
    now = clock.now()
    version = scene.policy.current()
    assert version is not None, "the example's policies are published"
    plan = plan_call(
        policy=version.rules, account=read_account(scene.customer), item_ids=item_ids,
        received_at=now, wished_on=wished, questions=0, now=now,
    )  # fmt: skip
    return Consent(said=tuple(map(str, plan.say)), read_out_at=now, agreed_at=now)


@deed
def note(scene: Scene, text: str) -> None:
    correspondence.add_note(case_id=scene.case_id, text=text, actor=scene.actor, now=clock.now())


@deed
def write(scene: Scene, text: str) -> None:
    correspondence.send_reply(case_id=scene.case_id, text=text, actor=scene.actor, now=clock.now())


@deed
def ask(scene: Scene, *questions: Any) -> None:
    """Ask by email: keys of the policy's questions, or questions written out."""
    information.request_information(
        case_id=scene.case_id,
        actor=scene.actor,
        now=clock.now(),
        questions=list(spell_out(scene, questions)),
    )


def spell_out(scene: Scene, questions: Iterable[Any]) -> Iterable[dict[str, Any]]:
    templates = {q.key: q for q in scene.case.rules.questions}
    for question in questions:
        if isinstance(question, dict):
            yield question
            continue
        known = templates[question]
        yield {
            "key": known.key,
            "text": known.text,
            "kind": known.kind,
            "choices": list(known.choices),
            "required": known.required,
        }


@deed
def answer(scene: Scene, **answers: str) -> None:
    """Note what the customer answered, by the questions' keys."""
    source = scene.case.thread.inbound.filter(disposition="answer").order_by("-id").first()
    for key, text in answers.items():
        question = scene.case.questions.get(key=key)
        information.answer_question(
            case_id=scene.case_id,
            question_id=question.pk,
            answer=text,
            actor=scene.actor,
            now=clock.now(),
            source=source,
        )


@deed
def confirm(scene: Scene) -> None:
    """Confirmed on the phone; under a self-service policy by the customer, on their page."""
    now = clock.now()
    if scene.case.rules.channel == "phone":
        confirmation.confirm(case_id=scene.case_id, actor=scene.actor, now=now)
        return
    assert scene.case.contact is not None, "a story names who speaks for the customer"
    actor = Actor.customer(scene.case.contact, Level.L3)
    for number in scene.case.items.filter(item__kind="number", disposition=""):
        dispositions.set_disposition(
            case_id=scene.case_id,
            case_item_id=number.pk,
            disposition=Disposition.RELEASED,
            actor=actor,
            now=now,
        )
    preview = read_preview(scene.case, now=now)
    confirmation.confirm_by_customer(
        case_id=scene.case_id, actor=actor, now=now, seen=preview.digest, typed=preview.phrase
    )


@deed
def reschedule(scene: Scene, days_after_call: int, reason: str) -> None:
    confirmation.reschedule(
        case_id=scene.case_id,
        wished_on=scene.days_after_call(days_after_call),
        reason=reason,
        actor=scene.actor,
        now=clock.now(),
    )


@deed
def withdraw(scene: Scene, reason: str) -> None:
    confirmation.withdraw(case_id=scene.case_id, actor=scene.actor, now=clock.now(), reason=reason)


@deed
def reopen(scene: Scene) -> None:
    reopening.reopen_case(case_id=scene.case_id, actor=scene.actor, now=clock.now())


@deed
def request_restore(scene: Scene) -> None:
    restoration.request_restore(case_id=scene.case_id, actor=scene.actor, now=clock.now())


@deed
def restore(scene: Scene) -> None:
    restoration.restore(case_id=scene.case_id, actor=scene.actor, now=clock.now())


# -- what customers and their carriers do --------------------------------------------------------
@deed
def reply(scene: Scene, text: str) -> None:
    """The caller answers the newest mail, as their program does: to its Reply-To."""
    send_reply(scene, scene.writer, text, how="")


@deed
def reply_to_sender(scene: Scene, text: str) -> None:
    """The caller's program ignores Reply-To: the token is missing, the ids are there."""
    mail = scene.last_mail()
    letter = write_reply(
        mail=mail, writer=scene.writer, text=text, authserv_id=settings.AUTHSERV_ID, now=clock.now()
    )
    scene.post(replace(letter, envelope_to=mail.from_email))


@deed
def stranger(scene: Scene, text: str, *, name: str, email: str) -> None:
    """Somebody else has got hold of the mail and answers it, without authentication."""
    send_reply(
        scene, Writer(name=name, email=email, authenticated=False), text, how="as a stranger"
    )


@deed
def out_of_office(scene: Scene, text: str) -> None:
    """The caller's server answers by itself."""
    mail = scene.last_mail()
    letter = write_auto_reply(
        mail=mail, writer=scene.writer, text=text, authserv_id=settings.AUTHSERV_ID, now=clock.now()
    )
    keep_and_post(scene, letter, how="out of office")


def send_reply(scene: Scene, writer: Writer, text: str, *, how: str) -> None:
    letter = write_reply(
        mail=scene.last_mail(),
        writer=writer,
        text=text,
        authserv_id=settings.AUTHSERV_ID,
        now=clock.now(),
    )
    keep_and_post(scene, letter, how=how)


def keep_and_post(scene: Scene, letter: Letter, *, how: str) -> None:
    mail = scene.last_mail()
    scene.post(letter)
    mail.read_at = clock.now()
    mail.save(update_fields=["read_at"])
    store_answer(letter=letter, mailbox=mail.mailbox, answers=mail, how=how, now=clock.now())


@deed
def terminate(scene: Scene, *labels: str) -> None:
    """In their own console the customer ends these for good, one after the other."""
    contact = scene.case.contact
    assert contact is not None, "nobody has a console"
    for label in labels:
        termination.terminate_item(
            case_id=scene.case_id,
            case_item_id=scene.case.items.get(item__label=label).pk,
            actor=Actor.customer(contact, Level.L3),
            now=clock.now(),
            typed=label,
        )


@deed
def unassign(scene: Scene) -> None:
    """In their own console the customer takes the licences of the case from their users."""
    chosen = scene.case.items.values_list("item_id", flat=True)
    scene.customer.items.filter(pk__in=chosen).update(assigned_to="")


@deed
def ported(scene: Scene, label: str, *, carrier: str) -> None:
    """Another carrier has the number now."""
    item = scene.find_item(label)
    port = Port.objects.create(item=item, carrier=carrier)
    services.finish_port(port=port, now=clock.now())
    services.mark_ported(item=item, now=clock.now())


# -- what goes wrong ------------------------------------------------------------------------------
@deed
def mail_fault(scene: Scene, behaviour: str) -> None:
    set_fault(address=scene.caller.email, behaviour=behaviour)


@deed
def provider_fails(scene: Scene, *labels: str) -> None:
    items = [scene.find_item(label).pk for label in labels]
    fail_items(brand_id=scene.customer.brand_id, item_ids=items, fail=True)


@deed
def provider_slow(scene: Scene, *, seconds: int) -> None:
    set_pace(brand_id=scene.customer.brand_id, delay_s=seconds)

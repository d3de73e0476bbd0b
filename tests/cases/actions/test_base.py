"""Who may act, on which case, and what a refusal says."""

from inspect import signature
from typing import Any

import pytest
from django_fsm import TransitionNotAllowed

from accounts.roles import Role
from cases.actions import (
    assignment,
    confirmation,
    contact,
    correspondence,
    information,
    intake,
    reopening,
    repair,
    replies,
    restoration,
)
from cases.actions.base import DESK, Actor, CaseChanged, NotAllowed, NotPossible, change_case
from cases.models import Case, Event
from tests import factories
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, sink) -> Desk:
    return Desk()


def staff_actions(desk: Desk) -> list[tuple[Any, dict[str, Any]]]:
    """Every action that a person takes on a case, with arguments that would do."""
    return [
        (information.request_information, {"questions": [{"key": "a", "text": "?"}]}),
        (information.answer_question, {"question_id": 1, "answer": "yes"}),
        (information.withdraw_question, {"question_id": 1}),
        (reopening.reopen_case, {}),
        (confirmation.confirm, {}),
        (confirmation.reschedule, {"wished_on": desk.now.date(), "reason": "-"}),
        (confirmation.withdraw, {}),
        (contact.choose_contact, {"contact": desk.contact}),
        (contact.send_again, {}),
        (correspondence.add_note, {"text": "note"}),
        (correspondence.send_reply, {"text": "hello"}),
        (correspondence.take_back_reply, {"email_id": 1}),
        (correspondence.resolve_todo, {"todo_id": 1, "resolution": "-"}),
        (repair.retry_item, {}),
        (repair.mark_item_done, {"case_item_id": 1, "reason": "-"}),
        (repair.tick_item, {"case_item_id": 1}),
        (repair.keep_item, {}),
        (intake.join_case, {"item_ids": [], "caller_name": "Jo"}),
        (intake.verify_caller, {"contact": desk.contact, "checks": ["PIN"]}),
        (assignment.assign_owner, {"owner": None}),
        (replies.accept_reply, {"todo_id": 1}),
        (restoration.request_restore, {}),
        (restoration.restore, {}),
        (restoration.decline_restore, {"reason": "-"}),
    ]


def refuse_all(desk: Desk, actor: Actor, words: str) -> None:
    case = desk.open()
    before = Case.objects.filter(pk=case.pk).values().get()
    for action, given in staff_actions(desk):
        with pytest.raises(NotAllowed, match=words):
            action(case_id=case.pk, actor=actor, now=desk.now, **given)
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert list(case.events.values_list("kind", flat=True)) == ["opened"]


def test_an_auditor_may_nothing(desk):
    refuse_all(desk, Actor.staff(factories.make_user(role=Role.AUDITOR)), "role")


def test_an_inactive_user_may_nothing(desk):
    refuse_all(desk, Actor.staff(factories.make_user(is_active=False)), "no such case|role")


def test_a_user_of_another_brand_is_told_that_there_is_no_case(desk):
    other = factories.make_user(role=Role.ADMINISTRATOR, brands=[factories.make_brand()])
    refuse_all(desk, Actor.staff(other), "There is no such case")


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_who_works_at_the_desk_may(desk, role):
    actor = Actor.staff(factories.make_user(role=role, brands=[desk.brand]))
    case = confirmation.confirm(case_id=desk.open().pk, actor=actor, now=desk.now)
    assert case.state == "scheduled"
    assert case.events.get(kind="confirmed").actor == actor.user


@pytest.mark.parametrize("who", ["auditor", "other brand"])
def test_a_case_is_not_opened_by_those_either(desk, who):
    given = {"role": Role.AUDITOR} if who == "auditor" else {"brands": [factories.make_brand()]}
    desk.actor = Actor.staff(factories.make_user(**given))
    with pytest.raises(NotAllowed):
        desk.open()
    assert not Case.objects.exists()
    assert not Event.objects.exists()


def test_no_role_executes_where_only_the_customer_may(sink):
    desk = Desk(file="soracom", items=[{"kind": "sim"}])
    desk.actor = Actor.staff(factories.make_user(role=Role.ADMINISTRATOR, is_superuser=True))
    case = desk.open()
    with pytest.raises(NotPossible, match="only the customer"):
        desk.do(confirmation.confirm, case)


def test_a_stale_version_is_refused_before_anything_happens(desk):
    case = desk.open()
    seen = case.version
    desk.do(assignment.assign_owner, case, owner=None)
    for action, given in staff_actions(desk):
        if "version" not in signature(action).parameters:
            continue
        with pytest.raises(CaseChanged, match="Someone changed this case"):
            desk.do(action, case, version=seen, **given)
    assert desk.read(case).version == seen + 1


def test_each_change_is_a_version_and_an_event(desk):
    case = desk.open()
    version, sequence = case.version, case.last_sequence
    desk.do(correspondence.add_note, case, text="The caller was in a hurry.")
    case = desk.read(case)
    assert (case.version, case.last_sequence) == (version + 1, sequence + 1)


def test_a_change_without_an_event_is_no_change(desk):
    case = desk.open()
    with change_case(case_id=case.pk, actor=DESK, now=desk.now) as change:
        change.case.reason = "never saved"
    assert desk.read(case).version == case.version
    assert desk.read(case).reason == ""


def test_what_fails_half_way_leaves_nothing(desk):
    case = desk.open()
    with (
        pytest.raises(RuntimeError),
        change_case(case_id=case.pk, actor=DESK, now=desk.now) as change,
    ):
        change.record("note", "one")
        change.raise_todo("reply_before_date", "?", answers=[])
        raise RuntimeError
    assert case.events.count() == 1
    assert not case.todos.exists()


def test_a_refused_transition_says_why(desk):
    case = desk.confirm(desk.open())
    with pytest.raises(NotPossible, match="Confirm is not possible: the case is now “Scheduled”"):
        desk.do(confirmation.confirm, case)


def test_the_state_cannot_be_set_by_hand(desk):
    case = desk.open()
    with pytest.raises(AttributeError):
        case.state = "closed"
    with pytest.raises(TransitionNotAllowed):
        case.close(now=desk.now)


def test_the_same_question_to_a_person_is_asked_once(desk):
    case = desk.open()
    for _ in range(2):
        with change_case(case_id=case.pk, actor=DESK, now=desk.now) as change:
            change.raise_todo("reply_before_date", "?", answers=["dismiss"])
    assert case.todos.count() == 1
    assert case.events.filter(kind="todo_raised").count() == 1
    assert desk.read(case).turn == "us"

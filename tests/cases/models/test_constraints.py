"""What PostgreSQL itself refuses, whoever asks."""

from copy import deepcopy

import pytest
from django.db import IntegrityError, transaction

from cases.models import Case, Event, Policy, PolicyVersion, Promise, Question, Todo
from tests.cases.build import QUESTION, Desk
from tests.scene import play_once

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def confirmed(django_db_setup, django_db_blocker):
    with play_once(django_db_blocker):
        desk = Desk()
        yield desk.confirm(desk.open(questions=[]))


@pytest.fixture
def case(confirmed, db):
    return deepcopy(confirmed)


def refuse(name: str):
    return pytest.raises(IntegrityError, match=name)


def test_history_is_numbered_once(case):
    first = case.events.first()
    given = {
        "case": case,
        "sequence": first.sequence,
        "kind": "note",
        "at": first.at,
        "actor_kind": "desk",
        "summary": "x",
        "hash": first.hash,
    }
    for wrong in ("", first.hash[1:], "g" + first.hash[1:], "A" * 64, first.hash[:-1] + " "):
        with refuse("event_hash_is_sha256"), transaction.atomic():
            Event.objects.create(**{**given, "hash": wrong})
    with refuse("event_sequence_once"), transaction.atomic():
        Event.objects.create(**given)
    with refuse("event_sequence_from_one"), transaction.atomic():
        Event.objects.create(**{**given, "sequence": 0})
    with refuse("event_actor_fits_kind"), transaction.atomic():
        Event.objects.create(**{**given, "sequence": 99, "actor_kind": "user"})


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("case_state_known", {"state": "gone"}),
        ("scheduled_has_promise", {"effective_on": None}),
        ("grace_follows_execution", {"state": "in_grace"}),
        ("case_version_positive", {"version": 0}),
    ],
)
def test_a_case_cannot_contradict_itself(case, name, changes):
    with refuse(name), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**changes)


def test_a_number_is_given_once(case):
    other = Desk().open()
    with refuse("number"), transaction.atomic():
        Case.objects.filter(pk=other.pk).update(number=case.number)


def test_one_promise_is_in_force(case):
    promise = case.promises.get()
    promise.pk, promise.number = None, 2
    with refuse("promise_in_force"), transaction.atomic():
        promise.save(force_insert=True)
    assert Promise.objects.filter(case=case).count() == 1


def test_an_answered_question_has_an_answer(case):
    question = Question.objects.create(case=case, created_at=case.received_at, **QUESTION)
    with refuse("answered_has_answer"), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(answered_at=case.received_at)


def test_an_open_todo_without_a_mail_is_asked_once(case):
    given = {"case": case, "kind": "item_failed", "reason": "?", "created_at": case.received_at}
    Todo.objects.create(**given)
    with refuse("todo_open_once"), transaction.atomic():
        Todo.objects.create(**given)
    Todo.objects.update(resolved_at=case.received_at)
    Todo.objects.create(**given)


def test_policies_and_versions_are_unique(case):
    policy = case.policy_version.policy
    with refuse("policy_code_once_per_brand"), transaction.atomic():
        Policy.objects.create(brand=policy.brand, code=policy.code, name="another")
    with refuse("policy_version_once"), transaction.atomic():
        PolicyVersion.objects.create(policy=policy, number=1, data={})

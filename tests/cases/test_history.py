"""The history only grows, and shows when somebody made it tell something else (G16)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from cases.actions.erasure import erase_history
from cases.domain.history import hash_content
from cases.models import Case, Event
from cases.queries.history import verify_history
from tests.cases.build import Desk
from tests.scene import play_once

pytestmark = [pytest.mark.django_db, pytest.mark.guarantee("G16")]


@pytest.fixture(scope="module")
def written(django_db_setup, django_db_blocker) -> Iterator[Case]:
    with play_once(django_db_blocker):
        desk = Desk()
        desk.confirm(desk.open(questions=[]))  # a second case, whose history nobody touches
        yield desk.confirm(Desk().open(questions=[]))


@pytest.fixture
def case(written, sink, db) -> Case:
    return deepcopy(written)


def refuse():
    return pytest.raises(IntegrityError, match="append-only")


@contextmanager
def unguarded():
    """What somebody with the rights of the database's owner can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_event DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("ALTER TABLE cases_event ENABLE TRIGGER USER")


def broken() -> list[str]:
    return [str(found) for found in verify_history()]


def test_nothing_in_it_can_be_changed_or_removed(case):
    """Seen to fail without the trigger event_append_only."""
    event = case.events.first()
    event.summary = "it was different"
    with refuse(), transaction.atomic():
        event.save()
    with refuse(), transaction.atomic():
        event.delete()
    with refuse(), transaction.atomic():
        Event.objects.filter(case=case).update(summary="")
    with refuse(), transaction.atomic():
        Event.objects.filter(case=case).delete()


def test_it_cannot_be_emptied(case):
    """Seen to fail without the trigger event_never_emptied."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with refuse(), transaction.atomic():
            cursor.execute("TRUNCATE cases_event CASCADE")
    assert Event.objects.exists()


def test_a_whole_history_is_found_whole(case):
    assert case.events.count() > 3
    assert broken() == []
    assert Case.objects.get(pk=case.pk).last_hash == case.events.last().hash


EVENT = "UPDATE cases_event SET {} WHERE case_id = %s AND sequence = 2"
CHANGED = "Event 2 of case {} is not as it was written."
LAST = "case_id = %s AND sequence = (SELECT max(sequence) FROM cases_event WHERE case_id = %s)"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (EVENT.format("summary = 'x'"), CHANGED),
        (EVENT.format("data = '{\"x\": 1}'"), CHANGED),
        (EVENT.format("kind = 'note'"), CHANGED),
        (EVENT.format("at = at - interval '1 us'"), CHANGED),
        ("DELETE FROM cases_event WHERE case_id = %s AND sequence = 2",
         "Event 2 of case {} is missing."),
        (f"DELETE FROM cases_event WHERE {LAST}", "Event {last} of case {} is missing."),
        ("UPDATE cases_case SET last_sequence = last_sequence - 1 WHERE id = %s",
         "Event {last} of case {} is more than the case ever wrote."),
        ("UPDATE cases_case SET last_hash = '' WHERE id = %s",
         "Event {last} of case {} is not the one that the case wrote."),
    ],
)  # fmt: skip
def test_whoever_writes_past_the_desk_is_found(case, change, found):
    """Seen to fail while `hash_line` left out what the event says, its instant or its kind, and
    while `find_break` did not compare the end."""
    with unguarded() as cursor:
        cursor.execute(change, [case.pk] * change.count("%s"))
    assert broken() == [found.format(case.number, last=case.last_sequence)]


def test_a_forged_event_needs_every_later_hash(case):
    """An event written anew with a hash of its own breaks the next."""
    event = case.events.get(sequence=2)
    event.summary = "Nothing was promised."
    event.hash = event.make_hash(previous=case.events.get(sequence=1).hash)
    with unguarded():
        event.save()
    assert broken() == [f"Event 3 of case {case.number} is not as it was written."]


def test_erased_words_leave_the_chain_whole(case):
    """Erasure blots out what an event says, once, and nothing else of it (G27)."""
    event = case.events.get(sequence=2)
    content = hash_content(event.summary, event.data, salt=event.salt)
    same = Event.objects.filter(pk=event.pk)
    gone = {"summary": "Erased.", "data": {}, "salt": None, "content_hash": content}
    with refuse(), transaction.atomic():
        same.update(**gone, kind="note")
    with refuse(), transaction.atomic():
        same.update(**gone | {"salt": event.salt})
    same.update(**gone)
    assert broken() == []
    with refuse(), transaction.atomic():
        same.update(summary="Something else.")
    with refuse(), transaction.atomic():
        same.update(summary="Something else.", content_hash="0" * 64)


def test_short_words_cannot_be_guessed_from_what_erasure_leaves(case):
    """Each event has a salt, and it goes with the words. Seen to fail without the salt in
    `hash_content`, and while `erase_history` left it."""
    first, second = case.events.all()[:2]
    assert first.salt
    assert second.salt
    assert first.salt != second.salt
    erase_history(case)
    for before, after in zip((first, second), case.events.all()[:2], strict=True):
        assert (after.summary, after.data, after.salt) == ("Erased", {}, None)
        assert after.content_hash == hash_content(before.summary, before.data, salt=before.salt)
        assert after.content_hash != hash_content(before.summary, before.data, salt=None)
    assert broken() == []


def test_the_command_names_the_first_broken_event(case):
    out = StringIO()
    call_command("verify_history", stdout=out)
    assert out.getvalue() == "2 cases read, 0 with a broken history.\n"
    with unguarded() as cursor:
        cursor.execute(
            "UPDATE cases_event SET summary = '' WHERE case_id = %s AND sequence > 1", [case.pk]
        )
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_history", case.number, stdout=(out := StringIO()))
    assert out.getvalue() == (
        f"Event 2 of case {case.number} is not as it was written.\n"
        "1 cases read, 1 with a broken history.\n"
    )
    with pytest.raises(CommandError, match="no case 17"):
        call_command("verify_history", "17")


def test_reading_does_not_grow_with_the_cases(case, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert broken() == []

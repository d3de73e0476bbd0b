"""The mark outside the database, compared in each claim (G24)."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from django.db import connection

from cases.actions import switches
from cases.actions.base import Actor, NotAllowed, NotPossible
from notifications import epoch
from notifications.models import Epoch, Switch
from tests import factories
from tests.cases.build import CALL

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mark(settings, tmp_path: Path) -> Path:
    settings.EPOCH_FILE = tmp_path / "state" / "epoch"
    return settings.EPOCH_FILE


def work(django_capture_on_commit_callbacks, *, later: bool = False) -> bool:
    """One claim; `later`: ten seconds after the last."""
    if later:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE notifications_epoch SET advanced_at = now() - interval '11 seconds'"
            )
    with django_capture_on_commit_callbacks(execute=True):
        return epoch.hold_if_restored(now=CALL)


def read(mark: Path) -> tuple[str, int]:
    found = json.loads(mark.read_text())
    return found["lineage"], found["number"]


def test_the_mark_follows_the_database_step_by_step(mark, django_capture_on_commit_callbacks):
    for number in range(4):
        assert not work(django_capture_on_commit_callbacks, later=number > 0)
        assert read(mark) == (str(Epoch.objects.get().lineage), number)
    assert not work(django_capture_on_commit_callbacks)
    assert read(mark)[1] == 3


@pytest.mark.guarantee("G24")
@pytest.mark.parametrize("fault", ["older", "other", "no mark", "broken mark"])
def test_whatever_disagrees_holds_everything(mark, fault, django_capture_on_commit_callbacks):
    """Red when `find_disagreement` returns "" for any of these faults."""
    for _ in range(3):
        work(django_capture_on_commit_callbacks, later=True)
    if fault == "older":
        Epoch.objects.update(number=1)
    elif fault == "other":
        Epoch.objects.update(lineage=uuid.uuid4())
    elif fault == "no mark":
        mark.unlink()
    else:
        mark.write_text('{"lineage": ')
    assert work(django_capture_on_commit_callbacks)
    for name in ("sending", "destruction"):
        assert Switch.is_paused(name)
    assert Switch.objects.get(paused=True).name == "restored"
    # Later the file agrees again, as after a restore in two steps: a person is still asked.
    epoch.write_mark(epoch.Mark(lineage=Epoch.objects.get().lineage, number=0, at=""))
    assert work(django_capture_on_commit_callbacks, later=True)


def test_a_step_that_another_process_takes_meanwhile_is_no_alarm(
    mark, monkeypatch, django_capture_on_commit_callbacks
):
    """Red when the mark is read after the database: the soak (seed 77) held the whole desk."""
    work(django_capture_on_commit_callbacks)
    look, found = epoch.read_stand, []

    def look_while_others_work():
        found.append(look())
        monkeypatch.setattr(epoch, "read_stand", look)
        assert not work(django_capture_on_commit_callbacks, later=True)
        return found[0]

    monkeypatch.setattr(epoch, "read_stand", look_while_others_work)
    assert not work(django_capture_on_commit_callbacks)
    assert (found[0].number, read(mark)[1]) == (0, 1)
    assert not Switch.objects.filter(paused=True).exists()


def test_a_life_that_another_process_begins_beside_an_old_mark_is_no_alarm(
    mark, monkeypatch, django_capture_on_commit_callbacks
):
    """Red when what disagrees is looked at once."""
    epoch.write_mark(epoch.Mark(lineage=uuid.uuid4(), number=7, at=""))
    look = epoch.read_stand

    def look_while_another_begins():
        monkeypatch.setattr(epoch, "read_stand", look)
        assert not work(django_capture_on_commit_callbacks)
        return look()

    monkeypatch.setattr(epoch, "read_stand", look_while_another_begins)
    assert not work(django_capture_on_commit_callbacks)
    assert not Switch.objects.filter(paused=True).exists()


def test_a_crash_between_database_and_mark_is_no_alarm(mark, django_capture_on_commit_callbacks):
    work(django_capture_on_commit_callbacks)
    Epoch.objects.update(number=7)
    assert not work(django_capture_on_commit_callbacks)


def test_a_mark_that_cannot_be_written_is_logged_and_stops_nothing(
    mark, settings, caplog, django_capture_on_commit_callbacks
):
    settings.EPOCH_FILE = "/proc/no/such/place"
    assert not work(django_capture_on_commit_callbacks)
    assert "cannot be written" in caplog.text


def test_an_administrator_lets_it_act_again(mark, django_capture_on_commit_callbacks):
    work(django_capture_on_commit_callbacks)
    first = Epoch.objects.get()
    Switch.objects.create(name="sending", paused=True, reason="By hand")
    epoch.hold("Older.", now=CALL)
    supervisor = Actor.staff(factories.make_user(role="supervisor"))
    ada = Actor.staff(factories.make_user(role="administrator"))
    given = {"now": CALL, "reason": "Logs compared"}
    with pytest.raises(NotAllowed):
        switches.resume_after_restore(actor=supervisor, **given)
    with pytest.raises(NotPossible, match="what you compared"):
        switches.resume_after_restore(actor=ada, now=CALL, reason=" ")
    with django_capture_on_commit_callbacks(execute=True):
        switches.resume_after_restore(actor=ada, **given)
    newest = Epoch.objects.first()
    assert (newest.number, newest.begun_by) == (first.number + 1, ada.name)
    assert read(mark) == (str(newest.lineage), newest.number)
    assert not work(django_capture_on_commit_callbacks)
    assert Switch.is_paused("sending")
    assert not Switch.is_paused("destruction")
    with pytest.raises(NotPossible, match="not held"):
        switches.resume_after_restore(actor=ada, **given)


def test_each_claim_costs_one_look(django_assert_num_queries, django_capture_on_commit_callbacks):
    work(django_capture_on_commit_callbacks)
    with django_assert_num_queries(1):
        epoch.hold_if_restored(now=CALL)

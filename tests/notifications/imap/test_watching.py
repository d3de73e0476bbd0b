"""Watching mailboxes with a real Dovecot: new mail at once, outages, changes of the set-up."""

from __future__ import annotations

import time

import pytest
from django.db import connection

from notifications.inbound.health import door_is_healthy, list_doors
from notifications.inbound.imap import watching
from notifications.inbound.imap.watchmen import Watchmen
from notifications.models import DoorHealth, Inbound, Mailbox
from tests.notifications.imap.conftest import make_mailbox, write_mail

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def watchmen():
    watchmen = Watchmen()
    yield watchmen
    assert watchmen.stop(10), "a watcher does not stop"


def wait_for(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def count_to(number):
    return lambda: Inbound.objects.count() == number


def test_new_mail_is_read_at_once(dovecot, watchmen):
    make_mailbox(dovecot)
    watchmen.follow()
    wait_for(door_is_healthy)
    time.sleep(0.3)
    began = time.monotonic()
    dovecot.append(write_mail())
    wait_for(count_to(1))
    assert time.monotonic() - began < 5, "IDLE told nothing"


def test_without_idle_it_is_looked_for(dovecot, watchmen, monkeypatch):
    monkeypatch.setattr(watching, "LOOK_EVERY_S", 0.3)
    monkeypatch.setattr(watching.IMAPClient, "has_capability", lambda *_: False)
    make_mailbox(dovecot)
    watchmen.follow()
    wait_for(door_is_healthy)
    dovecot.append(write_mail())
    wait_for(count_to(1))


@pytest.mark.guarantee("G12")
def test_after_an_outage_it_catches_up(dovecot, watchmen, monkeypatch):
    monkeypatch.setattr(watching, "LONGEST_PAUSE_S", 0.5)
    make_mailbox(dovecot)
    watchmen.follow()
    wait_for(door_is_healthy)
    dovecot.stop(kill=True)
    try:
        wait_for(lambda: DoorHealth.objects.get().last_error)
        beat = DoorHealth.objects.get().beat_at
        time.sleep(1)
        assert DoorHealth.objects.get().beat_at == beat, "a door that is shut does not beat"
    finally:
        dovecot.start()
    for number in range(3):
        dovecot.append(write_mail(number))
    wait_for(count_to(3))
    wait_for(lambda: DoorHealth.objects.get().beat_at > beat)
    assert door_is_healthy()


def test_a_database_that_went_away_is_come_back_to(dovecot, watchmen, monkeypatch):
    monkeypatch.setattr(watching, "LONGEST_PAUSE_S", 0.5)
    make_mailbox(dovecot)
    watchmen.follow()
    wait_for(door_is_healthy)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    dovecot.append(write_mail())
    wait_for(count_to(1))


def test_several_mailboxes_follow_what_is_set_up(dovecot, watchmen):
    first = make_mailbox(dovecot)
    make_mailbox(
        dovecot, name="billing", username="billing", tls="starttls", port=dovecot.imap_port
    )
    watchmen.follow()
    wait_for(lambda: [door.is_open for door in list_doors()] == [True, True])
    dovecot.append(write_mail(1))
    dovecot.append(write_mail(2), user="billing")
    wait_for(count_to(2))
    assert set(Inbound.objects.values_list("channel", flat=True)) == {
        "imap:support",
        "imap:billing",
    }

    first.enabled = False
    first.save()

    def is_retired():
        watchmen.follow()
        return [door.name for door in list_doors()] == ["imap:billing"]

    wait_for(is_retired)
    first.enabled, first.folder = True, "Archive"
    first.save()
    watchmen.follow()
    dovecot.append(write_mail(3), folder="Archive")
    wait_for(count_to(3))


@pytest.mark.guarantee("G12")
def test_a_mailbox_that_cannot_be_read_is_a_shut_door_with_words(dovecot, watchmen, monkeypatch):
    monkeypatch.setenv("IMAP_TEST_PASSWORD", "wrong")
    make_mailbox(dovecot)
    watchmen.follow()
    wait_for(lambda: DoorHealth.objects.get().last_error)
    [door] = list_doors()
    assert not door.is_open
    assert "refuses user name or password" in door.last_error
    assert "wrong" not in door.last_error


def test_more_mailboxes_than_the_desk_can_watch_are_shut_doors(dovecot, watchmen, monkeypatch):
    monkeypatch.setattr("notifications.inbound.imap.watchmen.MOST_MAILBOXES", 1)
    make_mailbox(dovecot)
    make_mailbox(dovecot, name="zulu")
    watchmen.follow()
    wait_for(lambda: door_is_healthy(door="imap:support"))
    assert not door_is_healthy(door="imap:zulu")
    Mailbox.objects.filter(name="support").update(enabled=False)

    def other_is_open():
        watchmen.follow()
        return door_is_healthy(door="imap:zulu")

    wait_for(other_is_open)

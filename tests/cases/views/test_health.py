"""The health page, the banner on every page, and taking a door out of use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from cases.queries import health
from notifications.epoch import hold
from notifications.inbound.health import list_doors, note_door_error, note_door_ok
from notifications.models import DoorHealth, Pulse
from notifications.pulse import SWEEPS, note_pulse
from tests import factories
from tests.cases.build import CALL, Desk
from tests.pages import fold

PAGES = ["/desk/queue/", "/desk/todos/", "/desk/mail/", "/desk/call/", "/desk/search/"]
SHUT = "No mail comes in: the LMTP door is shut, for 12 min"


def open_door(*, door: str = "lmtp", kind: str = "push", silent_min: float = 0) -> None:
    note_door_ok(door=door, now=CALL, kind=kind)
    beat_at = Now() - timedelta(minutes=silent_min)
    DoorHealth.objects.filter(door=door).update(beat_at=beat_at)


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("page", PAGES)
def test_a_shut_door_is_said_on_every_page(agent: Client, page: str) -> None:
    open_door()
    assert "No mail comes in" not in agent.get(page).content.decode()
    open_door(silent_min=12)
    shown = fold(agent.get(page).content.decode())
    assert SHUT in shown
    assert "nobody is dropped, cut off or purged" in shown
    assert "manage.py receive_smtp" in shown


def test_a_mailbox_that_fails_says_why(agent: Client) -> None:
    open_door(door="imap:support", kind="pull", silent_min=70)
    note_door_error(door="imap:support", error="The server refuses the password.", now=CALL)
    shown = fold(agent.get("/desk/queue/").content.decode())
    assert "the mailbox support is shut, for 1 h" in shown
    assert "The server refuses the password." in shown


def test_the_page_tells_each_door(agent: Client, desk: Desk) -> None:
    assert "No door has opened yet" in agent.get("/desk/health/").content.decode()
    open_door()
    open_door(door="smtp", silent_min=3)
    open_door(door="esp:postmark", kind="passive", silent_min=9000)
    case = desk.ask(desk.open())
    desk.reply(case, "Mara did.", process=False)
    page = agent.get("/desk/health/")
    lines = page.context["doors"]
    assert [(line.door.name, line.door.is_open) for line in lines] == [
        ("esp:postmark", True),
        ("lmtp", True),
        ("smtp", False),
    ]
    assert "SMTP door is shut" in page.content.decode()


def test_other_pages_are_a_second_late_and_this_one_never(agent: Client, monkeypatch) -> None:
    monkeypatch.setattr(health, "LATELY_S", 60.0)
    assert "door is shut" not in agent.get("/desk/health/").content.decode()
    open_door(silent_min=5)
    assert "door is shut" not in agent.get("/desk/queue/").content.decode()
    assert "door is shut" in agent.get("/desk/health/").content.decode()
    assert "door is shut" in agent.get("/desk/queue/").content.decode()


def test_the_number_of_queries_does_not_grow(agent: Client, django_assert_max_num_queries) -> None:
    def count() -> int:
        with django_assert_max_num_queries(60) as captured:
            agent.get("/desk/health/")
        return len(captured)

    open_door()
    one = count()
    for number in range(30):
        open_door(door=f"imap:box{number}", kind="pull", silent_min=number)
    assert count() == one


def test_a_door_that_is_not_used_any_more_is_taken_out(desk: Desk, client: Client) -> None:
    open_door(silent_min=90)
    client.force_login(factories.make_user(role="supervisor"))
    assert "Not used any more" in client.get("/desk/health/").content.decode()
    assert client.get("/desk/health/retire/").status_code == 405
    client.post("/desk/health/retire/", {"door": "lmtp"})
    assert list_doors() == []


@pytest.mark.parametrize(
    ("role", "door"),
    [("agent", "lmtp"), ("supervisor", "smtp"), ("supervisor", "imap:x"), ("supervisor", "none")],
)
def test_nobody_takes_out_what_is_open_or_not_theirs(client: Client, db, role, door) -> None:
    open_door(silent_min=90)
    open_door(door="smtp")
    open_door(door="imap:x", kind="pull", silent_min=90)
    client.force_login(factories.make_user(role=role))
    answer = client.post("/desk/health/retire/", {"door": door})
    assert answer.status_code == (403 if role == "agent" else 302)
    assert len(list_doors()) == 3


def fall_silent() -> None:
    for sweep in SWEEPS:
        note_pulse(sweep)
    Pulse.objects.update(beat_at=Now() - timedelta(minutes=4, seconds=30))


@pytest.mark.guarantee("G23")
@pytest.mark.parametrize("page", PAGES)
def test_a_stall_is_said_on_every_supervisors_screen(desk: Desk, client: Client, page: str) -> None:
    client.force_login(factories.make_user(role="supervisor"))
    assert "No worker" not in client.get(page).content.decode()
    fall_silent()
    shown = client.get(page).content.decode()
    assert "No worker has done anything for 4 min" in shown
    assert "Is a celery worker running" in shown


def test_an_agent_reads_it_in_one_line(agent: Client) -> None:
    fall_silent()
    shown = agent.get("/desk/queue/").content.decode()
    assert "No worker has done anything for 4 min" in shown
    assert "Is a celery worker running" not in shown
    page = agent.get("/desk/health/").content.decode()
    assert page.count('<span class="pill tone-us">silent</span>') == len(SWEEPS)


@pytest.mark.guarantee("G24")
def test_a_restored_backup_is_said_everywhere_and_an_administrator_resumes(
    agent: Client, client: Client, settings, tmp_path
) -> None:
    settings.EPOCH_FILE = tmp_path / "epoch"
    hold("The database is older than the desk was at noon.", now=CALL)
    for page in PAGES:
        shown = agent.get(page).content.decode()
        assert "This is a restored backup" in shown
        assert "older than the desk was at noon" in shown
    assert "Resume after restore" not in agent.get("/desk/health/").content.decode()
    given = {"reason": "Compared the logs"}
    assert agent.post("/desk/health/resume/", given).status_code == 403
    client.force_login(factories.make_user(role="administrator"))
    assert client.get("/desk/health/resume/").status_code == 405
    assert "Resume after restore" in client.get("/desk/health/").content.decode()
    said = client.post("/desk/health/resume/", {"reason": ""}, follow=True).content.decode()
    assert "Say what you compared" in said
    said = client.post("/desk/health/resume/", given, follow=True).content.decode()
    assert "The desk acts again" in said
    assert "This is a restored backup" not in said

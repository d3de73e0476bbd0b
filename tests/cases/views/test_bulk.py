"""Several cases at once: shown before, done case by case, taken back; never more than was shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from cases.actions.base import NotPossible
from cases.actions.contact import remind_now
from cases.models import BulkRun, Case, Notice
from tests import factories
from tests.cases.build import CALL, Desk
from tests.pages import fold


def open_two(desk: Desk) -> tuple[Case, Case]:
    first = desk.open()
    desk.customer = factories.make_customer(brand=desk.brand, items=1)
    desk.contact = factories.make_contact(customer=desk.customer)
    return first, desk.open()


def numbered(*cases: Case) -> list[str]:
    return [f"{case.number}:{Case.objects.get(pk=case.pk).version}" for case in cases]


def apply(client: Client, deed: str, *cases: Case, **given: str) -> str:
    """Do it as the preview's form does, and return what the queue says afterwards."""
    fields = {
        "deed": deed,
        "csrfmiddlewaretoken": "a" * 64,
        "query": "tab=us&whose=all",
        "case": numbered(*cases),
    }
    answer = client.post("/desk/queue/bulk/do/", fields | given, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_preview_says_what_will_happen_and_does_nothing(desk: Desk, agent: Client) -> None:
    first, second = open_two(desk)
    colleague = factories.make_user(first_name="Jonas")
    Case.objects.filter(pk=second.pk).update(owner=colleague)
    stranger = Desk().open()
    agent_sees = {"case": [first.number, second.number, stranger.number, "nonsense"]}
    page = agent.post(
        "/desk/queue/bulk/", {"deed": "assign", "owner": colleague.pk, **agent_sees}
    ).content.decode()
    assert f"from {desk.agent.display_name} to {colleague.display_name}" in page
    assert f"{colleague.display_name} owns it already" in page
    assert "Assign 2 cases" in page  # the agent sees all brands
    assert not BulkRun.objects.exists()
    assert Case.objects.get(pk=first.pk).owner == desk.agent


def test_assigned_told_and_taken_back(desk: Desk, agent: Client) -> None:
    first, second = open_two(desk)
    colleague = factories.make_user()
    page = apply(agent, "assign", first, second, owner=str(colleague.pk))
    run = BulkRun.objects.get()
    assert "2 cases given away." in page
    assert f'action="/desk/queue/bulk/{run.pk}/undo/"' in page
    assert set(Case.objects.values_list("owner", flat=True)) == {colleague.pk}
    assert Notice.objects.filter(user=colleague, kind="assigned").count() == 2
    agent.post(f"/desk/queue/bulk/{run.pk}/undo/")
    assert set(Case.objects.values_list("owner", flat=True)) == {desk.agent.pk}
    said = list(first.events.order_by("sequence").values_list("summary", flat=True))[-2:]
    assert said == [f"Owner: {u.display_name}." for u in (colleague, desk.agent)]
    again = agent.post(f"/desk/queue/bulk/{run.pk}/undo/", follow=True).content.decode()
    assert "nothing to take back" in again


def test_what_somebody_went_on_from_is_not_taken_back(desk: Desk, agent: Client) -> None:
    first, _ = open_two(desk)
    apply(agent, "release", first)
    third = factories.make_user()
    Case.objects.filter(pk=first.pk).update(owner=third)
    run = BulkRun.objects.get()
    page = agent.post(f"/desk/queue/bulk/{run.pk}/undo/", follow=True).content.decode()
    assert "Somebody has given it to another person meanwhile" in page
    assert Case.objects.get(pk=first.pk).owner == third


def test_taking_back_ends_after_a_minute_and_is_the_doers_alone(
    desk: Desk, agent: Client, client: Client, time_machine
) -> None:
    first, _ = open_two(desk)
    apply(agent, "release", first)
    undo = f"/desk/queue/bulk/{BulkRun.objects.get().pk}/undo/"
    client.force_login(factories.make_user())
    assert client.post(undo).status_code == 404
    client.force_login(desk.agent)
    time_machine.move_to(CALL + timedelta(seconds=61), tick=False)
    assert "too late" in client.post(undo, follow=True).content.decode()
    assert Case.objects.get(pk=first.pk).owner is None


@pytest.mark.threat(53)
@pytest.mark.guarantee("G17")
def test_sent_twice_it_is_done_once_and_a_changed_case_is_left_out(
    desk: Desk, agent: Client
) -> None:
    """Seen to fail without `@once` at `apply_bulk`."""
    first, second = open_two(desk)
    form = numbered(first)
    apply(agent, "note", first, case=form, text="Called, nobody there.")
    page = apply(agent, "note", first, case=form, text="Called, nobody there.")
    assert "sent twice, and done once" in page
    assert first.events.filter(kind="note").count() == 1
    stale = numbered(second)
    Case.objects.filter(pk=second.pk).update(version=9)
    page = apply(agent, "release", second, case=stale)
    assert "Someone changed this case" in page
    assert Case.objects.get(pk=second.pk).owner == desk.agent


def test_reminders_leave_after_the_minute_and_can_be_held_back(
    desk: Desk, agent: Client, time_machine
) -> None:
    waiting, other = open_two(desk)
    desk.ask(waiting)
    now = CALL + timedelta(days=2)
    time_machine.move_to(now, tick=False)
    preview = agent.post(
        "/desk/queue/bulk/", {"deed": "remind", "case": [waiting.number, other.number]}
    ).content.decode()
    assert "nobody waits for an answer" in preview
    assert "Remind 1 case<" in fold(preview)
    page = apply(agent, "remind", waiting, other)
    assert "1 case reminded in a minute." in page
    assert f"Left out: {other.number}" in page
    (mail,) = desk.mails(waiting, "reminder")
    assert mail.not_before == now + timedelta(seconds=60)
    agent.post(f"/desk/queue/bulk/{BulkRun.objects.get().pk}/undo/")
    mail.refresh_from_db()
    assert mail.status == "stopped"


@pytest.mark.rule("R9")
def test_a_reminder_by_hand_takes_the_place_of_the_policys_next(desk: Desk) -> None:
    case = desk.ask(desk.open())
    with pytest.raises(NotPossible, match="less than a day ago"):
        desk.do(remind_now, case)
    desk.pass_days(2)
    desk.do(remind_now, case)
    desk.run()
    assert len(desk.read(case).reminders_accepted) == 1
    desk.pass_days(11.5)  # asked on day 0; never dropped sooner than by policy
    assert len(desk.mails(case, "reminder")) == 2
    assert desk.read(case).state == "awaiting_customer"
    desk.pass_days(2)
    assert desk.read(case).state == "dropped"


def test_a_role_that_may_not_is_refused(desk: Desk, client: Client) -> None:
    desk.open()
    client.force_login(factories.make_user(role="auditor"))
    for path in ("", "do/"):
        answer = client.post(f"/desk/queue/bulk/{path}", {"deed": "release", "query": ""})
        assert answer.status_code == 403
    assert 'name="case"' not in client.get("/desk/queue/").content.decode()
    client.force_login(desk.agent)
    assert client.post("/desk/queue/bulk/", {"deed": "close"}).status_code == 400


@pytest.mark.threat(50)
def test_a_case_is_given_only_to_who_may_see_it(desk: Desk, agent: Client) -> None:
    first, _ = open_two(desk)
    stranger = factories.make_user(brands=[factories.make_brand()])
    page = apply(agent, "assign", first, owner=str(stranger.pk))
    assert "does not see this brand" in page
    assert Case.objects.get(pk=first.pk).owner == desk.agent

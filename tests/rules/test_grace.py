"""R21 to R24: thirty days to come back, and who may."""

from datetime import datetime, timedelta

import pytest

from cases.actions import confirmation, correspondence, repair, replies, restoration, timers
from cases.actions.base import NotPossible
from tests import factories
from tests.cases.build import Desk
from tests.rules.helpers import (
    COME_BACK,
    DONE,
    END,
    PURGED,
    SECOND,
    UNCLEAR,
    chicago,
    in_grace,
    item_states,
    leap,
    open_todos,
    purposes,
    snapshot,
)

pytestmark = pytest.mark.django_db


# -- R21: the window ----------------------------------------------------------------------------
@pytest.mark.rule("R21")
@pytest.mark.parametrize("processed_first", [True, False])
@pytest.mark.parametrize("before", [SECOND, timedelta(0)])
def test_a_reply_in_the_last_second_restores(down, before, processed_first):
    """23:59:59 on the last day, and the tie at midnight too; read before or after the purge."""
    desk, case = down(END - before)
    desk.reply(case, COME_BACK, process=processed_first)
    desk.now = PURGED + timedelta(minutes=10)
    timers.fire_due(now=desk.now)
    desk.run()
    case = desk.read(case)
    assert case.state == "restored"
    assert item_states(case) == ["active"] * 3


@pytest.mark.rule("R21")
@pytest.mark.parametrize("processed_first", [True, False])
def test_a_reply_one_second_later_does_not(down, processed_first):
    desk, case = down(END + SECOND)
    desk.reply(case, COME_BACK, process=processed_first)
    desk.now = PURGED
    timers.fire_due(now=desk.now)
    desk.run()
    case = desk.read(case)
    assert case.state == "closed"
    assert item_states(case) == ["ended"] * 3
    assert open_todos(case) == ["reply_after_end"]


@pytest.mark.rule("R21")
@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("Pacific/Auckland", "2026-11-21T11:00:00+00:00"),
        ("America/Los_Angeles", "2026-11-21T08:00:00+00:00"),
        ("Europe/Berlin", "2026-11-20T23:00:00+00:00"),
    ],
)
def test_the_last_day_is_the_customers(zone, end):
    """Across the change of the clocks the window keeps its thirty calendar days."""
    desk = Desk(timezone=zone)
    case = desk.confirm(desk.open())
    desk.pass_days(33)
    assert desk.read(case).grace_ends_at == datetime.fromisoformat(end)


@pytest.mark.rule("R21")
def test_the_window_starts_at_the_actual_execution(desk):
    """The provider failed for four days: the customer loses none of the thirty."""
    desk.brand.provisioning = {"adapter": "sandbox", "fail_verbs": ["deactivate"]}
    desk.brand.save()
    case = desk.confirm(desk.open())
    desk.go_to(DONE)
    leap(desk, days=4.5)
    desk.brand.provisioning = {"adapter": "sandbox"}
    desk.brand.save()
    desk.do(repair.retry_item, case)
    desk.run()
    case = desk.read(case)
    assert case.grace_ends_at == chicago(2026, 11, 25), "the last day is 24 November"
    assert "24 November" in desk.mails(case, "cancelled")[0].text


@pytest.mark.rule("R21")
def test_the_days_are_the_policys():
    desk = Desk(policy={"grace_days": 7})
    case = in_grace(desk, at=DONE)
    assert case.grace_ends_at == chicago(2026, 10, 29)


# -- R22: what a reply may do, by when it comes -------------------------------------------------
@pytest.mark.rule("R22")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Please stop the cancellation, we want to stay.", "They want to stay."),
        ("Could you please move the date to 1 December instead?", None),
        ("Please postpone the cancellation to 1 December.", "They want another date."),
    ],
)
def test_before_the_date_a_reply_asks_a_person_and_holds_the_date(desk, text, reason):
    case = desk.confirm(desk.open())
    desk.pass_days(5)
    desk.reply(case, text)
    assert open_todos(case) == ["reply_before_date"]
    todo = case.todos.get()
    assert {"withdraw", "reschedule"} <= set(todo.answers)
    if reason:
        assert todo.reason == reason
        assert todo.evidence["evidence"]
    desk.go_to(DONE)
    leap(desk, days=3)
    case = desk.read(case)
    assert case.state == "scheduled", "nothing ends while the wish is not answered"
    assert item_states(case) == ["active"] * 3
    desk.do(confirmation.withdraw, case, reason="wrote that they stay")
    desk.run()
    case = desk.read(case)
    assert (case.state, open_todos(case)) == ("withdrawn", [])
    assert purposes(case) == ["confirmation", "withdrawn"]
    desk.pass_days(60)
    assert item_states(case) == ["active"] * 3


@pytest.mark.rule("R22")
def test_before_the_date_no_reply_restores_or_withdraws_by_itself(desk):
    case = desk.confirm(desk.open())
    desk.reply(case, COME_BACK)
    case = desk.read(case)
    assert (case.state, case.restore_asked_at) == ("scheduled", None)


@pytest.mark.rule("R22")
def test_the_date_goes_on_when_a_person_found_nothing_in_the_reply(desk):
    case = desk.confirm(desk.open())
    desk.reply(case, "By the way, our fax number has changed.")
    desk.go_to(DONE)
    leap(desk, days=1)
    desk.do(correspondence.resolve_todo, case, todo_id=case.todos.get().pk, resolution="no wish")
    desk.run()
    assert desk.read(case).state == "in_grace"


@pytest.mark.rule("R22")
def test_in_grace_a_clear_reply_restores(down):
    desk, case = down()
    desk.reply(case, COME_BACK)
    assert desk.read(case).state == "restored"


@pytest.mark.rule("R22")
def test_after_grace_a_reply_restores_nothing_and_gets_a_courteous_answer(desk):
    case = desk.confirm(desk.open())
    desk.go_to(END + timedelta(days=3))
    case = desk.read(case)
    assert case.state == "closed"
    before = snapshot(desk, case)
    desk.reply(case, COME_BACK)
    assert snapshot(desk, case) == before
    assert item_states(case) == ["ended"] * 3
    assert open_todos(case) == ["reply_after_end"]
    assert "open_new_case" in case.todos.get().answers
    [answer] = desk.mails(case, "after_end")
    assert answer.accepted_at
    assert "cannot be brought back" in answer.text
    desk.reply(case, COME_BACK + " Please!")
    assert len(desk.mails(case, "after_end")) == 1, "one automatic answer a day"


@pytest.mark.rule("R22")
def test_after_grace_no_agent_restores_either(desk):
    case = desk.confirm(desk.open())
    desk.go_to(PURGED)
    with pytest.raises(NotPossible):
        desk.do(restoration.restore, case)
    with pytest.raises(NotPossible):
        desk.do(restoration.request_restore, case)


# -- R23: thanks, doubt, and the purge ----------------------------------------------------------
@pytest.mark.rule("R23")
@pytest.mark.parametrize(
    "text",
    ["Thanks!", "Thank you very much, Mara. Kind regards, Rosa Vale", "Vielen Dank!\n\nMfG"],
)
def test_thanks_is_no_restore_and_no_work(down, text):
    desk, case = down()
    before = snapshot(desk, case)
    desk.reply(case, text)
    assert snapshot(desk, case) == before
    assert open_todos(case) == []
    desk.go_to(PURGED)
    assert desk.read(case).state == "closed"


@pytest.mark.rule("R23")
@pytest.mark.parametrize(
    "text",
    [
        "How could we restore our services?",
        "Please do not restore our services.",
        UNCLEAR,
        "If the price is right, please restore our services.",
        "ok",
    ],
)
def test_an_ambiguous_reply_goes_to_a_person_and_blocks_the_purge(down, text):
    desk, case = down()
    desk.reply(case, text)
    case = desk.read(case)
    assert case.state == "in_grace"
    assert open_todos(case) == ["restore_unclear"]
    assert set(case.todos.get().answers) == {"restore", "not_a_restore"}
    assert item_states(case) == ["suspended"] * 3
    desk.go_to(PURGED)
    leap(desk, days=10)
    assert desk.read(case).state == "in_grace", "a reply that came in time blocks the purge"
    desk.do(
        correspondence.resolve_todo, case, todo_id=case.todos.get().pk, resolution="not a restore"
    )
    desk.run()
    assert desk.read(case).state == "closed"


@pytest.mark.rule("R23")
def test_the_person_sees_the_words_that_decided(down):
    desk, case = down()
    desk.reply(case, "Hello. Should we perhaps restore our services? We wonder.")
    evidence = case.todos.get().evidence
    assert evidence["intent"] in ("question", "unclear")
    assert any("restore" in found["quote"] for found in evidence["evidence"])


@pytest.mark.rule("R23")
def test_read_late_a_reply_that_came_in_time_still_restores(down):
    """The purge waited for the person; so does the way back."""
    desk, case = down(END - timedelta(hours=2))
    desk.reply(case, UNCLEAR)
    desk.go_to(PURGED)
    leap(desk, days=4)
    desk.do(restoration.restore, case)
    desk.run()
    case = desk.read(case)
    assert case.state == "restored"
    assert case.restore_asked_at == END - timedelta(hours=2)
    assert open_todos(case) == []


@pytest.mark.rule("R23")
def test_a_reply_that_nobody_has_read_yet_blocks_the_purge(down):
    desk, case = down(END - SECOND)
    mail = desk.reply(case, COME_BACK, From=f"{desk.contact.email}, x@example.net")
    assert mail.disposition == "quarantined"
    desk.go_to(PURGED)
    leap(desk, days=10)
    assert desk.read(case).state == "in_grace"
    assert item_states(case) == ["suspended"] * 3


# -- R24: who restores --------------------------------------------------------------------------
@pytest.mark.rule("R24")
def test_a_contact_without_the_right_does_not_restore(desk):
    clerk = factories.make_contact(customer=desk.customer, owner=False)
    case = in_grace(desk)
    desk.reply(case, COME_BACK, sender=clerk.email)
    case = desk.read(case)
    assert case.state == "in_grace"
    assert open_todos(case) == ["restore_unauthorised"]
    desk.do(restoration.restore, case)
    desk.run()
    case = desk.read(case)
    assert (case.state, open_todos(case)) == ("restored", []), "after a person verified it"


@pytest.mark.rule("R24")
def test_another_contact_with_the_right_restores(desk):
    partner = factories.make_contact(customer=desk.customer, owner=False, may_restore=True)
    case = in_grace(desk)
    desk.reply(case, COME_BACK, sender=partner.email)
    assert desk.read(case).state == "restored"


STRANGERS = {
    "a stranger": {"sender": "stranger@example.net"},
    "a contact of another customer": {"sender": "other"},
    "a removed contact": {"sender": "removed"},
    "the right address, unproven": {"authentic": False},
}


@pytest.mark.rule("R24")
@pytest.mark.parametrize("who", STRANGERS)
def test_a_reply_from_elsewhere_is_verified_first(down, who):
    desk, case = down()
    given = dict(STRANGERS[who])
    if given.get("sender") == "other":
        given["sender"] = factories.make_contact().email
    elif given.get("sender") == "removed":
        gone = factories.make_contact(customer=desk.customer, removed_at=desk.now)
        given["sender"] = gone.email
    desk.reply(case, COME_BACK, **given)
    case = desk.read(case)
    assert case.state == "in_grace"
    assert open_todos(case) == ["unverified_sender"]
    desk.do(replies.accept_reply, case, todo_id=case.todos.get().pk)
    assert desk.read(case).state == "restore_requested"
    assert open_todos(case) == ["restore_asked"], "and even then a person decides"
    desk.do(restoration.restore, case)
    desk.run()
    assert desk.read(case).state == "restored"


@pytest.mark.rule("R24")
def test_without_the_reply_token_a_person_decides(down):
    """The customer answered to our general address: the thread is known by our own ids alone."""
    desk, case = down()
    ours = desk.mails(case, "cancelled")[0]
    mail = desk.reply(case, COME_BACK, To=desk.brand.email_from, In_Reply_To=ours.message_id)
    assert mail.matched_by == "message_id"
    assert desk.read(case).state == "restore_requested"
    assert open_todos(case) == ["restore_asked"]


@pytest.mark.rule("R24")
def test_a_policy_may_ask_a_person_every_time():
    desk = Desk(policy={"restore_by_reply": False})
    case = in_grace(desk)
    desk.reply(case, COME_BACK)
    assert desk.read(case).state == "restore_requested"
    assert item_states(case) == ["suspended"] * 3


@pytest.mark.rule("R24")
def test_a_stranger_holds_the_purge_for_a_bounded_time_however_often_they_write(down):
    desk, case = down(END - timedelta(days=10))
    desk.reply(case, "Do not purge!", sender="stranger@example.net")
    desk.go_to(PURGED)
    assert desk.read(case).state == "in_grace", "it might be the customer"
    for _ in range(2):
        leap(desk, days=1.2)
        desk.reply(case, "Do not purge!!", sender="stranger@example.net")
    assert desk.read(case).state == "in_grace"
    leap(desk, days=0.8)
    assert desk.read(case).state == "closed", "three days after the deadline"

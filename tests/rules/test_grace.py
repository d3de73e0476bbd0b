"""R21 to R27: thirty days to come back, and the end."""

from datetime import date, datetime, timedelta

import pytest

from cases.actions import confirmation, correspondence, execution, replies, restoration, timers
from cases.actions.base import NotPossible
from cases.models import Event
from tests import factories
from tests.cases.build import Desk
from tests.rules.helpers import (
    bounce,
    chicago,
    item_states,
    leap,
    live_timers,
    open_todos,
    outcomes,
    purposes,
    snapshot,
)

pytestmark = pytest.mark.django_db

DONE = chicago(2026, 10, 21, 0, 1)
END = chicago(2026, 11, 21)  # the first instant after the last day, 20 November
SECOND = timedelta(seconds=1)
PURGED = END + timedelta(minutes=1)  # mail that is on its way gets a minute
COME_BACK = "Please restore our services."
UNCLEAR = "We are not sure yet. Maybe keep one of them?"


def in_grace(desk: Desk, at=None, **opening):
    case = desk.confirm(desk.open(**opening))
    desk.go_to(at or chicago(2026, 10, 25, 12))
    case = desk.read(case)
    assert case.state == "in_grace"
    return case


# -- R21: the window ----------------------------------------------------------------------------
@pytest.mark.rule("R21")
@pytest.mark.parametrize("processed_first", [True, False])
@pytest.mark.parametrize("before", [SECOND, timedelta(0)])
def test_a_reply_in_the_last_second_restores(desk, before, processed_first):
    """23:59:59 on the last day, and the tie at midnight too; read before or after the purge."""
    case = in_grace(desk, at=END - before)
    desk.reply(case, COME_BACK, process=processed_first)
    desk.now = PURGED + timedelta(minutes=10)
    timers.fire_due(now=desk.now)
    desk.run()
    case = desk.read(case)
    assert case.state == "restored"
    assert item_states(case) == ["active"] * 3


@pytest.mark.rule("R21")
@pytest.mark.parametrize("processed_first", [True, False])
def test_a_reply_one_second_later_does_not(desk, processed_first):
    case = in_grace(desk, at=END + SECOND)
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
    desk.do(execution.retry_item, case)
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
def test_in_grace_a_clear_reply_restores(desk):
    case = in_grace(desk)
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
def test_thanks_is_no_restore_and_no_work(desk, text):
    case = in_grace(desk)
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
def test_an_ambiguous_reply_goes_to_a_person_and_blocks_the_purge(desk, text):
    case = in_grace(desk)
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
def test_the_person_sees_the_words_that_decided(desk):
    case = in_grace(desk)
    desk.reply(case, "Hello. Should we perhaps restore our services? We wonder.")
    evidence = case.todos.get().evidence
    assert evidence["intent"] in ("question", "unclear")
    assert any("restore" in found["quote"] for found in evidence["evidence"])


@pytest.mark.rule("R23")
def test_read_late_a_reply_that_came_in_time_still_restores(desk):
    """The purge waited for the person; so does the way back."""
    case = in_grace(desk, at=END - timedelta(hours=2))
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
def test_a_reply_that_nobody_has_read_yet_blocks_the_purge(desk):
    case = in_grace(desk, at=END - SECOND)
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
def test_a_reply_from_elsewhere_is_verified_first(desk, who):
    case = in_grace(desk)
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
def test_without_the_reply_token_a_person_decides(desk):
    """The customer answered to our general address: the thread is known by our own ids alone."""
    case = in_grace(desk)
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
def test_a_stranger_holds_the_purge_for_a_bounded_time_however_often_they_write(desk):
    case = in_grace(desk, at=END - timedelta(days=10))
    desk.reply(case, "Do not purge!", sender="stranger@example.net")
    desk.go_to(PURGED)
    assert desk.read(case).state == "in_grace", "it might be the customer"
    for _ in range(2):
        leap(desk, days=1.2)
        desk.reply(case, "Do not purge!!", sender="stranger@example.net")
    assert desk.read(case).state == "in_grace"
    leap(desk, days=0.8)
    assert desk.read(case).state == "closed", "three days after the deadline"


# -- R25: a restore -----------------------------------------------------------------------------
@pytest.mark.rule("R25")
def test_a_restore_brings_back_exactly_what_was_cancelled_and_says_so(desk):
    first, second, third = desk.customer.items.order_by("pk")
    from accounts import services

    services.suspend_item(item=third, now=desk.now)  # for a reason of its own
    case = in_grace(desk, item_ids=[first.pk, second.pk])
    desk.reply(case, COME_BACK)
    case = desk.read(case)
    assert case.state == "restored"
    states = list(desk.customer.items.order_by("pk").values_list("status", flat=True))
    assert states == ["active", "active", "suspended"]
    assert outcomes(case) == ["restored", "restored"]
    assert purposes(case)[-1] == "restored"
    assert "works again" in desk.mails(case, "restored")[0].text


@pytest.mark.rule("R25")
def test_a_restore_ends_what_was_to_come(desk):
    case = in_grace(desk)
    desk.reply(case, COME_BACK)
    assert live_timers(case) == {}
    desk.pass_days(60)
    assert purposes(case) == ["confirmation", "cancelled", "restored"]
    assert item_states(case) == ["active"] * 3


@pytest.mark.rule("R25")
def test_a_final_notice_that_has_not_left_yet_never_leaves(desk, sink):
    case = in_grace(desk, at=chicago(2026, 11, 20, 8, 59))
    sink.always["MAIL"] = "451 not now"
    desk.go_to(chicago(2026, 11, 20, 9, 30))
    desk.reply(case, COME_BACK)
    sink.always.clear()
    leap(desk, days=1)
    assert desk.read(case).state == "restored"
    assert "final_notice" not in purposes(case)


@pytest.mark.rule("R25")
def test_asking_twice_restores_once(desk):
    case = in_grace(desk)
    desk.reply(case, COME_BACK)
    desk.reply(case, COME_BACK + " Did you get this?")
    before = snapshot(desk, case)
    desk.do(restoration.restore, case)
    desk.run()
    assert snapshot(desk, case) == before
    assert case.events.filter(kind="restored").count() == 1
    assert len(desk.mails(case, "restored")) == 1


@pytest.mark.rule("R25")
def test_what_was_ported_meanwhile_is_explained():
    from accounts import services

    desk = Desk(items=[{"kind": "number", "label": "Front desk number"}, {}])
    case = in_grace(desk)
    number = desk.customer.items.get(kind="number")
    services.finish_port(port=factories.make_port(item=number), now=desk.now)
    desk.reply(case, COME_BACK)
    case = desk.read(case)
    assert case.state == "restored"
    assert item_states(case) == ["suspended", "active"]
    assert outcomes(case) == ["lost", "restored"]
    [mail] = desk.mails(case, "restored")
    assert "1 of 2 services" in mail.text
    assert "Front desk number" in mail.text
    assert "ported to another carrier" in mail.text


@pytest.mark.rule("R25")
def test_a_restore_that_the_provider_refuses_is_repeated_not_announced(desk):
    case = in_grace(desk)
    desk.brand.provisioning = {"adapter": "sandbox", "fail_verbs": ["reactivate"]}
    desk.brand.save()
    desk.reply(case, COME_BACK)
    assert desk.read(case).state == "restoring"
    assert "restored" not in purposes(case)
    desk.brand.provisioning = {"adapter": "sandbox"}
    desk.brand.save()
    leap(desk, days=1)
    assert desk.read(case).state == "restored"


@pytest.mark.rule("R25")
def test_a_late_answer_to_the_first_order_restores_nothing(desk):
    """The provider took so long that another worker had asked again, and the customer is back."""
    from accounts.provisioning import Answer

    case = desk.confirm(desk.open())
    desk.now = DONE
    timers.fire_due(now=desk.now)
    slow = execution.claim_item(case_item_id=case.items.first().pk, now=desk.now)
    leap(desk, days=1)
    assert desk.read(case).state == "in_grace"
    desk.do(restoration.restore, case)
    execution.record_answer(case_item=slow, answer=Answer(status="done"), now=desk.now)
    assert outcomes(case) == ["reactivating"] * 3


# -- R26: leaving again -------------------------------------------------------------------------
@pytest.mark.rule("R26")
def test_leaving_again_is_a_new_request_with_a_new_notice(desk):
    first = in_grace(desk)
    desk.reply(first, COME_BACK)
    second = desk.open()
    assert second.pk != first.pk
    assert second.number != first.number
    second = desk.confirm(second)
    assert second.effective_on == date(2026, 11, 24), "thirty days after the second call"
    desk.go_to(chicago(2026, 11, 24, 0, 2))
    assert desk.read(second).state == "in_grace"
    assert desk.read(first).state == "restored"
    assert item_states(second) == ["suspended"] * 3


# -- R27: the end -------------------------------------------------------------------------------
@pytest.mark.rule("R27")
def test_the_final_notice_names_the_day_and_the_purge_follows_it(desk):
    case = in_grace(desk, at=END - SECOND)
    [notice] = desk.mails(case, "final_notice")
    assert notice.accepted_at == chicago(2026, 11, 20, 9)
    assert "20 November 2026" in notice.text
    assert "not be accessible after" in notice.text
    assert item_states(case) == ["suspended"] * 3, "nothing is purged before that day is over"
    desk.go_to(PURGED)
    case = desk.read(case)
    assert case.state == "closed"
    assert item_states(case) == ["ended"] * 3
    assert case.ended_at == PURGED


@pytest.mark.rule("R27")
def test_nothing_is_purged_before_the_notice_was_accepted(desk, sink):
    case = in_grace(desk)
    sink.always["MAIL"] = "451 not now"
    desk.go_to(END + timedelta(hours=40))
    assert item_states(case) == ["suspended"] * 3
    assert desk.read(case).state == "in_grace"
    sink.always.clear()
    leap(desk, days=0.23)  # the longest pause between two tries is five hours
    case = desk.read(case)
    assert case.state == "in_grace", "the customer has the rest of the day on which it arrived"
    assert case.grace_ends_at == chicago(2026, 11, 23)
    desk.reply(case, COME_BACK)
    assert desk.read(case).state == "restored"


@pytest.mark.rule("R27")
def test_after_a_late_notice_the_purge_follows_at_the_end_of_its_day(desk, sink):
    case = in_grace(desk)
    sink.always["MAIL"] = "451 not now"
    desk.go_to(END + timedelta(hours=40))
    sink.always.clear()
    leap(desk, days=0.23)  # the longest pause between two tries is five hours
    desk.go_to(chicago(2026, 11, 22, 23, 59, 59))
    assert desk.read(case).state == "in_grace"
    desk.go_to(chicago(2026, 11, 23, 0, 1))
    assert desk.read(case).state == "closed"
    assert len(desk.mails(case, "final_notice")) == 1


@pytest.mark.rule("R27")
def test_a_notice_that_is_written_late_names_its_own_day(desk):
    """The workers were down over the end of grace: a past day would be no notice."""
    case = in_grace(desk)
    desk.now = END + timedelta(days=2, hours=10)
    desk.run()
    case = desk.read(case)
    assert case.state == "in_grace"
    [notice] = desk.mails(case, "final_notice")
    assert "23 November 2026" in notice.text
    desk.go_to(chicago(2026, 11, 24, 0, 2))
    assert desk.read(case).state == "closed"


@pytest.mark.rule("R27")
def test_a_notice_that_bounced_is_no_notice(desk):
    case = in_grace(desk, at=chicago(2026, 11, 20, 12))
    bounce(desk, desk.mails(case, "final_notice")[0])
    leap(desk, days=30)
    case = desk.read(case)
    assert case.state == "in_grace"
    assert open_todos(case) == ["mail_undeliverable"]
    assert item_states(case) == ["suspended"] * 3


@pytest.mark.rule("R27")
def test_a_declined_wish_gives_back_the_time_that_was_left_and_a_new_notice(desk):
    case = in_grace(desk, at=END - timedelta(hours=30))
    desk.do(restoration.request_restore, case)
    leap(desk, days=5)
    assert desk.read(case).state == "restore_requested", "the purge is frozen"
    desk.do(restoration.decline_restore, case, reason="meant another account")
    desk.run()
    case = desk.read(case)
    assert case.grace_ends_at == chicago(2026, 11, 26), "30 hours on, to the end of that day"
    assert "25 November" in desk.mails(case, "restore_declined")[0].text
    desk.go_to(chicago(2026, 11, 26, 0, 1))
    assert desk.read(case).state == "closed"
    assert "25 November" in desk.mails(case, "final_notice")[-1].text


@pytest.mark.rule("R27")
def test_the_history_tells_the_end_in_order(desk):
    case = desk.confirm(desk.open())
    desk.go_to(PURGED)
    kinds = list(
        Event.objects.filter(case=case).order_by("sequence").values_list("kind", flat=True)
    )
    wanted = ["executed", "final_notice_delivered", "closed"]
    assert [kind for kind in kinds if kind in wanted] == wanted

"""While the desk waits for answers: dropped in the end, saved in the last minute, never by a
machine's note, and not at all when the mail did not arrive.
"""

from datetime import datetime, timedelta

import pytest

from cases.actions.timers import SETTLE
from tests import factories
from tests.journeys.customer import Mailbox
from tests.journeys.desk import Desk, assert_in_order
from tests.journeys.people import item_states

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
A_MOMENT = timedelta(seconds=1)
MISSING = "your answer is still missing"


def days_between(first: datetime, second: datetime) -> int:
    return round((second - first) / timedelta(days=1))


def test_dropped_after_two_reminders(desk: Desk) -> None:
    """Wholly by browser; here the clock alone moves, and beat and worker find what is due."""
    customer = desk.make_customer("Tamarind Foods")
    agent, box = desk.agent, desk.mailbox(customer)
    case = agent.take_call(customer, own_question="What becomes of the trunk?")
    asked_at = desk.wait_until_asked(case)
    # Each step waits for the mail before it: there is never more than one timer (G14).
    first_at = desk.wait_for_timer(case, "reminder_1")
    assert days_between(asked_at, first_at) == 3
    desk.pass_time(first_at + A_MOMENT)
    first = box.wait_for(MISSING)
    assert "What becomes of the trunk?" in first.text
    second_at = desk.wait_for_timer(case, "reminder_2")
    assert days_between(asked_at, second_at) == 7
    desk.pass_time(second_at + A_MOMENT)
    box.wait_for(MISSING, count=2)
    drop_at = desk.wait_for_timer(case, "drop")
    assert days_between(asked_at, drop_at) == 14
    agent.expect_state(case, "Waiting for answers")
    agent.expect_words("Dropped, unless answered,")

    desk.pass_time(drop_at + SETTLE + A_MOMENT)
    case = desk.wait_for_state(case, "dropped")
    dropped = box.wait_for("your cancellation was not processed")
    assert "your services go on" in dropped.text
    agent.expect_state(case, "Dropped")
    desk.expect_in_queue(case, "done")
    assert item_states(customer) == ["active"] * 2
    assert desk.outcomes(case) == ["kept"] * 2
    assert desk.timers(case) == {}
    assert_in_order(
        desk.events(case), "opened", "asked", "asked_delivered", "mail_reminder",
        "reminder_delivered", "mail_reminder", "reminder_delivered", "dropped", "mail_dropped",
    )  # fmt: skip
    assert "execution_started" not in desk.events(case)


def test_answered_just_in_time(desk: Desk) -> None:
    """Half a minute before the deadline is in time, whenever the desk gets to read it."""
    customer = desk.make_customer("Linden School")
    agent, box = desk.agent, desk.mailbox(customer)
    case = agent.take_call(customer, own_question="Which rooms keep their phones?")
    desk.wait_until_asked(case)
    desk.move_while(lambda: "drop" not in desk.timers(case), "the drop's timer")
    drop_at = desk.timers(case)["drop"]
    box.wait_for(MISSING, count=2)
    desk.pass_time(drop_at - timedelta(seconds=30))
    answer = box.reply(box.wait_for("we need 1 answer"), "The secretary's office, nobody else.")
    assert answer.received_at < drop_at
    desk.wait_for_state(case, "in_review")

    desk.pass_time(drop_at + SETTLE + A_MOMENT)
    desk.move("hour")
    agent.expect_state(case, "Customer answered")
    agent.expect_words("The secretary's office, nobody else.")
    agent.note_answer(case, "The secretary's office")
    assert desk.read(case).state == "in_review"
    assert desk.timers(case) == {}
    assert "dropped" not in desk.events(case)
    assert not any("not processed" in subject for subject in box.subjects())


def test_an_out_of_office_note_does_not_count(desk: Desk) -> None:
    customer = desk.make_customer("Harbor Clinic")
    agent, box = desk.agent, desk.mailbox(customer)
    case = agent.take_call(customer)
    assert case.state == "intake"
    agent.ask(case, "Who takes the night line?")
    desk.wait_until_asked(case)
    timers = desk.timers(case)
    note = box.reply_by_machine(box.wait_for("we need 1 answer"), "I am away. Please restore.")
    assert note.kind == "auto_reply"
    assert note.disposition == "automatic"
    assert desk.read(case).state == "awaiting_customer"
    assert desk.timers(case) == timers
    agent.go("/desk/mail/?is=automatic")
    agent.expect_words(customer.contacts.get().name)

    desk.move_until(case, "dropped")
    box.wait_for(MISSING, count=2)
    box.wait_for("your cancellation was not processed")
    agent.expect_state(case, "Dropped")
    assert item_states(customer) == ["active"] * 2
    assert_in_order(desk.events(case), "asked_delivered", "automatic_mail", "mail_reminder",
                    "mail_reminder", "dropped")  # fmt: skip
    assert "reply_filed" not in desk.events(case)


def test_a_bounce_stops_the_drop_clock(desk: Desk) -> None:
    """Nobody is dropped because a mail did not reach them; a person is asked."""
    customer = desk.make_customer("Oakline Logistics", email="bounce+rosa@oakline.example.com")
    ben = factories.make_contact(customer=customer, owner=False, name="Ben Oakline",
                                 email="ben@oakline.example.com")  # fmt: skip
    agent = desk.agent
    case = agent.take_call(customer, own_question="Is the depot's line ported?")
    desk.stack.wait_for(lambda: desk.read(case).ask_paused_because, "the bounce")
    assert desk.timers(case) == {}
    assert desk.open_todos(case) == ["mail_undeliverable"]
    for _ in range(3):
        desk.move("week")
    assert desk.read(case).state == "awaiting_customer"
    assert desk.mailbox(customer).subjects() == ["we need 1 answer to go on with your cancellation"]
    agent.expect_state(case, "Waiting for answers")
    agent.expect_words("The drop clock stands still", "does not arrive")
    desk.expect_in_queue(case, "us")

    agent.choose_contact(case, ben.name)
    agent.press(case, "Send again")
    box = Mailbox(desk.stack, ben.email, name=ben.name)
    asked = box.wait_for("we need 1 answer")
    asked_at = desk.wait_until_asked(case)
    assert days_between(asked_at, desk.wait_for_timer(case, "reminder_1")) == 3
    assert desk.open_todos(case) == []
    box.reply(asked, "No, it is not.")
    desk.wait_for_state(case, "in_review")
    assert_in_order(
        desk.events(case), "asked_delivered", "mail_undelivered", "drop_paused", "contact_chosen",
        "sent_again", "asked_delivered", "mail_received", "reply_filed",
    )  # fmt: skip

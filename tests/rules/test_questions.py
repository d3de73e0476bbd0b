"""R8 to R12: what is missing, who answers, and what becomes of silence."""

from datetime import date, timedelta

import pytest

from cases.actions import contact, information
from cases.actions.base import NotPossible
from tests import factories
from tests.cases.build import CALL, Desk
from tests.rules.helpers import (
    DROP_DUE,
    PORTING,
    SECOND,
    USERS,
    bounce,
    bring_to,
    chicago,
    live_timers,
    open_todos,
    outcomes,
    purposes,
    snapshot,
    store,
)

pytestmark = pytest.mark.django_db


# -- R8: asking ---------------------------------------------------------------------------------
@pytest.mark.rule("R8")
def test_what_is_missing_is_asked_by_email(desk, sink):
    case = desk.ask(desk.open(), USERS, PORTING)
    assert case.state == "awaiting_customer"
    [message] = sink.messages
    assert message["To"].addresses[0].addr_spec == desk.contact.email
    assert message["Reply-To"] == f"reply+{case.thread.token}@{desk.brand.reply_domain}"
    body = message.get_body(("plain",)).get_content()
    assert "1. Who used these services?" in body
    assert "2. Do you keep your numbers elsewhere?" in body
    assert case.number in body


@pytest.mark.rule("R8")
def test_there_is_nothing_to_ask_without_a_question(desk):
    with pytest.raises(NotPossible, match="Nothing to ask"):
        desk.do(information.request_information, desk.open())


# -- R9: reminders and the drop -----------------------------------------------------------------
@pytest.mark.rule("R9")
def test_reminders_on_day_3_and_7_and_the_drop_on_day_14(desk):
    case = desk.ask(desk.open())
    desk.go_to(DROP_DUE - SECOND)
    assert desk.read(case).state == "awaiting_customer"
    reminders = [mail.accepted_at for mail in desk.mails(case, "reminder")]
    assert reminders == [chicago(2026, 9, 24, 10), chicago(2026, 9, 28, 10)]
    desk.go_to(DROP_DUE + timedelta(minutes=2))
    case = desk.read(case)
    assert case.state == "dropped"
    assert purposes(case) == ["questions", "reminder", "reminder", "dropped"]
    [told] = desk.mails(case, "dropped")
    assert "was dropped" in told.text
    assert "5 October" in desk.mails(case, "reminder")[0].text, "the reminder named the day"


@pytest.mark.rule("R9")
def test_the_days_are_the_policys():
    desk = Desk(policy={"reminder_days": [2], "drop_after_days": 5})
    case = desk.ask(desk.open())
    desk.pass_days(4.9)
    assert purposes(case) == ["questions", "reminder"]
    assert desk.read(case).state == "awaiting_customer"
    desk.pass_days(0.2)
    assert desk.read(case).state == "dropped"


@pytest.mark.rule("R9")
def test_an_answer_ends_the_reminders_and_the_drop(desk):
    case = desk.ask(desk.open())
    desk.pass_days(4)
    desk.reply(case, "Mara and Jo did.")
    assert desk.read(case).state == "in_review"
    assert live_timers(case) == {}
    desk.pass_days(30)
    assert purposes(case) == ["questions", "reminder"]
    assert desk.read(case).state == "in_review"


@pytest.mark.rule("R9")
def test_a_reminder_that_could_not_leave_before_the_answer_does_not_leave_after_it(desk, sink):
    case = desk.ask(desk.open())
    sink.always["MAIL"] = "451 not now"
    desk.go_to(chicago(2026, 9, 24, 10))
    desk.reply(case, "Mara and Jo did.")
    sink.always.clear()
    desk.pass_days(2)
    assert purposes(case) == ["questions"]


# -- R10: a drop changes nothing ----------------------------------------------------------------
@pytest.mark.rule("R10")
def test_a_dropped_case_leaves_services_bills_and_dates_alone(desk):
    factories.make_bill(customer=desk.customer)
    case = desk.ask(desk.open(wished_on=date(2026, 12, 1)))
    services = list(desk.customer.items.order_by("pk").values())
    bills = list(desk.customer.bills.values())
    desk.pass_days(120)
    case = desk.read(case)
    assert case.state == "dropped"
    assert list(desk.customer.items.order_by("pk").values()) == services
    assert list(desk.customer.bills.values()) == bills
    assert (case.effective_on, case.confirmed_at, case.executed_at) == (None, None, None)
    assert not case.promises.exists()
    assert live_timers(case) == {}
    assert set(outcomes(case)) == {"kept"}
    desk.open()  # and the services are free for another call


# -- R11: machines answer nothing ---------------------------------------------------------------
def out_of_office(desk, case):
    desk.reply(
        case,
        "I am out of the office until Monday and restore, cancel, stay as you wish.",
        Auto_Submitted="auto-replied",
        Subject=f"Automatic reply: {case.number}",
    )


def german_out_of_office(desk, case):
    desk.reply(
        case,
        "Vielen Dank für Ihre Nachricht. Ich bin bis zum 12.10. nicht im Büro.",
        Subject="Automatische Antwort: Ihre Kündigung",
        X_Auto_Response_Suppress="All",
    )


def german_absence_without_a_mark(desk, case):
    desk.reply(
        case,
        "Ich bin derzeit nicht im Büro und lese meine E-Mails ab Montag wieder.",
        Subject="Abwesenheitsnotiz: Ihre Kündigung",
        Precedence="auto_reply",
    )


def report_of_a_delay(desk, case):
    bounce(desk, case.thread.emails.order_by("-id").first(), status="4.4.7", action="delayed")


def our_own_mail(desk, case):
    ours = case.thread.emails.order_by("id").first()
    desk.reply(case, ours.text, sender=ours.from_email, Message_ID=ours.message_id)


def report_of_nothing(desk, case):
    """A bounce that names no mail of ours."""
    raw = f"""From: mailer-daemon@mx.example.com
To: {case.thread.token}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; someone@elsewhere.example.com
Action: failed
Status: 5.1.1
--b--
"""
    store(
        desk,
        raw,
        recipient=f"reply+{case.thread.token}@{desk.brand.reply_domain}",
        envelope_from="",
    )


MACHINES = [
    out_of_office,
    german_out_of_office,
    german_absence_without_a_mark,
    report_of_a_delay,
    our_own_mail,
    report_of_nothing,
]


@pytest.mark.rule("R11")
@pytest.mark.parametrize(
    "stage", ["awaiting_customer", "dropped", "scheduled", "in_grace", "closed"]
)
def test_automatic_mail_moves_nothing(desk, stage):
    case = bring_to(desk, stage)
    before, sent, timers_before = snapshot(desk, case), purposes(case), live_timers(case)
    for write in MACHINES:
        write(desk, case)
        assert snapshot(desk, case) == before, write.__name__
        assert open_todos(case) == [], write.__name__
    assert live_timers(case) == timers_before
    assert purposes(case) == sent, "a machine gets no answer"
    assert set(case.events.filter(kind="reply_filed")) == set()


@pytest.mark.rule("R11")
def test_an_out_of_office_note_does_not_stop_the_drop(desk):
    case = desk.ask(desk.open())
    desk.pass_days(1)
    out_of_office(desk, case)
    german_out_of_office(desk, case)
    desk.go_to(DROP_DUE + timedelta(minutes=2))
    assert desk.read(case).state == "dropped"


@pytest.mark.rule("R11")
def test_the_same_words_from_a_person_are_an_answer(desk):
    """The counter-proof: without a machine's marks the mail counts."""
    case = desk.ask(desk.open())
    desk.reply(case, "Mara and Jo did. We keep no numbers.")
    assert desk.read(case).state == "in_review"


# -- R12: a question that never arrived ---------------------------------------------------------
@pytest.mark.rule("R12")
def test_a_bounced_question_stops_the_clock_and_asks_a_person(desk):
    case = desk.ask(desk.open())
    desk.pass_days(1)
    bounce(desk, desk.mails(case, "questions")[0])
    case = desk.read(case)
    assert case.ask_paused_because
    assert live_timers(case) == {}
    assert open_todos(case) == ["mail_undeliverable"]
    assert case.turn == "us"
    desk.pass_days(60)
    case = desk.read(case)
    assert case.state == "awaiting_customer", "nobody is dropped for what never reached them"
    assert purposes(case) == ["questions"]


@pytest.mark.rule("R12")
def test_a_bounced_reminder_stops_the_clock_too(desk):
    case = desk.ask(desk.open())
    desk.pass_days(4)
    bounce(desk, desk.mails(case, "reminder")[0])
    desk.pass_days(60)
    assert desk.read(case).state == "awaiting_customer"


@pytest.mark.rule("R12")
def test_a_question_refused_at_the_door_starts_no_clock(desk, sink):
    sink.always["RCPT"] = "550 5.1.1 no such user"
    case = desk.ask(desk.open())
    assert case.asked_at is None
    assert open_todos(case) == ["mail_undeliverable"]
    desk.pass_days(60)
    assert desk.read(case).state == "awaiting_customer"


@pytest.mark.rule("R12")
def test_the_clock_starts_when_the_question_is_accepted_not_when_it_is_asked(desk, sink):
    sink.always["RCPT"] = "451 4.7.1 come back later"
    case = desk.ask(desk.open())
    assert live_timers(case) == {}
    desk.pass_days(1)
    sink.always.clear()
    desk.pass_days(1)
    case = desk.read(case)
    assert case.asked_at is not None
    assert case.asked_at > CALL + timedelta(days=1)
    assert live_timers(case)["reminder_1"] == case.asked_at + timedelta(days=3)


@pytest.mark.rule("R12")
@pytest.mark.parametrize("lost", ["questions", "reminder"])
def test_sent_again_the_clock_starts_afresh(desk, lost):
    case = desk.ask(desk.open())
    desk.pass_days(5)
    bounce(desk, desk.mails(case, lost)[0])
    desk.pass_days(5)
    desk.do(contact.send_again, case)
    desk.run()
    case = desk.read(case)
    assert open_todos(case) == []
    assert case.asked_at == CALL + timedelta(days=10)
    assert live_timers(case) == {"reminder_1": CALL + timedelta(days=13)}
    desk.pass_days(13.9)
    assert desk.read(case).state == "awaiting_customer"
    desk.pass_days(0.2)
    assert desk.read(case).state == "dropped"


@pytest.mark.rule("R12")
def test_another_contact_is_not_dropped_for_what_the_first_one_was_asked(desk, sink):
    case = desk.ask(desk.open())
    desk.pass_days(10)
    partner = factories.make_contact(customer=desk.customer)
    desk.do(contact.choose_contact, case, contact=partner)
    assert open_todos(case) == ["mail_undeliverable"]
    desk.pass_days(30)
    assert desk.read(case).state == "awaiting_customer"
    desk.do(contact.send_again, case)
    desk.run()
    assert sink.messages[-1]["To"].addresses[0].addr_spec == partner.email
    assert live_timers(case) == {"reminder_1": chicago(2026, 11, 3, 10)}, "its own three days"

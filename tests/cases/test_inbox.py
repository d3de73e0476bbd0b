"""What mail means for a case: accepted, refused, bounced, filed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact
from cases.actions import confirmation, filing, information
from cases.models import Event
from cases.queries.history import verify_history
from notifications import outbox
from notifications.models import Email
from tests.cases.build import QUESTION, Desk
from tests.rules.helpers import bounce, chicago, leap, live_timers, open_todos

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, sink) -> Desk:
    return Desk()


def test_every_person_s_mail_gets_its_disposition(desk):
    case = desk.ask(desk.open())
    mail = desk.reply(case, "Mara did.")
    assert (mail.disposition, mail.kind, mail.matched_by) == ("answer", "human", "token")
    assert case.events.get(kind="mail_received").data["level"] == 2


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ({}, 2),
        ({"authentic": False}, 0),
        ({"sender": "stranger@example.net"}, 0),
    ],
)
def test_how_far_a_mail_is_trusted(desk, given, level):
    case = desk.confirm(desk.open())
    desk.reply(case, "Thanks!", **given)
    assert case.events.get(kind="mail_received").data["level"] == level


def test_the_token_of_one_customer_is_worth_nothing_to_another(desk):
    """A contact of another customer writes to this case, with all proofs of their own."""
    case, other = desk.ask(desk.open()), Desk()
    desk.reply(case, "Mara did.", sender=other.contact.email)
    assert open_todos(case) == ["unverified_sender"]
    assert desk.read(case).state == "awaiting_customer"


def test_mail_in_no_thread_touches_no_case(desk):
    case = desk.ask(desk.open())
    version = desk.read(case).version
    mail = desk.reply(case, f"About {case.number}", To=desk.brand.email_from)
    assert mail.disposition == "unmatched"
    assert desk.read(case).version == version


def test_an_agent_files_it_by_hand(desk):
    case = desk.ask(desk.open())
    mail = desk.reply(case, "Mara did.", To=desk.brand.email_from)
    filing.file_mail(inbound_id=mail.pk, case_id=case.pk, actor=desk.actor, now=desk.now)
    mail.refresh_from_db()
    assert (mail.disposition, mail.thread_id) == ("answer", case.thread_id)
    assert desk.read(case).state == "in_review"


def test_a_mail_that_was_read_late_restores_when_it_is_filed_by_hand(desk):
    case = desk.confirm(desk.open())
    desk.pass_days(33)
    mail = desk.reply(case, "Please restore our services.", To=desk.brand.email_from)
    filing.file_mail(inbound_id=mail.pk, case_id=case.pk, actor=desk.actor, now=desk.now)
    assert desk.read(case).state == "restore_requested"


def test_accepted_mail_is_told_quietly(desk):
    """A page that is open while a mail leaves is not outdated by it."""
    case = desk.open()
    desk.confirm(case)
    version = desk.read(case).version
    desk.run()
    assert case.events.filter(kind="mail_accepted").count() == 1
    assert desk.read(case).version == version


def test_the_mails_of_many_cases_are_told_together(sink, django_assert_max_num_queries):
    """Beside its own page a mail costs no statement; seen to fail with a `Work` for each case."""
    desk = Desk(items=8)
    cases = [desk.open(item_ids=[item.pk]) for item in desk.customer.items.order_by("pk")]
    for case in cases[::2]:
        desk.do(information.request_information, case, questions=[QUESTION])
    for case in cases[1::2]:
        desk.do(confirmation.confirm, case)
    later = Email.objects.filter(thread__case__in=cases[2:])
    later.update(next_attempt_at=desk.now + timedelta(hours=1))
    with CaptureQueriesContext(connection) as first:
        assert outbox.deliver_due(now=desk.now) == 2
    with django_assert_max_num_queries(len(first) + 4):
        assert outbox.deliver_due(now=desk.now + timedelta(hours=1)) == 6
    told = Event.objects.filter(kind__in=["asked_delivered", "mail_accepted"])
    assert sorted(told.values_list("case", flat=True)) == [case.pk for case in cases]
    assert list(verify_history()) == []
    assert [list(live_timers(case)) for case in cases] == [["reminder_1"], ["execute"]] * 4


def test_a_bounce_of_any_mail_asks_a_person_once(desk):
    case = desk.confirm(desk.open())
    [mail] = desk.mails(case, "confirmation")
    bounce(desk, mail)
    bounce(desk, mail)
    assert open_todos(case) == ["mail_undeliverable"]
    assert case.events.filter(kind="mail_undelivered").count() == 1


def test_a_bounced_confirmation_holds_the_date(desk):
    case = desk.confirm(desk.open())
    bounce(desk, desk.mails(case, "confirmation")[0])
    desk.go_to(live_timers(case)["execute"])
    desk.pass_days(0.01)
    assert desk.read(case).state == "scheduled"


def test_a_final_notice_of_unknown_fate_asks_a_person_and_purges_nothing(desk, sink):
    """The server fell silent after the final dot: a last notice is not sent twice by itself."""
    case = desk.confirm(desk.open())
    desk.go_to(chicago(2026, 11, 20, 8, 59))
    sink.script["DATA"].append("drop")
    desk.go_to(chicago(2026, 11, 20, 9, 1))
    [notice] = desk.mails(case, "final_notice")
    assert notice.status == Email.Status.UNKNOWN
    assert open_todos(case) == ["mail_undeliverable"]
    leap(desk, days=20)
    assert desk.read(case).state == "in_grace"
    assert len(sink.seen) == len(sink.accepted) + 1, "and it was tried once"


def test_mail_goes_to_the_address_on_the_case_alone(desk):
    case = desk.open()
    desk.confirm(case)
    email = desk.mails(case, "confirmation")[0]
    from cases.actions.mail import check_recipients

    assert check_recipients([email]) == {}
    Contact.objects.filter(pk=desk.contact.pk).update(email="other@example.com")
    assert "changed" in check_recipients([email])[email.pk]
    Contact.objects.filter(pk=desk.contact.pk).update(email=email.to_email, removed_at=desk.now)
    assert "removed" in check_recipients([email])[email.pk]


def test_an_email_of_no_case_is_left_alone(desk):
    thread = outbox.open_thread(now=desk.now)
    email = outbox.queue(
        key="test:1",
        purpose="other",
        thread=thread,
        from_name="A",
        from_email="a@example.com",
        reply_to="",
        to_name="B",
        to_email="b@example.com",
        subject="s",
        text="t",
        html="",
        now=desk.now,
    )
    assert outbox.deliver_one(email_id=email.pk, now=desk.now)

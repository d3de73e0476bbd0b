"""Who the desk writes to."""

import pytest

from cases.actions import contact, information
from cases.actions.base import NotPossible
from tests import factories
from tests.cases.build import Desk
from tests.rules.helpers import bounce, chicago, leap, open_todos, purposes

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, sink) -> Desk:
    return Desk()


def test_another_contact_is_verified_afresh(desk):
    case = desk.open()
    partner = factories.make_contact(customer=desk.customer)
    case = desk.do(contact.choose_contact, case, contact=partner)
    assert (case.contact, case.verified_at) == (partner, None)
    with pytest.raises(NotPossible, match="has not been verified"):
        desk.confirm(case)


@pytest.mark.parametrize("who", ["foreign", "removed", "same"])
def test_refused_contacts(desk, who):
    case = desk.open()
    chosen = {
        "foreign": lambda: factories.make_contact(),
        "removed": lambda: factories.make_contact(customer=desk.customer, removed_at=desk.now),
        "same": lambda: desk.contact,
    }[who]()
    with pytest.raises(NotPossible):
        desk.do(contact.choose_contact, case, contact=chosen)


def test_nothing_to_send_again(desk):
    with pytest.raises(NotPossible, match="no undelivered mail"):
        desk.do(contact.send_again, desk.open())


def test_sent_again_to_the_contact_as_it_is_now(desk, sink):
    case = desk.ask(desk.open())
    bounce(desk, desk.mails(case, "questions")[0])
    partner = factories.make_contact(customer=desk.customer)
    desk.do(contact.choose_contact, case, contact=partner)
    desk.do(contact.send_again, case)
    desk.run()
    first, second = desk.mails(case, "questions")
    assert sink.messages[-1]["To"].addresses[0].addr_spec == partner.email
    assert second.subject == first.subject
    assert f"Hello {partner.name}" in second.text
    assert second.message_id != first.message_id
    assert open_todos(case) == []
    assert desk.read(case).ask_paused_because == ""


def test_another_confirmation_is_repeated_word_for_word(desk):
    case = desk.confirm(desk.open())
    bounce(desk, desk.mails(case, "confirmation")[0])
    desk.do(contact.send_again, case)
    desk.run()
    first, second = desk.mails(case, "confirmation")
    assert (second.text, second.html) == (first.text, first.html)
    assert second.accepted_at == desk.now


def test_a_final_notice_sent_again_lets_the_case_close(desk):
    case = desk.confirm(desk.open())
    desk.go_to(chicago(2026, 11, 20, 12))
    bounce(desk, desk.mails(case, "final_notice")[0])
    leap(desk, days=2)
    assert desk.read(case).state == "in_grace"
    desk.do(contact.send_again, case)
    desk.run()
    leap(desk, days=1)
    case = desk.read(case)
    assert case.state == "closed"
    assert purposes(case).count("final_notice") == 2


def test_mail_queued_for_an_address_that_changed_does_not_leave(desk, sink):
    sink.always["MAIL"] = "451 not now"
    case = desk.ask(desk.open())
    desk.contact.email = "new@example.com"
    desk.contact.save()
    sink.always.clear()
    leap(desk, days=0.1)
    assert sink.messages == []
    assert open_todos(case) == ["mail_undeliverable"]
    desk.do(contact.send_again, case)
    desk.run()
    assert sink.messages[-1]["To"].addresses[0].addr_spec == "new@example.com"
    assert desk.read(case).asked_at == desk.now


def test_a_case_without_a_contact_cannot_ask(desk):
    case = desk.open(contact=None, checks=[])
    with pytest.raises(NotPossible, match="choose a contact"):
        desk.do(information.request_information, case, questions=[{"key": "a", "text": "?"}])

"""R16 to R19: the promise, what it costs, and how it is moved."""

from datetime import date
from decimal import Decimal

import pytest

from cases.actions import confirmation, information, intake
from cases.actions.base import NotPossible
from cases.models.planning import plan_case
from tests import factories
from tests.cases.build import QUESTION, Desk
from tests.rules.helpers import chicago, live_timers, purposes

pytestmark = pytest.mark.django_db

EARLIEST = date(2026, 10, 21)


def text_of_confirmation(desk, case) -> str:
    return desk.mails(case, "confirmation")[-1].text


# -- R16: only after the details are confirmed --------------------------------------------------
@pytest.mark.rule("R16")
def test_no_confirmation_while_a_question_is_open(desk):
    case = desk.open(questions=[QUESTION])
    with pytest.raises(NotPossible, match="has not answered"):
        desk.confirm(case)
    case = desk.ask(case)
    with pytest.raises(NotPossible):
        desk.confirm(case)
    desk.reply(case, "Mara did.")
    with pytest.raises(NotPossible, match="has not answered"):
        desk.confirm(case)
    assert desk.mails(case, "confirmation") == []
    assert desk.read(case).effective_on is None
    desk.do(information.answer_question, case, question_id=case.questions.get().pk, answer="Mara")
    assert desk.confirm(case).state == "scheduled"
    assert purposes(case) == ["questions", "confirmation"]


@pytest.mark.rule("R16")
def test_no_confirmation_before_the_caller_is_verified(desk):
    case = desk.open(checks=[])
    with pytest.raises(NotPossible, match="has not been verified"):
        desk.confirm(case)
    assert desk.mails(case) == []
    desk.do(intake.verify_caller, case, contact=desk.contact, checks=["Callback"])
    assert desk.confirm(case).state == "scheduled"


@pytest.mark.rule("R16")
def test_who_may_not_cancel_is_not_verified_by_any_check(desk):
    clerk = factories.make_contact(customer=desk.customer, owner=False)
    case = desk.open(contact=clerk)
    with pytest.raises(NotPossible, match="has not been verified"):
        desk.confirm(case)
    with pytest.raises(NotPossible, match="may not cancel"):
        desk.do(intake.verify_caller, case, contact=clerk, checks=["Account PIN"])


@pytest.mark.rule("R16")
def test_no_reply_by_mail_confirms(desk):
    """Only a verified caller does; the customer's mail answers questions at most."""
    case = desk.ask(desk.open())
    desk.reply(case, "Yes, I confirm. Please cancel everything on the earliest date.")
    case = desk.read(case)
    assert case.state == "in_review"
    assert case.confirmed_at is None


@pytest.mark.rule("R16")
def test_the_confirmation_holds_the_date_the_buyout_and_the_steps(sink):
    desk = Desk(
        items=[
            {"kind": "licence", "product": "x2", "assigned_to": "Jo Fern", "label": "X2 of Jo"},
            {"monthly_price": Decimal("20.00")},
            {},
        ]
    )
    licence, phone, _ = desk.customer.items.order_by("pk")
    factories.make_contract(customer=desk.customer, items=[phone], monthly_amount=Decimal("100.00"))
    case = desk.confirm(desk.open(item_ids=[licence.pk, phone.pk]))
    message = sink.messages[-1]
    plain = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    fee = plan_case(case, now=desk.now).fee
    assert fee.amount == Decimal("600.00"), "November to March, and the rest of October"
    for body in (plain, html):
        assert "21 October 2026" in body
        assert "600.00" in body
        assert "Jo Fern" in body, "what has to be done first, for this account"
    assert case.promises.get().fee == Decimal("600.00")


# -- R17: nothing that does not apply -----------------------------------------------------------
@pytest.mark.rule("R17")
def test_without_a_fee_its_section_is_missing(desk):
    case = desk.confirm(desk.open())
    [mail] = desk.mails(case, "confirmation")
    for body in (mail.text, mail.html):
        assert "buy-out" not in body.lower()
        assert "fee" not in body.lower()
    assert case.promises.get().fee is None, "absent, not nought"


@pytest.mark.rule("R17")
def test_without_steps_their_section_is_missing(desk):
    case = desk.confirm(desk.open())
    [mail] = desk.mails(case, "confirmation")
    assert "what you should do" not in (mail.text + mail.html).lower()


@pytest.mark.rule("R17")
def test_the_steps_come_from_what_blocks_now(desk):
    """The licence was unassigned between the two confirmations: the second asks for nothing."""
    desk = Desk(items=[{"kind": "licence", "assigned_to": "Jo Fern"}, {}])
    licence, _ = desk.customer.items.order_by("pk")
    case = desk.confirm(desk.open(item_ids=[licence.pk]))
    assert "Jo Fern" in text_of_confirmation(desk, case)
    licence.assigned_to = ""
    licence.save()
    desk.do(confirmation.reschedule, case, wished_on=date(2026, 11, 2), reason="later")
    assert "Jo Fern" not in text_of_confirmation(desk, case)


# -- R18: the buy-out ---------------------------------------------------------------------------
TERM_ENDS = date(2026, 12, 31)


def contracted(**given) -> Desk:
    desk = Desk(**given)
    factories.make_contract(
        customer=desk.customer, ends_on=TERM_ENDS, monthly_amount=Decimal("100.00")
    )
    return desk


@pytest.mark.rule("R18")
@pytest.mark.parametrize(
    ("wished", "fee"),
    [
        (EARLIEST, Decimal("300.00")),  # 21 October to 31 December: three started months
        (date(2026, 12, 1), Decimal("100.00")),
        (date(2026, 12, 30), Decimal("100.00")),  # the day before
        (TERM_ENDS, None),
        (date(2027, 1, 1), None),
    ],
)
def test_the_fee_is_that_of_the_effective_date(wished, fee):
    desk = contracted()
    case = desk.confirm(desk.open(wished_on=wished))
    assert case.promises.get().fee == fee
    text = text_of_confirmation(desk, case)
    assert ("BUY-OUT FEE" in text) is (fee is not None)


@pytest.mark.rule("R18")
def test_it_is_not_that_of_the_call_nor_of_the_confirmation():
    desk = contracted()
    case = desk.open(wished_on=date(2026, 12, 1))
    desk.pass_days(20)
    assert desk.confirm(case).promises.get().fee == Decimal("100.00")


@pytest.mark.rule("R18")
def test_the_end_of_the_term_is_offered_and_costs_no_fee():
    desk = contracted()
    case = desk.open()
    plan = plan_case(case, now=desk.now)
    offered = {option.key: option for option in plan.options}
    assert offered["end_of_term"].on == TERM_ENDS
    assert offered["end_of_term"].fee is None
    assert offered["earliest"].fee.amount == Decimal("300.00")


@pytest.mark.rule("R18")
def test_without_a_contract_over_the_scope_there_is_none():
    desk = Desk()
    first, second, _ = desk.customer.items.order_by("pk")
    factories.make_contract(customer=desk.customer, items=[second], ends_on=TERM_ENDS)
    case = desk.confirm(desk.open(item_ids=[first.pk]))
    assert case.promises.get().fee is None


# -- R19: another date --------------------------------------------------------------------------
@pytest.mark.rule("R19")
def test_another_date_computes_all_again_and_supersedes():
    desk = contracted()
    case = desk.confirm(desk.open())
    desk.pass_days(3)
    desk.do(
        confirmation.reschedule, case, wished_on=date(2026, 12, 1), reason="the move is delayed"
    )
    desk.run()
    case = desk.read(case)
    first, second = case.promises.order_by("number")
    assert (first.effective_on, first.fee) == (EARLIEST, Decimal("300.00"))
    assert first.superseded_at == desk.now
    assert (second.effective_on, second.fee) == (date(2026, 12, 1), Decimal("100.00"))
    assert second.superseded_at is None
    assert second.last_bill == Decimal("45.00")
    assert live_timers(case) == {"execute": chicago(2026, 12, 1)}
    mail = desk.mails(case, "confirmation")[-1]
    assert "new date" in mail.subject
    assert "1 December 2026" in mail.text
    assert "replaces the date that we confirmed before" in mail.text
    assert "100.00" in mail.text


@pytest.mark.rule("R19")
def test_nothing_happens_on_the_old_date(desk):
    case = desk.confirm(desk.open())
    desk.do(confirmation.reschedule, case, wished_on=date(2026, 12, 1), reason="later")
    desk.go_to(chicago(2026, 11, 30, 23, 59))
    assert desk.read(case).state == "scheduled"
    desk.go_to(chicago(2026, 12, 1, 0, 2))
    assert desk.read(case).state == "in_grace"
    assert purposes(case) == ["confirmation", "confirmation", "cancelled"]


@pytest.mark.rule("R19")
def test_back_to_the_first_date_is_a_promise_of_its_own(desk):
    case = desk.confirm(desk.open())
    desk.do(confirmation.reschedule, case, wished_on=date(2026, 12, 1), reason="later")
    desk.run()
    desk.do(confirmation.reschedule, case, wished_on=EARLIEST, reason="as before after all")
    desk.run()
    assert case.promises.count() == 3
    assert case.promises.get(superseded_at=None).effective_on == EARLIEST
    assert len({mail.key for mail in desk.mails(case, "confirmation")}) == 3
    desk.go_to(chicago(2026, 10, 21, 0, 2))
    assert desk.read(case).state == "in_grace"


@pytest.mark.rule("R19")
def test_a_confirmation_that_is_superseded_before_it_left_never_leaves(desk, sink):
    sink.always["MAIL"] = "451 not now"
    case = desk.confirm(desk.open())
    desk.do(confirmation.reschedule, case, wished_on=date(2026, 12, 1), reason="later")
    sink.always.clear()
    desk.pass_days(1)
    [message] = sink.messages
    assert "1 Dec" in message["Subject"]


@pytest.mark.rule("R19")
def test_the_same_date_is_no_new_date(desk):
    case = desk.confirm(desk.open())
    with pytest.raises(NotPossible, match="the date already"):
        desk.do(confirmation.reschedule, case, wished_on=EARLIEST, reason="?")
    assert case.promises.count() == 1

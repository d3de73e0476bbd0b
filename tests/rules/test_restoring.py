"""R25, R26: coming back, and leaving again."""

from datetime import date

import pytest

from cases.actions import orders, restoration, timers
from tests import factories
from tests.cases.build import Desk
from tests.rules.helpers import (
    COME_BACK,
    DONE,
    chicago,
    in_grace,
    item_states,
    leap,
    live_timers,
    outcomes,
    purposes,
    snapshot,
)

pytestmark = pytest.mark.django_db


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
def test_a_restore_ends_what_was_to_come(down):
    desk, case = down()
    desk.reply(case, COME_BACK)
    assert live_timers(case) == {}
    desk.pass_days(60)
    assert purposes(case) == ["confirmation", "cancelled", "restored"]
    assert item_states(case) == ["active"] * 3


@pytest.mark.rule("R25")
def test_a_final_notice_that_has_not_left_yet_never_leaves(down, sink):
    desk, case = down(chicago(2026, 11, 20, 8, 59))
    sink.always["MAIL"] = "451 not now"
    desk.go_to(chicago(2026, 11, 20, 9, 30))
    desk.reply(case, COME_BACK)
    sink.always.clear()
    leap(desk, days=1)
    assert desk.read(case).state == "restored"
    assert "final_notice" not in purposes(case)


@pytest.mark.rule("R25")
def test_asking_twice_restores_once(down):
    desk, case = down()
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
    assert item_states(case) == ["ported", "active"]
    assert outcomes(case) == ["lost", "restored"]
    [mail] = desk.mails(case, "restored")
    assert "1 of 2 services" in mail.text
    assert "Front desk number" in mail.text
    assert "ported to another carrier" in mail.text


@pytest.mark.rule("R25")
def test_a_restore_that_the_provider_refuses_is_repeated_not_announced(down):
    desk, case = down()
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
    [slow] = orders.claim_items(now=desk.now, limit=1, case_id=case.pk)
    leap(desk, days=1)
    assert desk.read(case).state == "in_grace"
    desk.do(restoration.restore, case)
    done = orders.Asked(case_item=slow, answer=Answer(status="done"), at=desk.now)
    orders.record_answers(case_id=case.pk, answers=[done])
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

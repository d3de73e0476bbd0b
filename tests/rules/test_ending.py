"""R27: the last notice and the purge."""

from datetime import timedelta

import pytest

from accounts.models.sandbox import SandboxOrder
from cases.actions import repair, restoration
from cases.models import Event
from cases.queries.possible import list_possible
from tests.cases.build import Desk
from tests.rules.helpers import (
    COME_BACK,
    END,
    PURGED,
    SECOND,
    bounce,
    chicago,
    item_states,
    leap,
    open_todos,
    outcomes,
)

pytestmark = pytest.mark.django_db


# -- R27: the end -------------------------------------------------------------------------------
@pytest.mark.rule("R27")
def test_the_final_notice_names_the_day_and_the_purge_follows_it(down):
    desk, case = down(END - SECOND)
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
def test_nothing_is_purged_before_the_notice_was_accepted(down, sink):
    desk, case = down()
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
def test_after_a_late_notice_the_purge_follows_at_the_end_of_its_day(down, sink):
    desk, case = down()
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
def test_a_notice_that_is_written_late_names_its_own_day(down):
    """The workers were down over the end of grace: a past day would be no notice."""
    desk, case = down()
    desk.now = END + timedelta(days=2, hours=10)
    desk.run()
    case = desk.read(case)
    assert case.state == "in_grace"
    [notice] = desk.mails(case, "final_notice")
    assert "23 November 2026" in notice.text
    desk.go_to(chicago(2026, 11, 24, 0, 2))
    assert desk.read(case).state == "closed"


@pytest.mark.rule("R27")
def test_a_notice_that_bounced_is_no_notice(down):
    desk, case = down(chicago(2026, 11, 20, 12))
    bounce(desk, desk.mails(case, "final_notice")[0])
    leap(desk, days=30)
    case = desk.read(case)
    assert case.state == "in_grace"
    assert open_todos(case) == ["mail_undeliverable"]
    assert item_states(case) == ["suspended"] * 3


@pytest.mark.rule("R27")
def test_a_declined_wish_gives_back_the_time_that_was_left_and_a_new_notice(down):
    desk, case = down(END - timedelta(hours=30))
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


# -- R27: the purge at the provider -------------------------------------------------------------
def list_purged(desk: Desk) -> list[str]:
    """The keys of what the imaginary provider was told to end for good."""
    told = SandboxOrder.objects.filter(verb="terminate", item__customer=desk.customer)
    return sorted(told.values_list("key", flat=True))


@pytest.mark.rule("R27")
def test_the_provider_is_told_to_purge_at_the_end_and_not_before(down):
    desk, case = down(END - SECOND)
    assert list_purged(desk) == []
    desk.go_to(PURGED)
    case = desk.read(case)
    assert list_purged(desk) == sorted(
        f"{case.number}:{i.item_id}:terminate" for i in case.items.all()
    )
    assert outcomes(case) == ["ended"] * 3
    assert set(case.items.values_list("holds_item", flat=True)) == {False}
    kinds = list(case.events.values_list("kind", flat=True))
    assert (kinds.count("closed"), kinds.count("item_ended"), kinds.count("purged")) == (1, 3, 1)


@pytest.mark.rule("R27")
def test_what_was_ported_in_grace_is_not_ordered_again(down):
    desk, case = down()
    desk.customer.items.update(status="ported")
    desk.go_to(PURGED)
    assert list_purged(desk) == []
    assert outcomes(desk.read(case)) == ["ended"] * 3


@pytest.mark.rule("R27")
def test_a_purge_that_fails_is_tried_again_while_the_case_is_closed(down):
    desk, case = down()
    desk.brand.provisioning = {"adapter": "sandbox", "fail_verbs": ["terminate"]}
    desk.brand.save()
    desk.go_to(PURGED + timedelta(hours=1))
    case = desk.read(case)
    assert (case.state, outcomes(case)) == ("closed", ["purging"] * 3)
    assert item_states(case) == ["suspended"] * 3, "not ended before the provider says so"
    assert open_todos(case) == ["item_failed"]
    assert [p.name for p in list_possible(case=case, user=desk.agent)] == ["retry"]
    desk.brand.provisioning = {"adapter": "sandbox"}
    desk.brand.save()
    desk.do(repair.retry_item, case)
    desk.run()
    case = desk.read(case)
    assert (outcomes(case), open_todos(case)) == (["ended"] * 3, [])
    assert case.state == "closed"

"""R30, R31: what the last month costs, as promised and as mailed."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import Bill
from cases.actions import confirmation
from cases.models.planning import plan_case
from tests.cases.build import Desk
from tests.rules.helpers import chicago

pytestmark = pytest.mark.django_db

MONTH = Decimal("45.00")  # three extensions at 15.00


def promised(desk: Desk, wished_on: date):
    """The case, and the charges that its plan promises, as (kind, amount, from, to)."""
    case = desk.confirm(desk.open(wished_on=wished_on))
    charges = plan_case(case, now=desk.now).charges
    return case, [(c.kind, c.amount, c.starts_on, c.ends_on) for c in charges]


@pytest.mark.rule("R30")
def test_a_month_that_was_begun_is_billed_whole(desk):
    case, charges = promised(desk, date(2026, 11, 12))
    assert charges == [
        ("month", 2 * MONTH, date(2026, 9, 1), date(2026, 10, 31)),
        ("last_bill", MONTH, date(2026, 11, 1), date(2026, 11, 30)),
    ]
    assert case.promises.get().last_bill == MONTH
    assert "$45.00" in desk.mails(case, "confirmation")[0].text
    desk.go_to(chicago(2026, 11, 12, 1))
    assert "$45.00" in desk.mails(case, "cancelled")[0].text


@pytest.mark.rule("R30")
@pytest.mark.parametrize(
    ("ends", "months", "last"),
    [
        # The last day of a month: that month and no more.
        (date(2026, 10, 31), 1, (date(2026, 10, 1), date(2026, 10, 31))),
        # One day later the service was active in the next month: all of it is billed.
        (date(2026, 11, 1), 2, (date(2026, 11, 1), date(2026, 11, 30))),
        (date(2026, 11, 30), 2, (date(2026, 11, 1), date(2026, 11, 30))),
        (date(2026, 12, 1), 3, (date(2026, 12, 1), date(2026, 12, 31))),
    ],
)
def test_the_last_day_and_the_first_day_of_a_month(desk, ends, months, last):
    case, charges = promised(desk, ends)
    assert charges[-1] == ("last_bill", MONTH, *last)
    assert charges[0][:2] == ("month", months * MONTH)
    assert case.promises.get().last_bill == MONTH


@pytest.mark.rule("R30")
def test_a_partial_cancellation_bills_what_ends(desk):
    first = desk.customer.items.first()
    case = desk.confirm(desk.open(item_ids=[first.pk]))
    assert case.promises.get().last_bill == Decimal("15.00")


@pytest.mark.rule("R30")
def test_the_desk_writes_no_bill_itself(desk):
    """Billing is another system's: the desk says what will come and changes no row."""
    case, _ = promised(desk, date(2026, 11, 1))
    desk.go_to(chicago(2026, 12, 31))
    assert desk.read(case).state == "closed"
    assert not Bill.objects.exists()


@pytest.mark.rule("R31")
@pytest.mark.parametrize(
    ("anchor", "ends", "starts_on", "ends_on"),
    [
        (15, date(2026, 11, 14), date(2026, 10, 15), date(2026, 11, 14)),
        (15, date(2026, 11, 15), date(2026, 11, 15), date(2026, 12, 14)),
        (31, date(2026, 11, 29), date(2026, 10, 31), date(2026, 11, 29)),
        (31, date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 30)),
        (31, date(2027, 2, 27), date(2027, 1, 31), date(2027, 2, 27)),
        (31, date(2027, 2, 28), date(2027, 2, 28), date(2027, 3, 30)),
        (30, date(2027, 2, 28), date(2027, 2, 28), date(2027, 3, 29)),
        (29, date(2028, 2, 28), date(2028, 1, 29), date(2028, 2, 28)),
        (29, date(2028, 2, 29), date(2028, 2, 29), date(2028, 3, 28)),
    ],
)
def test_a_month_is_the_accounts_billing_month(anchor, ends, starts_on, ends_on):
    desk = Desk(billing_anchor=anchor)
    _, charges = promised(desk, ends)
    assert charges[-1] == ("last_bill", MONTH, starts_on, ends_on)


@pytest.mark.rule("R31")
def test_the_offered_date_before_the_next_bill_follows_the_anchor():
    desk = Desk(billing_anchor=31)
    desk.now = datetime(2027, 1, 10, 15, tzinfo=UTC)
    case = desk.open()
    offered = {option.key: option.on for option in plan_case(case, now=desk.now).options}
    assert offered["earliest"] == date(2027, 2, 9)
    assert offered["before_next_bill"] == date(2027, 2, 27)
    case = desk.confirm(case, wished_on=offered["before_next_bill"])
    [_first, last] = plan_case(case, now=desk.now).charges
    assert (last.starts_on, last.ends_on) == (date(2027, 1, 31), date(2027, 2, 27))
    desk.do(confirmation.reschedule, case, wished_on=date(2027, 2, 28), reason="a day more")
    [_, last] = plan_case(desk.read(case), now=desk.now).charges
    assert (last.starts_on, last.ends_on) == (date(2027, 2, 28), date(2027, 3, 30))

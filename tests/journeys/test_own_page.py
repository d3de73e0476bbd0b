"""The customer ends their services on their own page, at phone size, while an agent looks on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from accounts import services
from accounts.models import Brand, Customer, User
from cases.actions import billing
from cases.actions.base import Actor
from cases.domain.dates import local_date
from cases.models import Case
from tests import factories
from tests.cases.build import make_policy
from tests.journeys.desk import Desk, assert_in_order
from tests.journeys.people import AGENT, add_contract, item_states, owner_of
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
SLOW_S = 4  # how long the provider takes for each service, in real seconds


def find_brand(policy: str) -> Brand:
    """A brand of its own for the policy, with a provider that takes its time."""
    known = Brand.objects.filter(slug=policy).first()
    if known:
        return known
    brand = factories.make_brand(
        name=f"{policy.title()} Lines", slug=policy,
        provisioning={"adapter": "sandbox", "delay_s": SLOW_S},
    )  # fmt: skip
    make_policy(brand, file=policy)
    return brand


def make_account(policy: str, name: str, items: Any, **given: Any) -> Customer:
    customer = factories.make_customer(brand=find_brand(policy), name=name, items=items, **given)
    word = name.split()[0].lower()  # other stories have people of the same name
    factories.make_contact(
        customer=customer, name=f"Rosa {name.split()[0]}", email=f"rosa@{word}.{policy}.example.com"
    )
    return customer


def add_place(customer: Customer, name: str, numbers: int) -> None:
    place = factories.make_location(customer=customer, name=name)
    trunk = factories.make_item(
        customer=customer, location=place, kind="trunk", label=f"{name} trunk"
    )
    for n in range(numbers):
        factories.make_item(
            customer=customer, location=place, kind="number", label=f"{name} {n}", parent=trunk
        )


@pytest.fixture
def enter(desk: Desk, browser: Browser) -> Iterator[Any]:
    opened: list[Visitor] = []

    def open_browser(customer: Customer) -> Visitor:
        visitor = Visitor(browser, desk.mailbox(customer), desk.stack.address)
        opened.append(visitor)
        return visitor

    yield open_browser
    for visitor in opened:
        visitor.close()


def find_case(customer: Customer) -> Case:
    return Case.objects.get(customer=customer)


@pytest.mark.rule("R38")
@pytest.mark.rule("R39")
def test_a_location_with_a_port_in_the_way(desk: Desk, enter: Any) -> None:
    customer = make_account("sipstation", "Oakline Logistics", 0)
    add_place(customer, "North", 3)
    add_place(customer, "South", 1)
    porting = customer.items.get(label="North 0")
    port = factories.make_port(item=porting)

    # From nothing to the page of the account, and to a request for one location.
    visitor = enter(customer)
    visitor.ask_for_link()
    visitor.page.get_by_role("button", name="Cancel everything at this location: North").click()
    visitor.expect("Your cancellation is not confirmed yet")
    case = find_case(customer)
    desk.expect_in_queue(case, "customer")

    # The port is in the way, whatever they do.
    visitor.prove()
    visitor.release_numbers()
    visitor.page.get_by_role("switch").check()
    visitor.press("Cancel services")
    visitor.expect("Something is in the way now")
    assert item_states(customer) == ["active"] * 6

    # The other carrier has the number: the way is free.
    services.finish_port(port=port, now=desk.stack.now())
    visitor.page.goto(f"{desk.stack.address}/my/case/{case.number}/")
    visitor.expect("Why can’t I cancel yet?")
    visitor.cancel()
    visitor.expect("Your services are being switched off")
    case = desk.wait_for_state(case, "closed")

    # All down within the minute, measured from the confirmation; the other location untouched.
    assert case.executed_at is not None
    assert case.confirmed_at is not None
    took = case.executed_at - case.confirmed_at
    assert timedelta(seconds=SLOW_S) <= took <= timedelta(seconds=60), took
    states = dict(customer.items.values_list("label", "status"))
    assert {s for label, s in states.items() if label.startswith("South")} == {"active"}
    assert {s for label, s in states.items() if label.startswith("North")} == {"ended"}
    desk.mailbox(customer).wait_for("your services are cancelled")
    visitor.look_again()
    visitor.expect("This case is closed")
    desk.agent.expect_state(case, "Closed")
    assert_in_order(
        desk.events(case), "opened", "code_sent", "code_right", "disposition_set",
        "end_acknowledged", "confirmed", "execution_started", "executed",
    )  # fmt: skip


@pytest.mark.rule("R39")
@pytest.mark.rule("R56")
def test_a_location_with_one_service_that_fails(desk: Desk, enter: Any) -> None:
    customer = make_account("sipstation", "Bramble Print", 0)
    add_place(customer, "Depot", 2)
    failing = customer.items.get(label="Depot 1")
    brand = customer.brand
    brand.provisioning = {**brand.provisioning, "fail_items": [failing.pk]}
    brand.save()
    try:
        visitor = enter(customer)
        visitor.ask_for_link()
        visitor.page.get_by_role("button", name="Cancel everything at this location: Depot").click()
        visitor.expect("Your cancellation is not confirmed yet")
        case = find_case(customer)
        visitor.prove()
        visitor.release_numbers()
        visitor.cancel()
        desk.stack.wait_for(
            lambda: desk.outcomes(case).count("ended") == 2 and "failed" in desk.outcomes(case),
            "two down and one failed",
        )
        visitor.look_again()
        visitor.expect("2 of 3 are off")
        assert "your services are cancelled" not in desk.mailbox(customer).subjects()

        # On the board the agent sees it, and says that it was done at the provider.
        page = desk.agent.page
        desk.agent.go("/desk/board/")
        row = page.locator("tr", has_text="Depot 1").first
        row.get_by_text("Repair by hand").click()
        row.locator("[name=text]").first.fill("Switched off by the provider's support")
        desk.agent.submit(row.locator("form[action*=mark_done] button"))
        case = desk.wait_for_state(case, "closed")
        desk.mailbox(customer).wait_for("your services are cancelled")
        assert item_states(customer) == ["ended"] * 3
    finally:
        brand.provisioning = {"adapter": "sandbox", "delay_s": SLOW_S}
        brand.save()


@pytest.mark.rule("R47")
@pytest.mark.rule("R48")
@pytest.mark.rule("R50")
def test_an_account_of_sims_from_first_visit_to_closed(desk: Desk, enter: Any) -> None:
    sims = [
        {"kind": "sim", "label": f"SIM {n:02}", "protected": True, "monthly_price": Decimal(3)}
        for n in range(10)
    ]
    gateways = [{"kind": "vpg", "label": f"VPG {n}", "monthly_price": Decimal(30)} for n in (1, 2)]
    customer = make_account("soracom", "Juniper Labs", [*sims, *gateways], balance=Decimal("12.50"))
    visitor = enter(customer)
    visitor.ask_for_link()
    visitor.press("Cancel the whole account")
    case = find_case(customer)
    visitor.prove()

    # Everything ticked: the protected ones are listed and stay as they are.
    tick_all(visitor)
    visitor.press("End the ticked ones")
    visitor.expect("These are protected and stay as they are")
    assert visitor.page.get_by_label("VPG").count() == 2
    visitor.page.get_by_role("link", name="Back, nothing ends").click()
    tick_all(visitor)
    visitor.press("Switch protection off")
    visitor.expect("Protection switched off: 10")
    assert item_states(customer) == ["active"] * 12

    # Each by its own tick, and each its own line in the history.
    tick_all(visitor)
    visitor.press("End the ticked ones")
    boxes = visitor.page.locator("input[name=step]")
    assert boxes.count() == 12
    for index in range(12):
        boxes.nth(index).check()
    visitor.press("End what is ticked, for good")
    desk.stack.wait_for(lambda: item_states(customer) == ["ended"] * 12, "all 12 ended")
    assert desk.events(case).count("item_termination") == 12
    assert desk.events(case).count("protection_off") == 10

    # The account itself, then the bill.
    visitor.look_again()
    visitor.cancel()
    desk.wait_for_state(case, "awaiting_final_bill")
    visitor.look_again()
    visitor.expect("The account closes when the final bill is paid")
    agent = Actor.staff(User.objects.get(username=AGENT))
    now = desk.stack.now()
    billing.issue_final_bill(case_id=case.pk, amount=Decimal("91.20"), actor=agent, now=now)
    visitor.look_again()
    visitor.expect("issued, to be paid")
    visitor.expect("$103.70")  # the balance that was owed before counts too
    billing.pay_final_bill(case_id=case.pk, actor=agent, now=now, balance=Decimal("12.50"))
    assert desk.read(case).state == "awaiting_final_bill"
    billing.note_balance(case_id=case.pk, balance=Decimal(0), actor=agent, now=now)
    desk.wait_for_state(case, "closed")
    visitor.look_again()
    visitor.expect("This case is closed")


def tick_all(visitor: Visitor) -> None:
    boxes = visitor.page.locator("input[name=item]")
    expect(boxes.first).to_be_visible()
    for index in range(boxes.count()):
        boxes.nth(index).check()


@pytest.mark.rule("R18")
@pytest.mark.rule("R19")
def test_the_date_is_moved_twice_and_the_fee_goes(desk: Desk, enter: Any) -> None:
    customer = desk.make_customer("Sedgewick Hotels", items=2)
    called_on = local_date(desk.stack.now(), customer.timezone)
    add_contract(customer, on=called_on, months=6)
    term_ends_on = customer.contracts.get().ends_on
    case = desk.schedule(customer)
    box = desk.mailbox(customer)

    visitor = enter(customer)
    visitor.open_mail("your services end on")
    visitor.expect("Buy-out fee")
    visitor.prove()
    # A month later: the fee is smaller, and the mail says so.
    later = called_on + timedelta(days=60)
    visitor.page.get_by_label("Another day").fill(later.isoformat())
    visitor.press("Move to this date")
    visitor.expect("Moved. An email confirms the new date.")
    assert desk.read(case).effective_on == later
    # To the end of the term, as offered: no fee any more.
    offer = visitor.page.locator("label.choice", has_text="End of the contract term").first
    expect(offer).to_contain_text("no fee")
    offer.click()
    visitor.press("Move to this date")
    visitor.expect("Moved. An email confirms the new date.")
    case = desk.read(case)
    assert case.effective_on is not None
    assert case.effective_on >= term_ends_on
    fees = list(case.promises.order_by("number").values_list("fee", flat=True))
    assert len(fees) == 3
    assert fees[0] is not None
    assert fees[1] is not None
    assert fees[0] > fees[1]
    assert fees[2] is None
    box.wait_for("new date", count=2)
    assert "BUY-OUT FEE" not in box.wait_for_any("new date", count=2).text
    assert owner_of(customer).name in case.promises.get(number=3).reason
    desk.agent.expect_state(case, "Scheduled")

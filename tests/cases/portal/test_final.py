"""Ending for good on one's own page: switch, button, last confirmation; one by one."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import time_machine as machine
from django.test import Client

from cases.actions.base import Actor
from cases.domain.trust import Level
from cases.models import Case
from tests import factories
from tests.cases.build import CALL, Desk
from tests.cases.portal.conftest import Customer
from tests.pages import fold
from tests.scene import play_once

pytestmark = pytest.mark.django_db
STEP = re.compile(r'name="step" value="([^"]+)"')
PHRASE = "end for good"


def make_sipstation() -> tuple[Desk, Case]:
    desk = Desk(file="sipstation")
    place = factories.make_location(customer=desk.customer, name="North")
    factories.make_item(customer=desk.customer, location=place, kind="trunk")
    factories.make_item(customer=desk.customer, location=place, kind="number")
    desk.customer.items.filter(location=None).delete()
    return desk, open_by_page(desk)


def open_by_page(desk: Desk) -> Case:
    from cases.actions.entry import open_by_customer

    return open_by_customer(
        customer=desk.customer,
        contact=desk.contact,
        item_ids=list(desk.customer.items.values_list("pk", flat=True)),
        actor=Actor.customer(desk.contact, Level.L1),
        now=desk.now,
    )


def come_in(desk: Desk, case: Case) -> Customer:
    """By the account, as somebody who opened the case there."""
    from cases.actions.entry import answer_link_requests, ask_for_link
    from notifications.models import Email

    ask_for_link(email=desk.contact.email, account_number="", client="x", now=desk.now)
    answer_link_requests(now=desk.now)
    customer = Customer(desk, case)
    customer.open(Email.objects.filter(purpose="link").order_by("-pk")[0])
    customer.client.post("/my/continue/enter/")
    customer.client.post("/my/account/case/", {"case": case.pk})
    return customer


def release(customer: Customer) -> None:
    assert customer.case is not None
    numbers = customer.case.items.filter(item__kind="number")
    customer.do("dispose_all", **{f"d{i.pk}": "released" for i in numbers})


def step_of(answer: Any) -> str:
    found = STEP.search(answer.content.decode())
    assert found, html.unescape(answer.content.decode())
    return html.unescape(found[1])


@pytest.fixture(scope="module")
def come_so_far(django_db_setup: None, django_db_blocker: Any) -> Iterator[Customer]:
    with play_once(django_db_blocker):
        with machine.travel(CALL, tick=False):
            customer = come_in(*make_sipstation()).prove()
            release(customer)
        yield customer


@pytest.fixture
def ready(come_so_far: Customer, db: None) -> Customer:
    """Somebody with a code who said what becomes of the numbers: the switch is next."""
    customer = Customer(*deepcopy((come_so_far.desk, come_so_far.case)))
    customer.client = Client()
    customer.client.cookies = deepcopy(come_so_far.client.cookies)
    return customer


@pytest.mark.rule("R38")
@pytest.mark.rule("R44")
def test_switch_button_confirmation() -> None:
    desk, case = make_sipstation()
    customer = come_in(desk, case)
    page = customer.show()
    assert 'role="switch"' in page
    assert not re.search(r'role="switch"[^>]*checked', page)
    # Without a code, with the switch off, or with a number unsaid nothing goes on.
    assert customer.do("prepare", switch="on").status_code == 403
    customer.prove()
    assert customer.do("prepare").status_code == 422
    assert customer.do("prepare", switch="on").status_code == 422
    release(customer)
    final = customer.do("prepare", switch="on")
    assert final.status_code == 200
    assert "cannot be undone" in final.content.decode()
    assert desk.read(case).state == "awaiting_customer"
    # The wrong words change nothing; the right ones do, once.
    wrong = customer.do("confirm", step=step_of(final), typed="yes")
    assert wrong.status_code == 422
    step = step_of(wrong)
    assert customer.do("confirm", step=step, typed=PHRASE).status_code == 302
    assert desk.read(case).state == "executing"
    events = case.events.count()
    assert customer.do("confirm", step=step, typed=PHRASE).status_code == 410
    assert customer.do("prepare", switch="on").status_code == 422
    assert case.events.count() == events
    desk.run()
    assert desk.read(case).state == "closed"
    assert set(desk.customer.items.values_list("status", flat=True)) == {"ended"}
    assert "This case is closed" in html.unescape(customer.show())


def test_the_last_confirmation_says_what_its_policy_says() -> None:
    """With notice and grace nothing ends at once, and nothing is for good."""
    changes = {"notice_days": 30, "execution_seconds": None, "grace_days": 30,
               "closes": "after_grace", "number_disposition_required": False}  # fmt: skip
    desk = Desk(file="sipstation", policy=changes)
    case = open_by_page(desk)
    final = html.unescape(come_in(desk, case).prove().do("prepare", switch="on").content.decode())
    assert "ends on Wednesday 21 October 2026" in final
    assert "Until Friday 20 November 2026 you can still come back" in final
    assert "cannot be undone" not in final
    assert "for good" not in final


@pytest.mark.rule("R38")
@pytest.mark.threat(45)
def test_no_confirmation_without_the_steps_before(ready: Customer) -> None:
    desk, case, customer = ready.desk, ready.case, ready
    for step in ("", "guessed", "x" * 43):
        assert customer.do("confirm", step=step, typed=PHRASE).status_code == 410, step
        assert desk.read(case).state == "awaiting_customer", step


@pytest.mark.threat(45)
def test_a_step_is_of_one_case_one_act_and_a_quarter_of_an_hour(
    ready: Customer, time_machine
) -> None:
    desk, case, customer = ready.desk, ready.case, ready
    other_desk, other = make_sipstation()
    step = step_of(customer.do("prepare", switch="on"))
    stranger = come_in(other_desk, other).prove()
    release(stranger)
    assert stranger.do("confirm", step=step, typed=PHRASE).status_code == 410
    assert customer.do("terminate", step=step).status_code == 410
    from datetime import timedelta

    time_machine.move_to(desk.now + timedelta(minutes=15), tick=False)
    assert customer.do("confirm", step=step, typed=PHRASE).status_code == 410
    assert {desk.read(case).state, desk.read(other).state} == {"awaiting_customer"}


@pytest.mark.rule("R42")
def test_what_changed_meanwhile_is_shown_again(ready: Customer) -> None:
    desk, case, customer = ready.desk, ready.case, ready
    step = step_of(customer.do("prepare", switch="on"))
    trunk = desk.customer.items.get(kind="trunk")
    trunk.monthly_price += 7
    trunk.save()
    again = customer.do("confirm", step=step, typed=PHRASE)
    assert again.status_code == 409
    assert "Something has changed since you looked" in again.content.decode()
    assert desk.read(case).state == "awaiting_customer"
    assert customer.do("confirm", step=step_of(again), typed=PHRASE).status_code == 302
    assert desk.read(case).state == "executing"


@pytest.mark.rule("R35")
@pytest.mark.rule("R42")
def test_a_port_that_began_meanwhile_blocks_until_its_loss_is_typed(ready: Customer) -> None:
    case, customer = ready.case, ready
    step = step_of(customer.do("prepare", switch="on"))
    number = case.items.get(item__kind="number")
    factories.make_port(item=number.item)
    assert customer.do("confirm", step=step, typed=PHRASE).status_code == 422
    page = html.unescape(customer.show())
    assert "A transfer to another carrier is under way" in page
    phrase = re.search(r"type exactly: (lose \d+)", page)
    assert phrase
    assert customer.do("accept_loss", item=number.pk, typed="whatever").status_code == 422
    assert customer.do("accept_loss", item=number.pk, typed=phrase[1]).status_code == 302
    assert customer.do("prepare", switch="on").status_code == 200


@pytest.mark.rule("R41")
def test_what_is_forfeited_is_shown_before_the_confirmation(ready: Customer) -> None:
    final = html.unescape(ready.do("prepare", switch="on").content.decode())
    assert "Paid, not used, not refunded" in final
    assert re.search(r"\$\d+\.\d\d", final)


def test_who_may_not_cancel_does_not(ready: Customer) -> None:
    ready.desk.contact.may_cancel = False
    ready.desk.contact.save()
    assert ready.do("prepare", switch="on").status_code == 403


# -- one by one -----------------------------------------------------------------------------------
def make_soracom() -> tuple[Desk, Case, Customer]:
    sims = [{"kind": "sim", "label": f"SIM {n}", "protected": n < 2} for n in range(4)]
    desk = Desk(file="soracom", items=[*sims, {"kind": "vpg", "label": "VPG 1"}])
    case = open_by_page(desk)
    return desk, case, come_in(desk, case).prove()


def pks(case: Case, *labels: str) -> list[int]:
    return [case.items.get(item__label=label).pk for label in labels]


@pytest.mark.rule("R47")
@pytest.mark.rule("R48")
def test_each_sim_has_its_own_confirmation_and_protection_its_own_step() -> None:
    desk, case, customer = make_soracom()
    ticked = customer.client.get(customer.path, {"tick": "all"}).content.decode()
    assert len(re.findall(r'name="item" value="\d+" checked', fold(ticked))) == case.items.count()
    listed = customer.do("prepare_items", item=pks(case, "SIM 0", "SIM 1", "SIM 2", "SIM 3"))
    page = html.unescape(listed.content.decode())
    steps = STEP.findall(page)
    assert len(steps) == 2  # one confirmation for each that is free …
    assert "These are protected and stay as they are" in page
    assert "SIM 0" in page.partition("These are protected")[2]  # … the protected ones apart
    assert customer.do("terminate", step=steps[:1]).status_code == 302
    case.refresh_from_db()
    assert [i.outcome for i in case.items.order_by("pk")].count("deactivating") == 1
    waits = html.unescape(customer.show())
    assert "SIM 2 is being ended; its provider has not confirmed it yet." in waits
    assert "Terminate SIM 2" not in waits
    # Protection goes off by its own step alone, which ends nothing.
    assert customer.do("unprotect", item=pks(case, "SIM 0")).status_code == 302
    sim = desk.customer.items.get(label="SIM 0")
    assert (sim.protected, sim.status) == (False, "active")
    assert desk.customer.items.get(label="SIM 1").protected
    assert case.events.filter(kind="protection_off").count() == 1
    # The same confirmation twice ends nothing twice.
    assert customer.do("terminate", step=steps[:1]).status_code == 410
    assert case.events.filter(kind="item_termination").count() == 1


@pytest.mark.rule("R45")
@pytest.mark.rule("R50")
def test_from_first_visit_to_awaiting_the_final_bill() -> None:
    desk, case, customer = make_soracom()
    assert customer.do("prepare", switch="on").status_code == 422  # SIMs go first
    labels = ["SIM 0", "SIM 1", "SIM 2", "SIM 3", "VPG 1"]
    customer.do("unprotect", item=pks(case, *labels[:2]))
    listed = customer.do("prepare_items", item=pks(case, *labels))
    steps = STEP.findall(listed.content.decode())
    assert len(steps) == 5
    customer.do("terminate", step=steps)
    desk.run()
    assert set(desk.customer.items.values_list("status", flat=True)) == {"ended"}
    final = customer.do("prepare", switch="on")
    assert final.status_code == 200, html.unescape(final.content.decode())
    assert customer.do("confirm", step=step_of(final), typed=PHRASE).status_code == 302
    desk.run()
    assert desk.read(case).state == "awaiting_final_bill"
    page = html.unescape(customer.show())
    assert "The account closes when the final bill is paid" in page
    assert "not issued yet" in page


@pytest.mark.guarantee("G15")
def test_without_a_code_nothing_final_is_even_prepared() -> None:
    desk = Desk(file="soracom", items=[{"kind": "sim", "protected": True}])
    case = open_by_page(desk)
    customer = come_in(desk, case)
    pk = case.items.get().pk
    for verb in ("unprotect", "prepare_items", "terminate", "prepare", "confirm"):
        answer = customer.do(verb, item=pk, step="x", switch="on", typed=PHRASE)
        assert answer.status_code == 403, verb
    assert desk.customer.items.get().protected
    assert desk.read(case).events.count() == 1


@pytest.mark.rule("R51")
def test_who_is_stuck_looks_again_and_a_colleague_is_asked() -> None:
    desk, case = make_sipstation()
    customer = come_in(desk, case)
    page = customer.do("look_again")
    assert page.status_code == 302
    assert "still in the way" in customer.show()
    assert not case.todos.filter(kind="stuck").exists()
    for item in desk.customer.items.all():
        item.status = "ended"
        item.save()
    customer.do("look_again")
    assert case.todos.filter(kind="stuck", resolved_at=None).exists()
    assert case.events.filter(kind="rechecked", actor_kind="customer").count() == 2

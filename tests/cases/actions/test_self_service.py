"""The customer confirms on their own page (R32, R39, R42, R44)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Port
from cases.actions import confirmation
from cases.actions.base import CUSTOMER, Actor, CaseChanged, NotAllowed, NotPossible
from cases.actions.confirmation import PreviewChanged, confirm_by_customer, lock_services
from cases.actions.dispositions import WrongPhrase, set_disposition
from cases.domain.trust import Level
from cases.models import Case
from cases.models.preview import read_preview
from tests import factories
from tests.cases.build import Desk, publish

pytestmark = pytest.mark.django_db
PHRASE = "end for good"


def make(file: str = "sipstation", **more: Any) -> tuple[Desk, Case]:
    desk = Desk(file=file, items=[{"kind": "trunk"}, {"kind": "number"}], **more)
    case = desk.open()
    number = case.items.get(item__kind="number")
    desk.do(set_disposition, case, case_item_id=number.pk, disposition="released")
    return desk, desk.read(case)


def confirm(desk: Desk, case: Case, **given: Any) -> Case:
    given.setdefault("seen", read_preview(desk.read(case), now=desk.now).digest)
    given.setdefault("actor", Actor.customer(desk.contact, Level.L3))
    given.setdefault("typed", PHRASE)
    return confirm_by_customer(case_id=case.pk, now=desk.now, **given)


@pytest.mark.rule("R39")
def test_a_confirmation_without_notice_starts_at_once() -> None:
    desk, case = make()
    confirm(desk, case)
    case = desk.read(case)
    assert case.state == "executing"
    assert case.confirmed_at == case.execution_started_at == desk.now
    assert set(case.items.values_list("outcome", "next_attempt_at")) == {("deactivating", desk.now)}
    kinds = list(case.events.values_list("kind", flat=True))
    assert kinds.index("end_acknowledged") < kinds.index("confirmed")
    assert kinds.index("confirmed") < kinds.index("execution_started")
    event = case.events.get(kind="confirmed")
    assert (event.actor_kind, event.contact, event.level) == ("customer", desk.contact, 3)
    assert case.promises.get().reason == f"confirmed by {desk.contact.name}"


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("level", [Level.L0, Level.L1, Level.L2])
def test_below_the_code_nobody_confirms(level: Level) -> None:
    desk, case = make()
    with pytest.raises(NotAllowed):
        confirm(desk, case, actor=Actor.customer(desk.contact, level))
    assert desk.read(case).state == "intake"


def test_only_a_contact_of_this_customer_who_may_cancel() -> None:
    desk, case = make()
    nobody = factories.make_contact(customer=desk.customer, owner=False)
    other = factories.make_contact(customer=factories.make_customer(brand=desk.brand))
    for contact in (nobody, other):
        with pytest.raises(NotAllowed):
            confirm(desk, case, actor=Actor.customer(contact, Level.L3))
    for actor in (CUSTOMER, desk.actor, Actor(kind="desk")):
        with pytest.raises((NotAllowed, NotPossible)):
            confirm(desk, case, actor=actor)
    desk.contact.removed_at = desk.now
    desk.contact.save()
    with pytest.raises(NotAllowed):
        confirm(desk, case)
    assert desk.read(case).state == "intake"


@pytest.mark.rule("R44")
@pytest.mark.parametrize("typed", ["", "ok", "end for goo"])
def test_what_cannot_be_undone_is_typed_out(typed: str) -> None:
    desk, case = make()
    with pytest.raises(WrongPhrase) as refused:
        confirm(desk, case, typed=typed)
    assert refused.value.phrase == PHRASE
    assert desk.read(case).state == "intake"


def change_port(desk: Desk, case: Case) -> None:
    factories.make_port(item=case.items.get(item__kind="trunk").item, status="pending")


def change_disposition(desk: Desk, case: Case) -> None:
    number = case.items.get(item__kind="number")
    desk.do(set_disposition, case, case_item_id=number.pk, disposition="moved")


def change_service(desk: Desk, case: Case) -> None:
    factories.make_item(customer=desk.customer, kind="number")


def change_price(desk: Desk, case: Case) -> None:
    desk.customer.items.update(monthly_price=99)


def change_policy(desk: Desk, case: Case) -> None:
    publish(desk.policy, desk.policy.current().data, number=2)


@pytest.mark.rule("R42")
@pytest.mark.parametrize(
    "change", [change_port, change_disposition, change_service, change_price, change_policy]
)
def test_what_changed_since_the_preview_is_shown_again(change: Any) -> None:
    desk, case = make()
    seen = read_preview(case, now=desk.now).digest
    change(desk, case)
    with pytest.raises(PreviewChanged):
        confirm(desk, case, seen=seen)
    assert desk.read(case).state == "intake"
    assert not case.promises.exists()


@pytest.mark.rule("R35", "R37")
def test_a_hard_blocker_refuses_with_what_to_do() -> None:
    desk, case = make()
    factories.make_port(item=case.items.get(item__kind="number").item)
    with pytest.raises(NotPossible, match="Wait until"):
        confirm(desk, case)
    case.items.filter(item__kind="number").update(disposition="", disposition_event=None)
    desk.customer.items.get(kind="number").ports.all().delete()
    with pytest.raises(NotPossible, match="Say whether"):
        confirm(desk, case)


def test_a_stale_page_and_a_second_click_change_nothing() -> None:
    desk, case = make()
    seen = read_preview(case, now=desk.now).digest
    version = desk.read(case).version
    confirm(desk, case, seen=seen, version=version)
    with pytest.raises(CaseChanged):
        confirm(desk, case, seen=seen, version=version)
    with pytest.raises((NotPossible, CaseChanged)):
        confirm(desk, case, seen=seen)
    assert case.promises.count() == 1


@pytest.mark.parametrize("file", ["sipstation", "soracom"])
def test_an_agent_never_confirms_what_the_customer_confirms(file: str) -> None:
    desk = Desk(file=file, items=[{"kind": "trunk"}])
    case = desk.open()
    for role in ("agent", "supervisor", "administrator"):
        actor = Actor.staff(factories.make_user(role=role))
        with pytest.raises(NotPossible):
            confirmation.confirm(case_id=case.pk, actor=actor, now=desk.now)
    assert desk.read(case).state == "intake"


def test_by_phone_the_customer_confirms_with_us() -> None:
    desk, case = make("8x8")
    with pytest.raises(NotPossible, match="on the phone"):
        confirm(desk, case)


@pytest.mark.rule("R42")
@pytest.mark.django_db(transaction=True)
def test_no_port_begins_while_the_confirmation_is_being_written() -> None:
    desk, case = make()
    trunk = case.items.get(item__kind="trunk").item
    began = threading.Event()

    def begin_port() -> None:
        Port.objects.create(item_id=trunk.pk, carrier="Otherline Example")
        began.set()
        connection.close()

    with transaction.atomic():
        lock_services(desk.read(case))
        other = threading.Thread(target=begin_port)
        other.start()
        assert not began.wait(timeout=1)
    other.join(timeout=10)
    assert began.is_set()

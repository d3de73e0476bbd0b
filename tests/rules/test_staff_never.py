"""R43: every way in that staff has, tried by every role, where only the customer ends."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from accounts.roles import Role, may
from cases.actions import confirmation, execution, orders, repair, restoration, termination
from cases.actions.api_keys import make_key
from cases.actions.base import Actor
from cases.models import Case
from cases.views.verbs import VERBS
from tests import factories
from tests.cases.build import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R43")]

METHODS = ("GET", "PUT", "PATCH", "DELETE")
EVERYBODY = [*((role, False) for role in Role.values), (Role.ADMINISTRATOR, True)]


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(
        items=[{"kind": "sim", "label": "One", "protected": True}, {"kind": "sim"}, {}],
        file="soracom",
    )


@pytest.fixture(params=EVERYBODY, ids=lambda who: f"{who[0]}{'-superuser' if who[1] else ''}")
def user(request: pytest.FixtureRequest) -> User:
    role, is_superuser = request.param
    return factories.make_user(role=role, is_superuser=is_superuser, is_staff=True)


def is_untouched(desk: Desk, case: Case) -> bool:
    """Nothing ended, and nothing was ordered that the workers would end."""
    desk.run()
    return nothing_is_ordered(desk, case)


def nothing_is_ordered(desk: Desk, case: Case) -> bool:
    rows = case.items.values_list(
        "item__status", "outcome", "item__protected", "case__confirmed_at"
    )
    states, outcomes, protected, confirmed = zip(*rows, strict=True)
    return (
        states == ("active",) * 3
        and set(outcomes) <= {"planned", "kept"}  # they may note that the customer stays
        and sum(protected) == 1
        and set(confirmed) == {None}
    )


@pytest.mark.usefixtures("steady_health")
def test_no_button_of_the_desk(desk: Desk, user: User, client: Client, time_machine) -> None:
    """Every verb of the case page, with everything that a form might carry."""
    time_machine.move_to(desk.now, tick=False)
    client.force_login(user)
    for verb in VERBS:
        case = Case.objects.filter(customer=desk.customer, ended_at=None).first() or desk.open()
        first = case.items.order_by("pk").first()
        posted = {
            "item": first.pk,
            "text": "terminate it",
            "typed": "end for good",
            "wished_on": f"{desk.now:%Y-%m-%d}",
            "reason": "because",
            "checks": "Account PIN",
            "contact": desk.contact.pk,
        }
        # As htmx asks: a refusal comes alone, without the case's page drawn anew around it.
        as_htmx = {"HX-Request": "true"}
        answer = client.post(f"/desk/case/{case.number}/do/{verb}/", posted, headers=as_htmx)
        assert answer.status_code < 500, verb
        assert nothing_is_ordered(desk, case), verb
    assert is_untouched(desk, case)


@pytest.mark.usefixtures("steady_health")
def test_no_page_of_the_admin(desk: Desk, user: User, client: Client) -> None:
    case = desk.open()
    item = case.items.order_by("pk").first().item
    client.force_login(user)
    client.post(f"/admin/cases/case/{case.pk}/change/", {"state": "executing"})
    client.post(
        "/admin/cases/case/",
        {"action": "delete_selected", "_selected_action": [case.pk], "post": "yes"},
    )
    form = {"kind": "sim", "label": "Renamed", "monthly_price": "1", "product": "sim",
            "status": "ended", "ports-TOTAL_FORMS": "0", "ports-INITIAL_FORMS": "0"}  # fmt: skip
    client.post(f"/admin/accounts/item/{item.pk}/change/", form)  # and no "protected" in it
    item.refresh_from_db()
    assert (item.label == "Renamed") == may(user, "customer.edit"), "the form itself works"
    for kind in ("delete_selected", "terminate", "publish"):
        client.post("/admin/accounts/item/", {"action": kind, "_selected_action": [item.pk]})
    assert is_untouched(desk, case)


def test_no_action_called_from_a_shell(desk: Desk, user: User) -> None:
    """Every function of the modules that end something, called with this person as actor."""
    case = desk.open()
    first = case.items.order_by("pk").first()
    given = {"case_id": case.pk, "actor": Actor.staff(user), "now": desk.now}
    calls = [
        (confirmation.confirm, {}),
        (confirmation.confirm_by_customer, {"seen": "", "typed": "end for good"}),
        (termination.terminate_item, {"case_item_id": first.pk, "typed": first.item.label}),
        (termination.switch_off_protection, {"case_item_id": first.pk}),
        (repair.retry_item, {"case_item_id": first.pk}),
        (repair.mark_item_done, {"case_item_id": first.pk, "reason": "done"}),
        (repair.tick_item, {"case_item_id": first.pk}),
        (repair.keep_item, {"case_item_id": first.pk}),
        (restoration.restore, {}),
    ]
    for action, more in calls:
        with pytest.raises(execution_refusals()):
            action(**given, **more)
        assert is_untouched(desk, case), action.__name__


def execution_refusals() -> tuple[type[Exception], ...]:
    from cases.actions.base import CaseChanged, NotAllowed, NotPossible

    return (NotAllowed, NotPossible, CaseChanged)


def test_no_call_with_a_key_of_the_brand(desk: Desk, time_machine) -> None:
    """Every address of the API and of the customer's page, by every method, whatever is sent."""
    time_machine.move_to(desk.now, tick=False)
    case = desk.open()
    admin = Actor.staff(factories.make_user(role=Role.ADMINISTRATOR))
    _, secret = make_key(brand=desk.brand, name="billing", actor=admin, now=desk.now)
    there = {"number": case.number, "account_number": desk.customer.account_number}
    asked = {"verb": "terminate", "state": "closed", "status": "ended", "protected": False}
    bodies = [{}, {"amount": "0", "balance": "0"}, {"problem": ""}, asked]
    calls = [*(("POST", body) for body in bodies), *((method, asked) for method in METHODS)]
    paths = [fill(p, there) for p in list_paths(get_resolver()) if p.startswith(("api/", "my/"))]
    called: set[tuple[str, int]] = set()
    for path in paths:
        for count, (method, body) in enumerate(calls):
            headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": f"{path}{count}"}
            answer = Client().generic(
                method, path, json.dumps(body), "application/json", headers=headers
            )
            called.add((path, answer.status_code))
    assert (f"/api/v1/cases/{case.number}/", 200) in called, "the key opens"
    assert (f"/api/v1/accounts/{there['account_number']}/inventory/", 200) in called, "and acts"
    assert (f"/my/case/{case.number}/do/terminate/", 403) in called, "but is no customer"
    assert is_untouched(desk, case)


def fill(path: str, values: dict[str, str]) -> str:
    """An address with a case and an account put in; any other word is what one would try."""
    return "/" + re.sub(r"<[^>]*?(\w+)>", lambda m: values.get(m[1], "terminate"), path)


def test_what_the_customer_has_not_ordered_no_worker_asks_for(desk: Desk, user: User) -> None:
    case = desk.open()
    assert orders.provision_due(now=desk.now, case_id=case.pk) == 0
    assert execution.DOWN, "nothing is down"
    assert is_untouched(desk, case)


def list_paths(resolver: URLResolver, prefix: str = "") -> list[str]:
    paths: list[str] = []
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        paths += list_paths(entry, path) if isinstance(entry, URLResolver) else [path]
        assert isinstance(entry, URLPattern | URLResolver)
    return paths


def test_there_is_no_address_for_it(db: None) -> None:
    """Terminating lives on the customer's own pages and nowhere else."""
    words = ("terminat", "protection", "end_item")
    found = [path for path in list_paths(get_resolver()) if any(word in path for word in words)]
    assert all(path.startswith(("my/", "^my/")) for path in found), found

"""The API: one key, one brand, one effect (G17, R50)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts import services
from cases.actions.api_keys import make_key, revoke_key
from cases.actions.base import Actor, NotAllowed
from cases.actions.confirmation import confirm_by_customer
from cases.domain.trust import Level
from cases.models import ApiCall, ApiKey, Case
from cases.models.preview import read_preview
from config.urls import urlpatterns
from tests import factories
from tests.cases.build import Desk
from tests.rules.helpers import at_once

pytestmark = pytest.mark.django_db


class Caller:
    """Another system with a key of the desk's brand."""

    def __init__(self, desk: Desk, *, token: str = "") -> None:
        admin = Actor.staff(factories.make_user(role="administrator"))
        self.key, made = make_key(brand=desk.brand, name="billing", actor=admin, now=desk.now)
        self.token = token or made
        self.count = 0

    def get(self, path: str, **query: Any) -> Any:
        return Client().get(f"/api/v1{path}", query, headers=self.headers())

    def post(self, path: str, key: str | None = "", **body: Any) -> Any:
        self.count += 1
        named = {} if key is None else {"Idempotency-Key": key or f"call-{self.count}"}
        return Client(raise_request_exception=False).post(
            f"/api/v1{path}",
            json.dumps(body),
            content_type="application/json",
            headers={**self.headers(), **named},
        )

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def await_bill(**customer: Any) -> tuple[Desk, Case]:
    """A terminated account that waits for its bill."""
    desk = Desk(file="soracom", items=[{"kind": "sim"}], **customer)
    case = desk.open()
    services.end_item(item=desk.customer.items.get(), now=desk.now)
    preview = read_preview(desk.read(case), now=desk.now)
    confirm_by_customer(
        case_id=case.pk,
        actor=Actor.customer(desk.contact, Level.L3),
        now=desk.now,
        seen=preview.digest,
        typed=preview.phrase,
    )
    return desk, desk.read(case)


@pytest.mark.rule("R50")
def test_billing_issues_the_final_bill_and_closes_by_its_payment() -> None:
    desk, case = await_bill()
    caller = Caller(desk)
    (listed,) = caller.get("/cases/", state="awaiting_final_bill").json()["cases"]
    assert listed["number"] == case.number
    assert listed["final_bill"]["status"] == "awaited"
    unpaid = caller.post(f"/cases/{case.number}/payment/")
    assert (unpaid.status_code, "not been issued" in unpaid.json()["detail"]) == (422, True)
    issued = caller.post(f"/cases/{case.number}/final-bill/", amount="10.50")
    assert issued.status_code == 200
    assert issued.json()["balance"] == "10.50"
    assert [b["kind"] for b in issued.json()["blockers"]] == ["final_bill_unpaid"]
    paid = caller.post(f"/cases/{case.number}/payment/")
    assert (paid.json()["state"], paid.json()["blockers"]) == ("closed", [])
    event = case.events.get(kind="final_bill_paid")
    assert (event.actor_kind, event.data["by"]) == ("desk", "billing (API)")


@pytest.mark.guarantee("G17")
def test_the_same_call_again_gets_the_same_answer_and_changes_nothing() -> None:
    desk, case = await_bill()
    caller = Caller(desk)
    path = f"/cases/{case.number}/final-bill/"
    first = caller.post(path, "k", amount="10")
    again = caller.post(path, "k", amount="10")
    assert first.json() == again.json()
    assert ("Idempotent-Replay" in first, "Idempotent-Replay" in again) == (False, True)
    assert case.events.filter(kind="final_bill_issued").count() == 1
    for other in (
        caller.post(path, "k", amount="11"),
        caller.post(f"/cases/{case.number}/payment/", "k"),
    ):
        assert other.status_code == 422
        assert "another call" in other.json()["detail"]
    assert desk.read(case).customer.balance == 10


@pytest.mark.guarantee("G17")
def test_a_refusal_is_kept_as_well_and_a_new_key_tries_anew() -> None:
    desk, case = await_bill()
    caller = Caller(desk)
    pay = f"/cases/{case.number}/payment/"
    assert caller.post(pay, "early").status_code == 422
    caller.post(f"/cases/{case.number}/final-bill/", amount="10")
    assert caller.post(pay, "early").status_code == 422  # the answer of then
    assert caller.post(pay, "later").status_code == 200


@pytest.mark.guarantee("G17")
def test_a_stale_version_is_refused() -> None:
    desk, case = await_bill()
    caller = Caller(desk)
    version = caller.get(f"/cases/{case.number}/").json()["version"]
    fresh = caller.post(f"/cases/{case.number}/final-bill/", amount="10", version=version)
    assert fresh.json()["version"] == version + 1
    stale = caller.post(f"/cases/{case.number}/payment/", version=version)
    assert (stale.status_code, stale.json()["detail"][:15]) == (409, "Someone changed")
    assert desk.read(case).state == "awaiting_final_bill"


@pytest.mark.guarantee("G17")
def test_a_change_without_its_key_is_refused() -> None:
    desk, case = await_bill()
    caller = Caller(desk)
    for key in (None, " ", "x" * 101, "a\tb"):
        answer = caller.post(f"/cases/{case.number}/balance/", key, balance="0")
        assert answer.status_code == 400
    assert not ApiCall.objects.exists()


@pytest.mark.guarantee("G17")
@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_calls_have_one_effect() -> None:
    desk, case = await_bill()
    caller = Caller(desk)
    path = f"/cases/{case.number}/final-bill/"
    answers = at_once(*[lambda: caller.post(path, "same", amount="10") for _ in range(20)])
    assert [a.status_code for a in answers] == [200] * 20
    assert sum("Idempotent-Replay" in a for a in answers) == 19
    assert case.events.filter(kind="final_bill_issued").count() == 1
    assert desk.read(case).customer.balance == 10


def test_a_failure_of_ours_leaves_nothing_behind(monkeypatch: Any) -> None:
    desk, case = await_bill()
    caller = Caller(desk)
    path = f"/cases/{case.number}/final-bill/"
    with monkeypatch.context() as broken:
        broken.setattr("cases.queries.api.describe_fully", None)
        assert caller.post(path, "k", amount="10").status_code == 500
    assert not ApiCall.objects.exists()
    assert desk.read(case).final_bill.status == "awaited"
    assert caller.post(path, "k", amount="10").status_code == 200


@pytest.mark.threat(50)
def test_another_brands_cases_and_accounts_do_not_exist() -> None:
    desk, case = await_bill()
    stranger = Caller(Desk(items=1))
    assert case.number not in stranger.get("/cases/").content.decode()
    assert stranger.get(f"/cases/{case.number}/").status_code == 404
    for path, body in (
        (f"/cases/{case.number}/final-bill/", {"amount": "1"}),
        (f"/cases/{case.number}/payment/", {}),
        (f"/cases/{case.number}/balance/", {"balance": "0"}),
        (f"/accounts/{desk.customer.account_number}/inventory/", {"problem": "none of yours"}),
    ):
        assert stranger.post(path, **body).status_code == 404
    desk.customer.refresh_from_db()
    assert desk.customer.inventory_problem == ""


@pytest.mark.threat(50)
def test_only_a_living_key_opens() -> None:
    desk, case = await_bill()
    caller = Caller(desk)
    assert caller.get("/cases/").status_code == 200
    signed_in = Client()
    signed_in.force_login(factories.make_user(role="administrator"))
    assert signed_in.get("/api/v1/cases/").status_code == 401
    assert signed_in.post(f"/api/v1/cases/{case.number}/payment/").status_code == 401
    for token in ("", "lc_", caller.token[:-1], caller.key.token_hash):
        assert Caller(desk, token=token or "x").get("/cases/").status_code == 401
    admin = Actor.staff(factories.make_user(role="administrator"))
    revoke_key(key=caller.key, actor=admin, now=desk.now)
    assert caller.get("/cases/").status_code == 401


def test_the_secret_is_kept_as_a_hash_alone() -> None:
    desk, _ = await_bill()
    caller = Caller(desk)
    row = str(ApiKey.objects.values().get())
    assert caller.token not in row
    assert caller.token[3:] not in row
    assert len(caller.token) > 40


def test_only_an_administrator_of_the_brand_makes_keys() -> None:
    desk = Desk(items=1)
    foreign = factories.make_user(role="administrator", brands=[factories.make_brand()])
    for user in (desk.agent, factories.make_user(role="supervisor"), foreign):
        with pytest.raises(NotAllowed):
            make_key(brand=desk.brand, name="x", actor=Actor.staff(user), now=desk.now)


def test_what_is_wrong_is_said_and_changes_nothing() -> None:
    desk, case = await_bill()
    caller = Caller(desk)
    path = f"/cases/{case.number}/final-bill/"
    for body in (
        {},
        {"amount": "-1"},
        {"amount": "NaN"},
        {"amount": "1e400"},
        {"amount": "1.00001"},
        {"amount": "1", "extra": 1},
        {"amount": "1", "version": 0},
        {"amount": None},
    ):
        assert caller.post(path, **body).status_code == 422, body
    assert caller.post("/cases/1234/payment/").status_code == 404
    assert caller.get("/cases/", state="lost").status_code == 422
    assert caller.get("/cases/", after="x").status_code == 422
    assert desk.read(case).final_bill.status == "awaited"


@pytest.mark.rule("R45")
def test_an_inventory_that_could_not_be_read_blocks_until_it_is() -> None:
    desk, _ = await_bill()
    caller = Caller(desk)
    path = f"/accounts/{desk.customer.account_number}/inventory/"
    assert caller.post(path, problem="Japan did not answer").status_code == 200
    desk.customer.refresh_from_db()
    assert desk.customer.inventory_problem == "Japan did not answer"
    assert desk.customer.inventory_read_at is not None
    assert caller.post(path).json()["problem"] == ""


@pytest.mark.rule("R43")
def test_no_address_of_the_api_confirms_or_ends_anything() -> None:
    (described,) = [p for p in urlpatterns if str(p.pattern) == "api/v1/"]
    posts = {str(p.pattern) for p in described.url_patterns}
    assert posts == {
        "openapi.json", "", "cases/", "cases/<number>/", "cases/<number>/final-bill/",
        "cases/<number>/payment/", "cases/<number>/balance/",
        "accounts/<account_number>/inventory/",
    }  # fmt: skip


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_takes_a_fixed_number_of_queries(
    many: int, django_assert_max_num_queries: Any
) -> None:
    desk = Desk(items=many)
    for item in desk.customer.items.all():
        desk.open(item_ids=[item.pk])
    caller = Caller(desk)
    with django_assert_max_num_queries(4):
        assert len(caller.get("/cases/").json()["cases"]) == many


def test_the_list_goes_on_after_a_hundred(monkeypatch: Any) -> None:
    monkeypatch.setattr("cases.queries.api.PAGE", 2)
    desk = Desk(items=3)
    for item in desk.customer.items.all():
        desk.open(item_ids=[item.pk])
    caller = Caller(desk)
    first = caller.get("/cases/").json()
    rest = caller.get("/cases/", after=first["after"]).json()
    assert (len(first["cases"]), len(rest["cases"]), rest["after"]) == (2, 1, None)


def test_a_key_made_in_the_admin_is_shown_once(client: Client) -> None:
    desk = Desk(items=1)
    client.force_login(factories.make_user(role="administrator"))
    answer = client.post(
        "/admin/cases/apikey/add/", {"brand": desk.brand.pk, "name": "erp"}, follow=True
    )
    page = answer.content.decode()
    token = page.split("The key is ")[1].split(" ")[0]
    assert Caller(desk, token=token).get("/cases/").status_code == 200
    assert token not in client.get("/admin/cases/apikey/").content.decode()

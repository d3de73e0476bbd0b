"""The door for providers' results: signed, of this time, once, in any order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import ProviderCall
from accounts.provisioning.signing import find_secrets, make_headers
from cases.actions import orders, restoration, timers
from cases.models import Case
from config import clock
from tests import factories
from tests.accounts.provisioning.provider import SECRET
from tests.cases.build import Desk
from tests.rules.helpers import chicago, item_states, outcomes
from tests.scene import play_once

DONE = chicago(2026, 10, 21, 0, 1)


@pytest.fixture(scope="module")
def asked(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Desk, Case]]:
    """The provider takes its time: every order is pending until it calls back."""
    with play_once(django_db_blocker):
        desk = Desk(items=2)
        desk.brand.provisioning = {
            "adapter": "sandbox",
            "delay_s": 86_400,
            "kinds": {"sim": {"adapter": "webhook", "url": "https://x.example/", "secret": "TEST"}},
        }
        desk.brand.save()
        case = desk.confirm(desk.open())
        desk.now = DONE
        timers.fire_due(now=desk.now)
        orders.provision_due(now=desk.now)
        yield desk, case


@pytest.fixture
def desk(asked: tuple[Desk, Case], db: None, settings: Any, time_machine: Any) -> Desk:
    settings.PROVISIONING_SECRETS = {"TEST": SECRET}
    time_machine.move_to(DONE, tick=False)
    return deepcopy(asked[0])


@pytest.fixture
def case(asked: tuple[Desk, Case]) -> Case:
    return deepcopy(asked[1])


def key_of(case: Case, index: int = 0, verb: str = "deactivate") -> str:
    return f"{case.number}:{case.items.order_by('pk')[index].item_id}:{verb}"


def call(
    client: Client,
    desk: Desk,
    body: object,
    *,
    message_id: str = "m1",
    at: datetime | None = None,
    **changes: str,
) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = make_headers(
        secret=find_secrets(name="TEST")[0],
        message_id=message_id,
        body=raw,
        now=at or clock.now(),
    )
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    return client.post(
        f"/hooks/provisioning/{desk.brand.slug}/",
        raw,
        content_type="application/json",
        headers=headers,
    )


def result(key: str, status: str = "done", **more: object) -> dict[str, Any]:
    return {"type": "provisioning.result", "data": {"key": key, "status": status, **more}}


def test_results_that_come_later_complete_the_case(client: Client, desk: Desk, case: Case) -> None:
    assert outcomes(case) == ["deactivating"] * 2
    first = call(client, desk, result(key_of(case)), message_id="m1")
    assert (first.status_code, first.json()) == (200, {"result": "taken"})
    assert desk.read(case).state == "executing"
    call(client, desk, result(key_of(case, 1), detail="Port 7 shut."), message_id="m2")
    assert desk.read(case).state == "in_grace"
    assert item_states(case) == ["suspended"] * 2
    assert desk.read(case).executed_at == DONE


def test_a_failure_and_a_pause_are_told_too(client: Client, desk: Desk, case: Case) -> None:
    failed = result(key_of(case), "failed", detail="No such line.\x00\n<b>")
    assert call(client, desk, failed).json() == {"result": "taken"}
    item = case.items.order_by("pk")[0]
    assert (item.outcome, item.detail, item.failures) == ("failed", "No such line. <b>", 1)
    later = result(key_of(case), "pending", retry_after_s=500)
    call(client, desk, later, message_id="m2")
    item.refresh_from_db()
    assert item.outcome == "deactivating"
    assert item.next_attempt_at == DONE + timedelta(seconds=500)


@pytest.mark.threat(59)
def test_the_same_message_twice_acts_once(client: Client, desk: Desk, case: Case) -> None:
    failed = result(key_of(case), "failed")
    assert call(client, desk, failed).json() == {"result": "taken"}
    assert call(client, desk, failed).json() == {"result": "duplicate"}
    assert case.items.order_by("pk")[0].failures == 1


@pytest.mark.threat(60)
def test_out_of_order_nothing_goes_back(client: Client, desk: Desk, case: Case) -> None:
    key = key_of(case)
    call(client, desk, result(key), message_id="m2")
    for number, status in enumerate(("pending", "failed", "done"), start=3):
        answer = call(client, desk, result(key, status), message_id=f"m{number}")
        assert answer.json() == {"result": "ignored"}
    assert outcomes(case) == ["deactivated", "deactivating"]
    assert case.events.filter(kind="item_deactivated").count() == 1


@pytest.mark.threat(60)
def test_a_late_result_of_the_first_order_undoes_no_restore(
    client: Client, desk: Desk, case: Case
) -> None:
    for index in (0, 1):
        call(client, desk, result(key_of(case, index)), message_id=f"m{index}")
    desk.do(restoration.restore, case)
    late = call(client, desk, result(key_of(case)), message_id="late")
    assert late.json() == {"result": "ignored"}
    assert outcomes(case) == ["reactivating"] * 2
    back = call(client, desk, result(key_of(case, 0, "reactivate")), message_id="back")
    assert back.json() == {"result": "taken"}


@pytest.mark.threat(58)
@pytest.mark.parametrize(
    "changes",
    [
        {"webhook_signature": ""},
        {"webhook_signature": "v1,AAAA"},
        {"webhook_signature": "v2,\u00e4"},
        {"webhook_id": "another"},
        {"webhook_id": ""},
        {"webhook_id": "x" * 129},
        {"webhook_timestamp": "1"},
        {"webhook_timestamp": "now"},
        {"webhook_timestamp": "٣"},
    ],
)
def test_what_is_not_signed_is_refused_without_a_word(
    client: Client, desk: Desk, case: Case, changes: dict[str, str]
) -> None:
    answer = call(client, desk, result(key_of(case)), **changes)
    assert (answer.status_code, answer.json()) == (401, {"error": "Not authentic."})
    assert outcomes(case) == ["deactivating"] * 2
    assert not ProviderCall.objects.exists()


@pytest.mark.threat(59)
def test_a_body_that_was_swapped_is_refused(client: Client, desk: Desk, case: Case) -> None:
    raw = json.dumps(result(key_of(case))).encode()
    signed = make_headers(
        secret=find_secrets(name="TEST")[0], message_id="m1", body=raw, now=clock.now()
    )
    swapped = json.dumps(result(key_of(case, 1))).encode()
    answer = client.post(
        f"/hooks/provisioning/{desk.brand.slug}/",
        swapped,
        content_type="application/json",
        headers=signed,
    )
    assert answer.status_code == 401


@pytest.mark.threat(59)
@pytest.mark.parametrize("minutes", [-6, 6])
def test_of_another_time_it_is_refused(
    client: Client, desk: Desk, case: Case, minutes: int
) -> None:
    at = clock.now() + timedelta(minutes=minutes)
    assert call(client, desk, result(key_of(case)), at=at).status_code == 401


@pytest.mark.threat(58)
def test_another_brands_secret_and_an_unknown_brand(
    client: Client, desk: Desk, case: Case, settings: Any
) -> None:
    other = factories.make_brand()
    raw = json.dumps(result(key_of(case))).encode()
    headers = make_headers(
        secret=find_secrets(name="TEST")[0], message_id="m", body=raw, now=clock.now()
    )
    for slug in (other.slug, "nobody"):
        answer = client.post(
            f"/hooks/provisioning/{slug}/", raw, content_type="application/json", headers=headers
        )
        assert answer.status_code == 401


@pytest.mark.threat(50)
def test_a_brand_moves_no_other_brands_order(client: Client, desk: Desk, case: Case) -> None:
    other = factories.make_brand(provisioning=desk.brand.provisioning)
    desk.brand = other
    assert call(client, desk, result(key_of(case))).status_code == 404
    assert not ProviderCall.objects.exists()


def test_a_secret_being_changed(client: Client, desk: Desk, case: Case, settings: Any) -> None:
    """The new one stands first and signs our orders; the provider may still use the old one."""
    newer = "whsec_" + "bmV3" * 10
    settings.PROVISIONING_SECRETS = {"TEST": f"{newer} {SECRET}"}
    old = find_secrets(name="TEST")[1]
    raw = json.dumps(result(key_of(case))).encode()
    headers = make_headers(secret=old, message_id="m1", body=raw, now=clock.now())
    url = f"/hooks/provisioning/{desk.brand.slug}/"
    answer = client.post(url, raw, content_type="application/json", headers=headers)
    assert answer.json() == {"result": "taken"}


@pytest.mark.threat(62)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"[" * 20_000, 400),
        (b"[]", 400),
        (b'{"data": []}', 400),
        (b'{"data": {"key": 7, "status": "done"}}', 400),
        (b"x" * 70_000, 413),
        (result("4831-0726-5:1:deactivate"), 404),
        (result("rubbish"), 404),
        (result("4831-0726-5:\u0663:deactivate"), 404),
        (result("4831-0726-5:99999999999999999999999:deactivate"), 404),
        (result("4831\x00:1:deactivate"), 404),
    ],
)
def test_what_is_no_result_is_told_to_the_developer(
    client: Client, desk: Desk, case: Case, body: object, status: int
) -> None:
    assert call(client, desk, body).status_code == status


def test_a_status_that_nobody_knows(client: Client, desk: Desk, case: Case) -> None:
    answer = call(client, desk, result(key_of(case), "perhaps"))
    assert answer.status_code == 400
    assert "done, pending, failed" in answer.json()["error"]


@pytest.mark.threat(58)
def test_a_failure_of_ours_asks_to_try_again(
    client: Client, desk: Desk, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise OperationalError("the database went away")

    monkeypatch.setattr("cases.views.hooks.take_result", fail)
    answer = call(client, desk, result(key_of(case)))
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


@pytest.mark.threat(43)
def test_only_post(client: Client, desk: Desk) -> None:
    assert client.get(f"/hooks/provisioning/{desk.brand.slug}/").status_code == 405

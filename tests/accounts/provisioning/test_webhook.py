"""The signed webhook against a real server that misbehaves in every way it knows."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError

from accounts import provisioning
from accounts.models import Item
from accounts.provisioning import Answer
from tests import factories
from tests.accounts.provisioning.worlds import WebhookWorld, make_item, run_webhook_world


@pytest.fixture
def world(settings: object) -> Iterator[WebhookWorld]:
    with run_webhook_world(settings) as world:
        yield world


@pytest.fixture
def item(world: WebhookWorld) -> Item:
    return make_item(world)


def ask(item: Item, key: str = "4831-0726-5:9:terminate") -> Answer:
    return provisioning.terminate(item=item, key=key)


def test_an_order_is_signed_and_names_the_service(world: WebhookWorld, item: Item) -> None:
    assert ask(item) == Answer(status="done", detail="Switched off.")
    seen = world.look()
    assert seen["effects"] == {"4831-0726-5:9:terminate": [f"terminate {item.pk}"]}
    [headers] = seen["requests"]
    assert headers["webhook-id"] == headers["idempotency-key"] == "4831-0726-5:9:terminate"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60


def test_a_wrong_secret_is_a_failure_that_says_so(
    world: WebhookWorld, item: Item, settings: object
) -> None:
    other = "whsec_" + "b" * 40
    settings.PROVISIONING_SECRETS = {"TEST": other}  # type: ignore[attr-defined]
    assert ask(item) == Answer(status="failed", detail="Answered 401: not signed")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("pending", Answer(status="pending", detail="soon", retry_after_s=7)),
        ("accepted", Answer(status="pending", detail="Accepted; the result comes later.")),
        ("failed", Answer(status="failed", detail="the exchange is busy")),
        ("error", Answer(status="failed", detail="Answered 500.")),
        ("busy", Answer(status="failed", detail="Answered 429.", retry_after_s=120)),
        (
            "garbage",
            Answer(status="failed", detail="Answered 200 without a result: it is not JSON."),
        ),
        (
            "redirect",
            Answer(status="failed", detail="Answered 302: redirects are not followed."),
        ),
    ],
)
def test_what_the_server_answers(
    world: WebhookWorld, item: Item, mode: str, expected: Answer
) -> None:
    world.tell(mode=mode)
    assert ask(item) == expected


@pytest.mark.parametrize("mode", ["nonsense", "deep", "huge", "broken"])
def test_what_cannot_be_understood_has_failed(world: WebhookWorld, item: Item, mode: str) -> None:
    world.tell(mode=mode)
    answer = ask(item)
    assert answer.status == "failed"
    assert answer.detail
    world.tell(mode="done")
    assert ask(item).is_done


def test_a_slow_server_holds_nobody_longer_than_its_time(world: WebhookWorld, item: Item) -> None:
    world.config["timeout_s"] = 1
    world.tell(mode="silent")
    started = time.monotonic()
    answer = ask(item)
    assert time.monotonic() - started < 3
    assert answer.status == "failed"
    assert "asked again with the same key" in answer.detail


def test_it_acted_but_was_too_slow_to_say_so(world: WebhookWorld, item: Item) -> None:
    """The effect is there; the next question hears of it and causes no second one."""
    world.config["timeout_s"] = 1
    world.tell(delay_s=1.5)
    assert ask(item).status == "failed"
    world.tell(delay_s=0)
    time.sleep(1)
    assert ask(item).is_done
    assert world.count_effects("4831-0726-5:9:terminate") == 1


def test_a_server_that_is_down(world: WebhookWorld, item: Item) -> None:
    world.stop()
    answer = ask(item)
    assert answer.status == "failed"
    assert "refuses connections" in answer.detail


@pytest.mark.threat(63)
def test_an_address_of_ours_is_refused_and_no_attempt_repairs_it(
    world: WebhookWorld, item: Item, settings: object
) -> None:
    settings.PROVISIONING_ALLOW_PRIVATE = []  # type: ignore[attr-defined]
    answer = ask(item)
    assert answer.status == "failed"
    assert "no public address" in answer.detail
    assert world.look()["requests"] == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "ftp://example.com/"}, "“url”"),
        ({"url": ""}, "“url”"),
        ({"secret": "whsec_abc"}, "PROVISIONING_SECRET_ACME"),
        ({"secret": "MISSING"}, "PROVISIONING_SECRET_MISSING is not set"),
        ({"secret": "SHORT"}, "PROVISIONING_SECRET_SHORT must be whsec_"),
        ({"timeout_s": 0}, "“timeout_s”"),
        ({"timeout_s": True}, "“timeout_s”"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_the_brands_form(
    world: WebhookWorld, settings: object, changes: dict[str, object], words: str
) -> None:
    settings.PROVISIONING_SECRETS["SHORT"] = "whsec_YWJj"  # type: ignore[attr-defined]
    brand = factories.make_brand()
    brand.provisioning = {**world.config, **changes}
    with pytest.raises(ValidationError) as error:
        brand.clean()
    assert words in error.value.message_dict["provisioning"][0]

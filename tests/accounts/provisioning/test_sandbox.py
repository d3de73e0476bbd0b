"""The imaginary provider, through the door that everybody uses."""

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts import provisioning
from accounts.models import Item, SandboxOrder
from accounts.provisioning import Answer
from tests.factories import make_brand, make_customer, make_item

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 22, 6, 0, tzinfo=UTC)


def make_provided_item(**config: object) -> Item:
    """An item of a brand with these sandbox settings."""
    brand = make_brand(provisioning={"adapter": "sandbox", **config})
    return make_item(customer=make_customer(brand=brand))


def test_it_acts_at_once_and_once() -> None:
    item = make_provided_item()
    first = provisioning.deactivate(item=item, key="case:1:item:1:down")
    again = provisioning.deactivate(item=item, key="case:1:item:1:down")
    assert first == Answer(status="done", detail="The sandbox provider has done it.")
    assert again == Answer(status="done", detail="The sandbox provider had done it.")
    assert SandboxOrder.objects.count() == 1


def test_it_leaves_the_items_status_to_the_caller() -> None:
    item = make_provided_item()
    provisioning.deactivate(item=item, key="k")
    item.refresh_from_db()
    assert item.status == "active"


def test_a_key_is_for_one_thing() -> None:
    item = make_provided_item()
    provisioning.deactivate(item=item, key="k")
    other = provisioning.reactivate(item=item, key="k")
    assert other == Answer(status="failed", detail="The key k was used for something else.")
    assert provisioning.reactivate(item=item, key="k2").is_done


def test_it_takes_its_time() -> None:
    item = make_provided_item(delay_s=90)
    with time_machine.travel(NOW, tick=False) as clock:
        asked = provisioning.deactivate(item=item, key="k")
        clock.shift(timedelta(seconds=89))
        still = provisioning.deactivate(item=item, key="k")
        clock.shift(timedelta(seconds=1))
        done = provisioning.deactivate(item=item, key="k")
    pending = "The sandbox provider takes its time."
    assert asked == Answer(status="pending", detail=pending, retry_after_s=90)
    assert still == Answer(status="pending", detail=pending, retry_after_s=1)
    assert done.is_done


def test_it_fails_as_told_and_succeeds_once_repaired() -> None:
    item = make_provided_item()
    brand = item.customer.brand
    failed = Answer(status="failed", detail="The sandbox provider was told to fail.")
    brand.provisioning = {"adapter": "sandbox", "fail_items": [item.pk]}
    assert provisioning.deactivate(item=item, key="k") == failed
    brand.provisioning = {"adapter": "sandbox", "fail_verbs": ["deactivate"]}
    assert provisioning.deactivate(item=item, key="k") == failed
    assert provisioning.reactivate(item=item, key="k2").is_done
    brand.provisioning = {"adapter": "sandbox", "fail_items": [item.pk + 1]}
    assert provisioning.deactivate(item=item, key="k").is_done


def test_it_refuses_outside_the_sandbox(settings: pytest.FixtureRequest) -> None:
    item = make_provided_item()
    settings.SANDBOX = False  # type: ignore[attr-defined]
    answer = provisioning.deactivate(item=item, key="k")
    assert answer == Answer(
        status="failed", detail="The sandbox provider is off outside the sandbox."
    )
    assert not SandboxOrder.objects.exists()
    settings.SANDBOX_PROVISIONING = True  # type: ignore[attr-defined]
    assert provisioning.deactivate(item=item, key="k").is_done


def test_a_missing_adapter_fails_visibly() -> None:
    item = make_provided_item()
    item.customer.brand.provisioning = {"adapter": "pigeon"}
    for verb in (provisioning.deactivate, provisioning.reactivate):
        answer = verb(item=item, key="k")
        assert answer == Answer(
            status="failed", detail="There is no provisioning adapter 'pigeon'."
        )


def test_an_item_kind_may_have_its_own_adapter() -> None:
    item = make_provided_item(kinds={"extension": {"adapter": "pigeon"}})
    sim = make_item(customer=item.customer, kind="sim")
    assert provisioning.deactivate(item=item, key="k").status == "failed"
    assert provisioning.deactivate(item=sim, key="k2").status == "done"


def test_the_sandbox_can_be_chosen() -> None:
    assert "sandbox" in provisioning.list_adapters()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ([], "Write {“adapter”: name, …}."),
        ({}, "Write {“adapter”: name, …}."),
        ({"adapter": ["sandbox"]}, "There is no provisioning adapter"),
        ({"adapter": "os"}, "There is no provisioning adapter 'os'. There are: "),
        ({"adapter": "sandbox", "fail_items": ["1"]}, "“fail_items” is a list of item ids."),
        ({"adapter": "sandbox", "fail_verbs": ["purge"]}, "“fail_verbs” is a list of"),
        ({"adapter": "sandbox", "fail_verbs": [[]]}, "“fail_verbs” is a list of"),
        ({"adapter": "sandbox", "delay_s": -1}, "“delay_s” is a whole number"),
        ({"adapter": "sandbox", "delay_s": True}, "“delay_s” is a whole number"),
        ({"adapter": "sandbox", "kinds": []}, "“kinds” maps"),
        ({"adapter": "sandbox", "kinds": {"fax": {}}}, "There is no item kind “fax”."),
        ({"adapter": "sandbox", "kinds": {"sim": {}}}, "Write {“adapter”: name, …}."),
    ],
)
def test_settings_that_cannot_work_are_refused_in_the_brands_form(
    config: object, message: str
) -> None:
    brand = make_brand()
    brand.provisioning = config
    with pytest.raises(ValidationError) as error:
        brand.clean()
    [text] = error.value.message_dict["provisioning"]
    assert text.startswith(message)


def test_it_may_be_slow_and_fails_items_of_kinds_with_settings_of_their_own() -> None:
    item = make_provided_item(kinds={"extension": {"adapter": "sandbox", "slow_s": 1}})
    started = monotonic()
    assert provisioning.deactivate(item=item, key="k").is_done
    assert monotonic() - started >= 1
    item.customer.brand.provisioning["fail_items"] = [item.pk]
    assert provisioning.deactivate(item=item, key="k2").status == "failed"

"""What every adapter must do. Subclass AdapterContract with a `world` fixture, and it is proven.

class TestMyAdapter(AdapterContract):
    @pytest.fixture
    def world(self) -> World: ...
"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from accounts import provisioning
from accounts.models import Item
from accounts.provisioning import Answer
from accounts.provisioning.base import VERBS
from tests.accounts.provisioning.worlds import World, make_item

MOST_ROUNDS = 3


def order(world: World, item: Item, key: str, verb: str = "deactivate") -> Answer:
    item.customer.brand.provisioning = world.config
    return getattr(provisioning, verb)(item=item, key=key)


def order_until_done(world: World, item: Item, key: str, verb: str = "deactivate") -> Answer:
    """As the desk does: again with the same key while it is pending."""
    answer = order(world, item, key, verb)
    for _ in range(MOST_ROUNDS):
        if answer.status != "pending":
            break
        world.finish(key)
        answer = order(world, item, key, verb)
    return answer


class AdapterContract:
    """Seven promises of an adapter."""

    def test_a_brand_may_choose_it_with_these_settings(self, world: World) -> None:
        assert world.config["adapter"] in provisioning.list_adapters()
        provisioning.validate_config(world.config)

    def test_it_says_who_is_waited_for(self, world: World) -> None:
        item = make_item(world)
        assert provisioning.waits_for(item) in ("provider", "person")
        assert isinstance(provisioning.is_remote(item), bool)

    @pytest.mark.rule("R53")
    @pytest.mark.parametrize("verb", VERBS)
    def test_the_same_key_acts_once(self, world: World, verb: str) -> None:
        item, key = make_item(world), f"4831-0726-5:1:{verb}"
        for _ in range(3):
            assert order_until_done(world, item, key, verb).is_done
        assert world.count_effects(key) == 1

    def test_a_key_is_for_one_thing(self, world: World) -> None:
        item = make_item(world)
        order_until_done(world, item, "k")
        assert order(world, item, "k", "reactivate").status == "failed"

    def test_it_leaves_the_items_status_to_the_caller(self, world: World) -> None:
        item = make_item(world)
        order_until_done(world, item, "k")
        item.refresh_from_db()
        assert item.status == "active"

    @pytest.mark.rule("R56")
    def test_a_failure_is_an_answer_and_repaired_the_same_key_acts(self, world: World) -> None:
        item = make_item(world)
        world.fail()
        failed = order(world, item, "k")
        assert failed.status in ("failed", "pending")
        assert failed.detail
        assert world.count_effects("k") == 0
        world.work()
        assert order_until_done(world, item, "k").is_done
        assert world.count_effects("k") == 1

    @pytest.mark.guarantee("G17")
    @pytest.mark.django_db(transaction=True)
    def test_eight_at_once_with_one_key_act_once(self, world: World) -> None:
        item, answers = make_item(world), list[Answer]()

        def ask() -> None:
            answers.append(order_until_done(world, item, "k"))
            connection.close()

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert [answer.status for answer in answers] == ["done"] * 8, answers
        assert world.count_effects("k") == 1


class RemoteContract(AdapterContract):
    """And of one that asks over the network: its answer is waited for outside any transaction."""

    def test_it_needs_no_database(self, world: World, django_assert_num_queries: Any) -> None:
        item = make_item(world)
        assert provisioning.is_remote(item)
        with django_assert_num_queries(0):
            assert order(world, item, "k").is_done

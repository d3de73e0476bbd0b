"""The moves of an item's status and a port's."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts import services
from accounts.models import Item, Port
from accounts.services import PortNotPending, WrongItemStatus
from tests.factories import make_item, make_port

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 22, 6, 0, tzinfo=UTC)

MOVES = {
    ("active", "suspended"),
    ("active", "ended"),
    ("active", "ported"),
    ("suspended", "active"),
    ("suspended", "ended"),
    ("suspended", "ported"),
}
WRITERS = {
    "suspended": services.suspend_item,
    "ended": services.end_item,
    "active": services.reactivate_item,
    "ported": services.mark_ported,
}


@pytest.mark.parametrize("before", Item.Status.values)
@pytest.mark.parametrize("after", Item.Status.values)
def test_every_move(before: str, after: str) -> None:
    item = make_item(status=before)
    move: Callable[..., Item] = WRITERS[after]
    if (before, after) in MOVES:
        assert move(item=item, now=NOW) is item
    else:
        with pytest.raises(WrongItemStatus, match=f"is {before} and cannot become {after}"):
            move(item=item, now=NOW)
    stored = Item.objects.get(pk=item.pk)
    moved = (before, after) in MOVES
    assert (stored.status, stored.status_at) == ((after, NOW) if moved else (before, None))
    assert (item.status, item.status_at) == (stored.status, stored.status_at)


def test_a_stale_instance_does_not_decide() -> None:
    item = make_item()
    stale = Item.objects.get(pk=item.pk)
    services.end_item(item=item, now=NOW)
    with pytest.raises(WrongItemStatus) as error:
        services.suspend_item(item=stale, now=NOW)
    assert (error.value.item.status, error.value.wanted) == ("ended", "suspended")


def test_only_the_status_is_written() -> None:
    item = make_item()
    Item.objects.filter(pk=item.pk).update(label="renamed meanwhile")
    services.suspend_item(item=item, now=NOW)
    assert Item.objects.get(pk=item.pk).label == "renamed meanwhile"


@pytest.mark.rule("R2")
def test_a_port_that_ends_leaves_the_service_as_it_was() -> None:
    for end, status in (
        (services.finish_port, "done"),
        (services.cancel_port, "cancelled"),
        (services.fail_port, "failed"),
    ):
        port = make_port()
        assert end(port=port, now=NOW) is port
        stored = Port.objects.select_related("item").get(pk=port.pk)
        assert (stored.status, stored.completed_at) == (status, NOW)
        assert (stored.item.status, stored.item.status_at) == ("active", None)
        with pytest.raises(PortNotPending, match=f"is {status}"):
            end(port=port, now=NOW)

"""Small writers for an item's status and a port's. Each locks its row and checks the move.

They neither ask a provider nor write a case's history: that is the caller's, who runs them in
its own transaction, after the provider answered.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Customer, Item, Port

# From → to. What is not here does not exist: an ended or ported item never comes back (R25, R40).
MOVES: dict[str, frozenset[str]] = {
    Item.Status.ACTIVE: frozenset({Item.Status.SUSPENDED, Item.Status.ENDED, Item.Status.PORTED}),
    Item.Status.SUSPENDED: frozenset({Item.Status.ACTIVE, Item.Status.ENDED, Item.Status.PORTED}),
    Item.Status.ENDED: frozenset(),
    Item.Status.PORTED: frozenset(),
}


class WrongItemStatus(Exception):
    """The item's present status does not allow the move; ``item`` is as the database has it."""

    def __init__(self, item: Item, wanted: str) -> None:
        super().__init__(f"{item.label} is {item.status} and cannot become {wanted}.")
        self.item = item
        self.wanted = wanted


class PortNotPending(Exception):
    """The port has ended already."""


def suspend_item(*, item: Item, now: datetime) -> Item:
    """Record that an active item was deactivated and can come back. Raises WrongItemStatus."""
    return _move(item, Item.Status.SUSPENDED, now)


def end_item(*, item: Item, now: datetime) -> Item:
    """Record that an active or suspended item is gone for good. Raises WrongItemStatus."""
    return _move(item, Item.Status.ENDED, now)


def reactivate_item(*, item: Item, now: datetime) -> Item:
    """Record that a suspended item works again. Raises WrongItemStatus: ended or ported stays."""
    return _move(item, Item.Status.ACTIVE, now)


def move_locked(*, item: Item, wanted: str, now: datetime) -> None:
    """Set the status of an item whose row the caller holds locked; `save_statuses` writes it.

    Raises WrongItemStatus.
    """
    if wanted not in MOVES[item.status]:
        raise WrongItemStatus(item, wanted)
    item.status, item.status_at = wanted, now


def save_statuses(*, items: Sequence[Item]) -> None:
    """Write the statuses of many locked items at once, each with its own time."""
    Item.objects.bulk_update(items, ["status", "status_at"])


def switch_off_protection(*, item: Item) -> bool:
    """Switch an item's termination protection off, by itself (R47). False when it was off."""
    switched = Item.objects.filter(pk=item.pk, protected=True).update(protected=False)
    item.protected = False
    return bool(switched)


def mark_ported(*, item: Item, now: datetime) -> Item:
    """Record that a number now belongs to another carrier and is billed no more.

    Raises WrongItemStatus. A port that is done does not do this by itself (R2, R36).
    """
    return _move(item, Item.Status.PORTED, now)


def finish_port(*, port: Port, now: datetime) -> Port:
    """Record that the other carrier has the number. The item stays billed (R36).

    Raises PortNotPending.
    """
    return _end_port(port, Port.Status.DONE, now)


def cancel_port(*, port: Port, now: datetime) -> Port:
    """Record that the port will not happen. Raises PortNotPending."""
    return _end_port(port, Port.Status.CANCELLED, now)


def fail_port(*, port: Port, now: datetime) -> Port:
    """Record that the carriers could not port the number. Raises PortNotPending."""
    return _end_port(port, Port.Status.FAILED, now)


def note_inventory(*, customer: Customer, now: datetime, problem: str = "") -> Customer:
    """Record that the account's inventory was read, or why it could not be (R45).

    A problem blocks whatever ends the account until it is read again without one.
    """
    customer.inventory_problem, customer.inventory_read_at = problem.strip()[:200], now
    customer.save(update_fields=["inventory_problem", "inventory_read_at"])
    return customer


def _move(item: Item, wanted: str, now: datetime) -> Item:
    """Move ``item`` and the caller's instance. ``of=self`` locks the item alone, not its place."""
    with transaction.atomic():
        stored = Item.objects.select_for_update(of=("self",)).order_by().get(pk=item.pk)
        if wanted not in MOVES[stored.status]:
            raise WrongItemStatus(stored, wanted)
        stored.status, stored.status_at = wanted, now
        stored.save(update_fields=["status", "status_at"])
    item.status, item.status_at = wanted, now
    return item


def _end_port(port: Port, status: str, now: datetime) -> Port:
    with transaction.atomic():
        stored = Port.objects.select_for_update().get(pk=port.pk)
        if stored.status != Port.Status.PENDING:
            raise PortNotPending(f"The port of {stored.item.label} is {stored.status}.")
        stored.status, stored.completed_at = status, now
        stored.save(update_fields=["status", "completed_at"])
    port.status, port.completed_at = status, now
    return port

"""How an item is deactivated, reactivated and terminated at the provider.

``deactivate``, ``reactivate`` and ``terminate`` ask the adapter that the item's brand names and
return its Answer. None of them writes Item.status: the caller does (accounts.services), in its
own transaction. Call them outside any transaction: a provider may take its time.
"""

from accounts.models.items import Item
from accounts.provisioning.base import Adapter, Answer, InvalidProvisioning, Order, Verb
from accounts.provisioning.registry import (
    UnknownAdapter,
    choose_adapter,
    choose_config,
    list_adapters,
    register,
    validate_config,
)

__all__ = [
    "Adapter",
    "Answer",
    "InvalidProvisioning",
    "Order",
    "UnknownAdapter",
    "Verb",
    "deactivate",
    "is_remote",
    "list_adapters",
    "reactivate",
    "register",
    "terminate",
    "validate_config",
    "waits_for",
]


def deactivate(*, item: Item, key: str) -> Answer:
    """Make ``item`` unavailable at its provider; the same ``key`` acts once.

    A brand whose adapter is missing answers "failed", so that the board shows it to a person.
    """
    return _carry_out(Order(verb="deactivate", item=item, key=key))


def reactivate(*, item: Item, key: str) -> Answer:
    """Undo a deactivation of ``item``; the same ``key`` acts once. Answers as deactivate does."""
    return _carry_out(Order(verb="reactivate", item=item, key=key))


def terminate(*, item: Item, key: str) -> Answer:
    """End ``item`` for good; the same ``key`` acts once. Answers as deactivate does."""
    return _carry_out(Order(verb="terminate", item=item, key=key))


def is_remote(item: Item) -> bool:
    """Tell whether orders for ``item`` only go over the network and need no database."""
    try:
        return choose_adapter(item).is_remote
    except UnknownAdapter:
        return False


def waits_for(item: Item) -> str:
    """Tell who moves next while an order is pending: "provider" or "person"."""
    try:
        return choose_adapter(item).waits_for
    except UnknownAdapter:
        return "person"


def _carry_out(order: Order) -> Answer:
    try:
        adapter = choose_adapter(order.item)
    except UnknownAdapter as error:
        return Answer(status="failed", detail=str(error))
    return adapter.carry_out(order, choose_config(order.item))

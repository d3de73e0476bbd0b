"""How an item is deactivated and reactivated at the provider.

``deactivate`` and ``reactivate`` ask the adapter that the item's brand names and return its
Answer. Neither writes Item.status: the caller does (accounts.services), in its own transaction.
Call them outside any transaction: a provider may take its time.
"""

from accounts.models.items import Item
from accounts.provisioning.base import Adapter, Answer, InvalidProvisioning
from accounts.provisioning.registry import (
    UnknownAdapter,
    choose_config,
    find_adapter,
    list_adapters,
    register,
    validate_config,
)

__all__ = [
    "Adapter",
    "Answer",
    "InvalidProvisioning",
    "UnknownAdapter",
    "deactivate",
    "list_adapters",
    "reactivate",
    "register",
    "validate_config",
]


def deactivate(*, item: Item, key: str) -> Answer:
    """Make ``item`` unavailable at its provider; the same ``key`` acts once.

    A brand whose adapter is missing answers "failed", so that the board shows it to a person.
    """
    config = choose_config(item)
    try:
        adapter = find_adapter(config.get("adapter"))
    except UnknownAdapter as error:
        return Answer(status="failed", detail=str(error))
    return adapter.deactivate(item=item, key=key, config=config)


def reactivate(*, item: Item, key: str) -> Answer:
    """Undo a deactivation of ``item``; the same ``key`` acts once. Answers as deactivate does."""
    config = choose_config(item)
    try:
        adapter = find_adapter(config.get("adapter"))
    except UnknownAdapter as error:
        return Answer(status="failed", detail=str(error))
    return adapter.reactivate(item=item, key=key, config=config)

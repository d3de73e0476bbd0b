"""Adapters by name. A new one is one module in this folder that decorates its class."""

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from accounts.models.items import Item
from accounts.provisioning.base import Adapter, InvalidProvisioning

AdapterClass = TypeVar("AdapterClass", bound=type)

_ADAPTERS: dict[str, Adapter] = {}


class UnknownAdapter(LookupError):
    """A brand names an adapter that does not exist."""


def register(name: str) -> Callable[[AdapterClass], AdapterClass]:
    """Make the decorated class the adapter called ``name``."""

    def keep(adapter_class: AdapterClass) -> AdapterClass:
        _ADAPTERS[name] = adapter_class()
        return adapter_class

    return keep


@cache
def _load_adapters() -> None:
    """Import every module of this folder once; a brand's text never names a module to import."""
    import accounts.provisioning as package

    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")


def list_adapters() -> list[str]:
    """Return the names that a brand may choose from."""
    _load_adapters()
    return sorted(_ADAPTERS)


def find_adapter(name: object) -> Adapter:
    """Return the adapter called ``name``. Raises UnknownAdapter."""
    _load_adapters()
    if not isinstance(name, str) or name not in _ADAPTERS:
        raise UnknownAdapter(f"There is no provisioning adapter {name!r}.")
    return _ADAPTERS[name]


def choose_config(item: Item) -> dict[str, Any]:
    """Return the settings for this item: its kind's in “kinds” when given, else the brand's."""
    config = item.customer.brand.provisioning
    return config.get("kinds", {}).get(item.kind) or config


def choose_adapter(item: Item) -> Adapter:
    """Return the adapter that answers for this item. Raises UnknownAdapter."""
    return find_adapter(choose_config(item).get("adapter"))


def list_secret_names(config: dict[str, Any]) -> list[str]:
    """Return the names of the signing secrets that a brand's settings mention, each once."""
    kinds = config.get("kinds", {})
    names = [part.get("secret") for part in (config, *kinds.values()) if isinstance(part, dict)]
    return list(dict.fromkeys(name for name in names if isinstance(name, str)))


def validate_config(config: object) -> None:
    """Refuse a brand's provisioning settings that cannot work. Raises ValidationError by field."""
    try:
        _check(config)
        kinds = config.get("kinds", {}) if isinstance(config, dict) else {}
        if not isinstance(kinds, dict):
            raise InvalidProvisioning("“kinds” maps an item kind to an adapter and its settings.")
        for kind, settings in kinds.items():
            if kind not in Item.Kind.values:
                raise InvalidProvisioning(f"There is no item kind “{kind}”.")
            _check(settings)
    except InvalidProvisioning as error:
        raise InvalidProvisioning({"provisioning": error.messages}) from error


def _check(config: object) -> None:
    if not isinstance(config, dict) or "adapter" not in config:
        raise InvalidProvisioning("Write {“adapter”: name, …}.")
    try:
        adapter = find_adapter(config["adapter"])
    except UnknownAdapter as error:
        raise InvalidProvisioning(f"{error} There are: {', '.join(list_adapters())}.") from error
    adapter.validate(config)

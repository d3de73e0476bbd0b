"""How the sandbox's imaginary provider is told to fail or to take its time.

The settings live on the brand (accounts.provisioning.sandbox reads them).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import Brand
from accounts.provisioning import validate_config

MOST_SECONDS = 86_400


class NotASandboxProvider(Exception):
    """The brand is provisioned by something real: nothing is told to fail there."""


def change_config(brand_id: int, *, kind: str = "", **changes: Any) -> Brand:
    """Write settings of a brand's sandbox provider, or those of one kind of service.

    Raises NotASandboxProvider, and ValidationError for what the adapter cannot read.
    """
    with transaction.atomic():
        brand = Brand.objects.select_for_update().get(pk=brand_id)
        if brand.provisioning.get("adapter") != "sandbox":
            raise NotASandboxProvider(f"{brand.name} does not use the sandbox's provider.")
        config = dict(brand.provisioning)
        if kind:
            known = config.get("kinds", {})
            own = {"adapter": "sandbox", **known.get(kind, {}), **changes}
            config["kinds"] = {**known, kind: own}
        else:
            config |= changes
        validate_config(config)
        brand.provisioning = config
        brand.save(update_fields=["provisioning"])
        return brand


def set_pace(
    *, brand_id: int, delay_s: int, retry_after_s: int = 0, slow_s: int = 0, kind: str = ""
) -> Brand:
    """How late the provider is, in seconds of desk time, and how slow, in real seconds.

    And when it is asked again after a failure. With `kind`, for services of that kind alone.
    """
    return change_config(
        brand_id, kind=kind, delay_s=delay_s, retry_after_s=retry_after_s, slow_s=slow_s
    )


def set_failing_verbs(*, brand_id: int, verbs: Iterable[str], kind: str = "") -> Brand:
    """Let every order of these verbs fail; none lets them work again."""
    return change_config(brand_id, kind=kind, fail_verbs=sorted(verbs))


def forget_kind(*, brand_id: int, kind: str) -> Brand:
    """Let services of this kind be treated like all others again."""
    with transaction.atomic():
        brand = Brand.objects.select_for_update().get(pk=brand_id)
        kinds = dict(brand.provisioning.get("kinds", {}))
        kinds.pop(kind, None)
        return change_config(brand_id, kinds=kinds)


def fail_items(*, brand_id: int, item_ids: Iterable[int], fail: bool) -> Brand:
    """Let these items fail, or work again."""
    with transaction.atomic():
        brand = Brand.objects.select_for_update().get(pk=brand_id)
        failing = set(brand.provisioning.get("fail_items", []))
        failing = failing | set(item_ids) if fail else failing - set(item_ids)
        return change_config(brand_id, fail_items=sorted(failing))

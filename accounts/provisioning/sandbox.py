"""The sandbox's imaginary provider: it acts at once, late, or not at all, as the brand says.

Settings, beside "adapter": "fail_items" (ids), "fail_verbs" ("deactivate", "reactivate"),
"delay_s" (seconds of desk time before it acknowledges), "retry_after_s" (after a failure).
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.models.items import Item
from accounts.models.sandbox import SandboxOrder
from accounts.provisioning.base import Answer, InvalidProvisioning
from accounts.provisioning.registry import register
from config.clock import now as read_clock

VERBS = ("deactivate", "reactivate")


@register("sandbox")
class SandboxProvider:
    """An adapter that reaches nobody. It refuses outside the sandbox and tests."""

    def deactivate(self, *, item: Item, key: str, config: dict[str, Any]) -> Answer:
        """Pretend to make the item unavailable."""
        return self._order(verb="deactivate", item=item, key=key, config=config)

    def reactivate(self, *, item: Item, key: str, config: dict[str, Any]) -> Answer:
        """Pretend to make it available again."""
        return self._order(verb="reactivate", item=item, key=key, config=config)

    def validate(self, config: dict[str, Any]) -> None:
        """Refuse settings of the wrong type. Raises InvalidProvisioning."""
        items, verbs = config.get("fail_items", []), config.get("fail_verbs", [])
        if not isinstance(items, list) or not all(type(item) is int for item in items):
            raise InvalidProvisioning("“fail_items” is a list of item ids.")
        if not isinstance(verbs, list) or not set(map(str, verbs)) <= set(VERBS):
            raise InvalidProvisioning(f"“fail_verbs” is a list of {' and '.join(VERBS)}.")
        for name in ("delay_s", "retry_after_s"):
            seconds = config.get(name, 0)
            if type(seconds) is not int or not 0 <= seconds <= 86_400:
                raise InvalidProvisioning(f"“{name}” is a whole number of seconds, up to a day.")

    def _order(self, *, verb: str, item: Item, key: str, config: dict[str, Any]) -> Answer:
        if not is_allowed():
            return Answer(
                status="failed", detail="The sandbox provider is off outside the sandbox."
            )
        at = read_clock()
        order, _ = SandboxOrder.objects.get_or_create(
            key=key, defaults={"verb": verb, "item_id": item.pk, "asked_at": at}
        )
        if (order.verb, order.item_id) != (verb, item.pk):
            return Answer(status="failed", detail=f"The key {key} was used for something else.")
        if order.done_at:
            return Answer(status="done", detail="The sandbox provider had done it.")
        if item.pk in config.get("fail_items", []) or verb in config.get("fail_verbs", []):
            return Answer(
                status="failed",
                detail="The sandbox provider was told to fail.",
                retry_after_s=config.get("retry_after_s", 60),
            )
        return self._finish(order, at=at, delay_s=config.get("delay_s", 0))

    def _finish(self, order: SandboxOrder, *, at: datetime, delay_s: int) -> Answer:
        due_at = order.asked_at + timedelta(seconds=delay_s)
        if at < due_at:
            left_s = max(1, round((due_at - at).total_seconds()))
            return Answer(
                status="pending",
                detail="The sandbox provider takes its time.",
                retry_after_s=left_s,
            )
        SandboxOrder.objects.filter(pk=order.pk, done_at=None).update(done_at=at)
        return Answer(status="done", detail="The sandbox provider has done it.")


def is_allowed() -> bool:
    """Tell whether an imaginary provider may answer here: in the sandbox, or where a test says."""
    return bool(
        getattr(settings, "SANDBOX", False) or getattr(settings, "SANDBOX_PROVISIONING", False)
    )

"""The sandbox's imaginary provider: it acts at once, late, or not at all, as the brand says.

Settings, beside "adapter": "fail_items" (ids), "fail_verbs" (of base.VERBS), "slow_s" (real
seconds before each answer), "delay_s" (seconds of desk time before it acknowledges),
"retry_after_s" (after a failure).
"""

import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.models.sandbox import SandboxOrder
from accounts.provisioning.base import VERBS, Answer, InvalidProvisioning, Order
from accounts.provisioning.registry import register
from config.clock import now as read_clock

LONGEST_SLOW_S = 10


@register("sandbox")
class SandboxProvider:
    """An adapter that reaches nobody. It refuses outside the sandbox and tests."""

    waits_for = "provider"
    is_remote = False

    def validate(self, config: dict[str, Any]) -> None:
        """Refuse settings of the wrong type. Raises InvalidProvisioning."""
        items, verbs = config.get("fail_items", []), config.get("fail_verbs", [])
        if not isinstance(items, list) or not all(type(item) is int for item in items):
            raise InvalidProvisioning("“fail_items” is a list of item ids.")
        if not isinstance(verbs, list) or not set(map(str, verbs)) <= set(VERBS):
            raise InvalidProvisioning(f"“fail_verbs” is a list of {', '.join(VERBS)}.")
        for name in ("delay_s", "retry_after_s"):
            seconds = config.get(name, 0)
            if type(seconds) is not int or not 0 <= seconds <= 86_400:
                raise InvalidProvisioning(f"“{name}” is a whole number of seconds, up to a day.")
        slow = config.get("slow_s", 0)
        if type(slow) is not int or not 0 <= slow <= LONGEST_SLOW_S:
            raise InvalidProvisioning(f"“slow_s” is 0 to {LONGEST_SLOW_S} seconds.")

    def carry_out(self, order: Order, config: dict[str, Any]) -> Answer:
        """Pretend to do it."""
        if not is_allowed():
            return Answer(
                status="failed", detail="The sandbox provider is off outside the sandbox."
            )
        time.sleep(config.get("slow_s", 0))
        at = read_clock()
        known, _ = SandboxOrder.objects.get_or_create(
            key=order.key,
            defaults={"verb": order.verb, "item_id": order.item.pk, "asked_at": at},
        )
        if (known.verb, known.item_id) != (order.verb, order.item.pk):
            return Answer(
                status="failed", detail=f"The key {order.key} was used for something else."
            )
        if known.done_at:
            return Answer(status="done", detail="The sandbox provider had done it.")
        if is_told_to_fail(order, config):
            return Answer(
                status="failed",
                detail="The sandbox provider was told to fail.",
                retry_after_s=config.get("retry_after_s") or None,
            )
        return self._finish(known, at=at, delay_s=config.get("delay_s", 0))

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


def is_told_to_fail(order: Order, config: dict[str, Any]) -> bool:
    """By item, also where the item's kind has settings of its own; or by verb."""
    everywhere = order.item.customer.brand.provisioning.get("fail_items", [])
    items = (*config.get("fail_items", []), *everywhere)
    return order.item.pk in items or order.verb in config.get("fail_verbs", [])


def is_allowed() -> bool:
    """Tell whether an imaginary provider may answer here: in the sandbox, or where a test says."""
    return bool(
        getattr(settings, "SANDBOX", False) or getattr(settings, "SANDBOX_PROVISIONING", False)
    )

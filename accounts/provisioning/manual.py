"""A person does it at the provider, and ticks it off on the execution board.

For providers without an interface. An order waits as a ManualTask until somebody has ticked it:
who, when, and a note. There are no settings beside "adapter".
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.models.provisioning import ManualTask
from accounts.provisioning.base import Answer, Order
from accounts.provisioning.registry import register
from config.clock import now as read_clock


class NoSuchTask(LookupError):
    """Nobody was asked to do this."""


@register("manual")
class ManualChecklist:
    """An adapter that waits for a person."""

    waits_for = "person"
    is_remote = False

    def carry_out(self, order: Order, config: dict[str, Any]) -> Answer:
        """Put it on the list, once per key; done when it was ticked."""
        task, _ = ManualTask.objects.get_or_create(
            key=order.key,
            defaults={"verb": order.verb, "item_id": order.item.pk, "asked_at": read_clock()},
        )
        if (task.verb, task.item_id) != (order.verb, order.item.pk):
            return Answer(
                status="failed", detail=f"The key {order.key} was used for something else."
            )
        if task.done_at is None:
            return Answer(
                status="pending",
                detail="On the checklist: a person does it at the provider.",
                until_told=True,
            )
        return Answer(status="done", detail=task.describe())

    def validate(self, config: dict[str, Any]) -> None:
        """There is nothing to set."""


def tick(*, key: str, user: User, note: str, now: datetime) -> Answer:
    """Note that `user` did it; the first one counts. Raises NoSuchTask."""
    ManualTask.objects.filter(key=key, done_at=None).update(
        done_at=now, done_by=user, note=note.strip()[:200]
    )
    task = ManualTask.objects.select_related("done_by").filter(key=key).first()
    if task is None:
        raise NoSuchTask(key)
    return Answer(status="done", detail=task.describe())

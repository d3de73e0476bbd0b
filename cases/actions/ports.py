"""A port that is done ends no service: whoever looks after the customer is asked about it (R36)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import Item, Port
from accounts.roles import may
from accounts.scoping import brand_ids_of
from cases.actions.base import Actor, NotAllowed, NotPossible
from cases.models import CaseItem, Todo

KIND = "port_billed"
BILLED = (Item.Status.ACTIVE, Item.Status.SUSPENDED)


def ask_about_ported(*, now: datetime, limit: int = 200) -> int:
    """Raise one to-do for each number that has left and is still billed; how many were raised.

    Not while an open case is about to end it, and never twice for one number.
    """
    ported = Port.objects.filter(item=OuterRef("pk"), status=Port.Status.DONE)
    held = CaseItem.objects.filter(item=OuterRef("pk"), holds_item=True)
    asked = Todo.objects.filter(item=OuterRef("pk"), kind=KIND)
    billed = Item.objects.filter(
        Exists(ported), ~Exists(held), ~Exists(asked), status__in=BILLED
    ).order_by("pk")
    return sum(ask_about(item_id=pk, now=now) for pk in billed.values_list("pk", flat=True)[:limit])


def ask_about(*, item_id: int, now: datetime) -> bool:
    """Lock the number, look again, ask; two sweeps at once ask once."""
    with transaction.atomic():
        item = Item.objects.select_for_update(of=("self",)).order_by().get(pk=item_id)
        port = item.ports.filter(status=Port.Status.DONE).order_by("-completed_at").first()
        if port is None or Todo.objects.filter(item=item, kind=KIND).exists():
            return False
        carrier = port.carrier or "another carrier"
        Todo.objects.create(
            item=item,
            kind=KIND,
            reason=f"{item.identifier or item.label} of {item.customer.name} has moved to "
            f"{carrier}, but its service is still billed. Should it end too?"[:300],
            answers=["open_new_case", "dismiss"],
            holds=False,
            created_at=now,
        )
        return True


def not_of(brand_ids: list[int] | None, item: Item) -> bool:
    return brand_ids is not None and item.customer.brand_id not in brand_ids


def settle_port_todo(*, todo_id: int, resolution: str, actor: Actor, now: datetime) -> Todo:
    """A person has asked the customer; the number raises no second question."""
    assert actor.user is not None, "a to-do is settled by a person"
    with transaction.atomic():
        todo = (
            Todo.objects.select_for_update(of=("self",))
            .select_related("item__customer")
            .filter(pk=todo_id, case=None, item__isnull=False)
            .first()
        )
        seen = brand_ids_of(actor.user)
        item = todo.item if todo else None
        if todo is None or item is None or not_of(seen, item):
            raise NotAllowed("There is no such to-do.")
        if not may(actor.user, "todo.settle"):
            raise NotAllowed("Your role does not allow this. A supervisor can help.")
        if todo.resolved_at is not None:
            raise NotPossible("Somebody has dealt with this already.")
        todo.resolved_at, todo.resolved_by = now, actor.user
        todo.resolution = resolution.strip()[:200] or "seen"
        todo.save(update_fields=["resolved_at", "resolved_by", "resolution"])
        return todo

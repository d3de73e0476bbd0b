"""What stands in the way: per item, who clears it and how, leaves of the tree first.

Computed from the account as it is now, never stored (R17, R28, R35–R37, R45–R47, R50). A hard
blocker stops its stage; an advisory one is shown and asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from cases.domain.checks import (
    CHECKS,
    Blocker,
    Scene,
    check_account,
    check_licence,
    check_protection,
    name_item,
)
from cases.domain.facts import Account, Item
from cases.domain.policy import Policy

__all__ = [
    "Blocker",
    "BlockerNode",
    "all_gone",
    "build_tree",
    "find_blockers",
    "find_item_blockers",
    "has_hard_blocker",
    "item_hard_stops",
    "name_item",
]


@dataclass(frozen=True, kw_only=True)
class BlockerNode:
    """One item of the tree with what stands in its way and what hangs on it."""

    item: Item | None
    blockers: tuple[Blocker, ...]
    children: tuple[BlockerNode, ...]


def find_blockers(
    policy: Policy,
    account: Account,
    item_ids: frozenset[str],
    now_on: date,
    acknowledged: frozenset[str] = frozenset(),
) -> tuple[Blocker, ...]:
    """Everything in the way of ending these items, leaves first, then the account's own.

    `now_on` is today in the account's zone. `acknowledged` holds the ids of numbers whose loss
    the customer accepted in writing: their pending port blocks no longer (R35).
    """
    scene = Scene(
        policy=policy,
        account=account,
        item_ids=frozenset(item_ids),
        now_on=now_on,
        acknowledged=frozenset(acknowledged),
    )
    if not scene.item_ids:
        return ()
    return (*look_at_items(scene), *check_account(scene))


def all_gone(policy: Policy, account: Account, item_ids: frozenset[str], now_on: date) -> bool:
    """Is nothing left of what the scope, and what has to go before it, consists of (R51)?"""
    scene = Scene(policy=policy, account=account, item_ids=frozenset(item_ids), now_on=now_on)
    return not any(scene.in_reach(item) for item in account.items)


def find_item_blockers(
    policy: Policy, account: Account, item_id: str, now_on: date
) -> tuple[Blocker, ...]:
    """What stands in the way of terminating this one item while the account stays (R46–R48)."""
    scene = Scene(
        policy=policy,
        account=account,
        item_ids=frozenset({item_id}),
        now_on=now_on,
        alone=True,
    )
    return look_at_items(scene)


def look_at_items(scene: Scene) -> tuple[Blocker, ...]:
    return tuple(
        replace(blocker, depth=depth)
        for item, depth in walk_leaves_first(scene.account)
        for check in CHECKS
        for blocker in check(scene, item)
    )


def has_hard_blocker(blockers: tuple[Blocker, ...], stage: str = "confirm") -> bool:
    """Does anything stop this stage?"""
    return any(b.is_hard and b.stage == stage for b in blockers)


def item_hard_stops(
    policy: Policy, account: Account, item_ids: frozenset[str]
) -> dict[str, Blocker]:
    """At execution: the items that must not be deactivated now, each by itself (R28, R47).

    The others go on. Assigned licences stop only in a partial cancellation.
    """
    scene = Scene(
        policy=policy,
        account=account,
        item_ids=frozenset(item_ids),
        now_on=date.min,
    )
    stops: dict[str, Blocker] = {}
    for item in account.choose(scene.item_ids):
        for blocker in (*check_licence(scene, item), *check_protection(scene, item)):
            stops.setdefault(item.id, replace(blocker, severity="hard", stage="execute"))
    return stops


def build_tree(account: Account, blockers: tuple[Blocker, ...]) -> tuple[BlockerNode, ...]:
    """The blockers as a tree along `parent_id`; only branches with something in the way.

    What concerns the account comes last, as a node without an item.
    """
    by_item: dict[str | None, list[Blocker]] = {}
    for blocker in blockers:
        by_item.setdefault(blocker.item_id, []).append(blocker)
    built: dict[str, list[BlockerNode]] = {}
    roots: list[BlockerNode] = []
    for item, depth in walk_leaves_first(account):
        mine = tuple(by_item.get(item.id, ()))
        children = tuple(built.get(item.id, ()))
        if not mine and not children:
            continue
        node = BlockerNode(item=item, blockers=mine, children=children)
        if depth and item.parent_id is not None:
            built.setdefault(item.parent_id, []).append(node)
        else:
            roots.append(node)
    if None in by_item:
        roots.append(BlockerNode(item=None, blockers=tuple(by_item[None]), children=()))
    return tuple(roots)


def walk_leaves_first(account: Account) -> Iterator[tuple[Item, int]]:
    """Every item once with its depth, children before their parent.

    An item whose parent is unknown counts as a root; a circle of parents is cut open.
    """
    children: dict[str | None, list[Item]] = {}
    known = {item.id for item in account.items}
    for item in account.items:
        children.setdefault(item.parent_id if item.parent_id in known else None, []).append(item)
    seen: set[str] = set()
    for start in (*children.get(None, ()), *account.items):
        if start.id in seen:
            continue
        seen.add(start.id)
        stack = [(start, 0, iter(children.get(start.id, ())))]
        while stack:
            item, depth, rest = stack[-1]
            child = next((c for c in rest if c.id not in seen), None)
            if child is None:
                stack.pop()
                yield item, depth
            else:
                seen.add(child.id)
                stack.append((child, depth + 1, iter(children.get(child.id, ()))))

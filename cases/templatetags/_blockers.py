"""From the tree of blockers to what is drawn: many alike stand on one line that opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

MANY = 5  # more leaves than this that say the same are one line
WORDS = {
    "being_ended": "being ended",
    "assigned": "still assigned",
    "disposition": "nobody has said what becomes of them",
    "excluded": "not cancelled here",
    "not_terminated": "still there",
    "port_done": "moved away, still billed",
    "port_pending": "being ported",
    "protected": "termination protection on",
}


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One line of the tree: a node with its own children, or `alike` leaves as one."""

    node: Any = None
    children: tuple[Branch, ...] = ()
    alike: tuple[Any, ...] = ()
    summary: str = ""
    hard: bool = False


def draw_branches(nodes: Sequence[Any]) -> tuple[Branch, ...]:
    """The nodes in their order; runs of leaves with the same obstacles come together."""
    branches: list[Branch] = []
    for sign, run in groupby(nodes, key=sign_of):
        alike = tuple(run)
        if sign is not None and len(alike) > MANY:
            branches.append(gather(alike, *sign))
        else:
            branches += [Branch(node=n, children=draw_branches(n.children)) for n in alike]
    return tuple(branches)


def sign_of(node: Any) -> tuple[str, tuple[str, ...]] | None:
    """What a leaf says, to compare it with its neighbours; None for what stands alone."""
    if node.item is None or node.children:
        return None
    return node.item.kind, tuple(b.kind for b in node.blockers)


def gather(alike: tuple[Any, ...], kind: str, kinds: tuple[str, ...]) -> Branch:
    noun = kind.upper() if kind in ("sim", "vpg") else kind
    what = ", ".join(WORDS.get(k, k.replace("_", " ")) for k in kinds)
    return Branch(
        alike=alike,
        summary=f"{len(alike)} {noun}s: {what}",
        hard=any(b.is_hard for n in alike for b in n.blockers),
    )

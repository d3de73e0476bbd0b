"""The single checks behind the blockers: one function per rule, each looking at one item.

Which of them stand in the way of a stage is decided in `cases.domain.blockers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cases.domain.facts import GONE, Account, Item, Port
from cases.domain.policy import Policy
from cases.domain.speech import Money, Phrase, phrase

LICENCE_KINDS = frozenset({"licence", "extension"})
NAMES = {
    "device": "device {name}",
    "extension": "extension {name}",
    "licence": "licence {name}",
    "service": "service {name}",
    "sim": "SIM {name}",
    "trunk": "trunk {name}",
    "vpg": "VPG {name}",
}


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """One thing in the way. `item_id` is None when it concerns the whole account.

    `who` clears it: customer, agent, carrier or billing. `stage` is what it stands before:
    confirm, execute (for that item) or close. `depth` is the item's depth in the tree. `say` is
    `how` in words for the customer, where that says something to the agent alone.
    """

    kind: str
    item_id: str | None
    what: str
    who: str
    how: str
    severity: str
    rule: str
    stage: str = "confirm"
    depth: int = 0
    say: str = ""

    @property
    def how_for_customer(self) -> str:
        return self.say or self.how

    @property
    def is_hard(self) -> bool:
        return self.severity == "hard"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What every check looks at. `alone`: one item is to go, the account stays."""

    policy: Policy
    account: Account
    item_ids: frozenset[str]
    now_on: date
    acknowledged: frozenset[str] = frozenset()
    alone: bool = False

    @cached_property
    def is_partial(self) -> bool:
        """Does anything stay active beside the scope (R28, R29)?"""
        return bool(self.account.find_staying(self.item_ids))

    @cached_property
    def ends_account(self) -> bool:
        return not self.alone and not self.is_partial

    @cached_property
    def by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.account.items}

    @cached_property
    def ports(self) -> dict[tuple[str, str], Port]:
        return {(port.item_id, port.status): port for port in self.account.ports}

    def is_living(self, item: Item) -> bool:
        return item.status not in GONE

    def in_reach(self, item: Item) -> bool:
        """Is a living item in the scope, or below an item in the scope?"""
        return self.is_living(item) and (
            self.ends_account
            or item.id in self.item_ids
            or any(parent.id in self.item_ids for parent in self.find_parents(item))
        )

    def find_parents(self, item: Item) -> list[Item]:
        """The items above, nearest first; a circle is cut open."""
        parents: dict[str, Item] = {}
        while (parent := self.by_id.get(item.parent_id or "")) and parent.id not in parents:
            parents[parent.id] = item = parent
        return list(parents.values())


def name_item(item: Item) -> str:
    """ "SIM Truck 7", "+1 312 555 0164"."""
    if item.kind == "number":
        return item.identifier or item.name
    named = Phrase(NAMES.get(item.kind, "{name}"), {"name": item.name})
    kind = named.partition(" ")[0].lower()
    return item.name if kind in item.name.lower().split() else named


def check_excluded(scene: Scene, item: Item) -> Iterator[Blocker]:
    """R1: a product that is not cancelled here."""
    exclusion = scene.policy.find_exclusion(item.product)
    if item.id in scene.item_ids and exclusion:
        yield Blocker(
            kind="excluded",
            item_id=item.id,
            what=phrase(
                "{item} ({product}) is not cancelled here.",
                item=name_item(item),
                product=item.product,
            ),
            who="customer",
            how=exclusion.where_to_go,
            severity="hard",
            rule="R1",
        )


def check_pending_port(scene: Scene, item: Item) -> Iterator[Blocker]:
    """R35: a number that is on its way to another carrier may be lost."""
    port = scene.ports.get((item.id, "pending"))
    if item.id not in scene.item_ids or port is None or item.id in scene.acknowledged:
        return
    facts = {
        "item": name_item(item),
        "carrier": port.carrier or phrase("the other carrier"),
        "expected": say_expected(port.expected_on, scene.now_on),
    }
    yield Blocker(
        kind="port_pending",
        item_id=item.id,
        what=phrase(
            "{item} is being ported to {carrier}{expected}. Cancelling before that can lose the "
            "number for good.",
            **facts,
        ),
        who="carrier",
        how=phrase("Wait until {item} has moved to {carrier}{expected}.", **facts),
        severity=scene.policy.port_blocks,
        rule="R35",
    )


def say_expected(on: date | None, today: date) -> Phrase:
    """When a port should be through, as the end of a sentence."""
    if on is None:
        return phrase("")
    if on < today:
        return phrase(", overdue since {on}", on=on)
    return phrase(", expected on {on}", on=on)


def check_done_port(scene: Scene, item: Item) -> Iterator[Blocker]:
    """R36: a port ends no service; what is left of it is billed on."""
    port = scene.ports.get((item.id, "done"))
    if port is None or not scene.is_living(item):
        return
    name, carrier = name_item(item), port.carrier or phrase("another carrier")
    if item.id in scene.item_ids:
        what = phrase(
            "{item} has moved to {carrier}; only its service is left to end.",
            item=name,
            carrier=carrier,
        )
        how = phrase("Tell the customer that this number cannot come back if they restore.")
    else:
        what = phrase(
            "{item} has moved to {carrier}, but is still billed here.", item=name, carrier=carrier
        )
        how = phrase("Ask whether its service should end too.")
    yield Blocker(
        kind="port_done",
        item_id=item.id,
        what=what,
        who="agent",
        how=how,
        severity="advisory",
        rule="R36",
        say=phrase("A number that has moved to another carrier cannot come back to us."),
    )


def check_disposition(scene: Scene, item: Item) -> Iterator[Blocker]:
    """R37: each number is ported, moved, or no longer needed; unknown blocks."""
    needed = scene.policy.number_disposition_required and item.kind == "number"
    if not needed or item.id not in scene.item_ids or item.disposition or not scene.is_living(item):
        return
    if item.status == "ported" or scene.ports.get((item.id, "done")):
        return
    yield Blocker(
        kind="disposition",
        item_id=item.id,
        what=phrase("Nobody has said what becomes of {item}.", item=name_item(item)),
        who="customer",
        how=phrase(
            "Say whether {item} has been ported, is moved to another account, or is no longer "
            "needed.",
            item=name_item(item),
        ),
        severity="hard",
        rule="R37",
    )


def check_licence(scene: Scene, item: Item) -> Iterator[Blocker]:
    """R28: in a partial cancellation the licences that end should be unassigned."""
    name, who = name_item(item), item.assigned_to.strip()
    if (
        scene.policy.unassign_licences
        and item.id in scene.item_ids
        and item.kind in LICENCE_KINDS
        and who
        and scene.is_living(item)
        and scene.is_partial
    ):
        yield Blocker(
            kind="assigned",
            item_id=item.id,
            what=phrase("{item} is still assigned to {who}.", item=name, who=who),
            who="customer",
            how=phrase("Unassign {item} from {who}.", item=name, who=who),
            severity="advisory",
            rule="R28",
        )


def check_protection(scene: Scene, item: Item) -> Iterator[Blocker]:
    """R47: termination protection is taken off by its own step, never by implication."""
    if scene.policy.protection and item.protected and scene.in_reach(item):
        yield Blocker(
            kind="protected",
            item_id=item.id,
            what=phrase("Termination protection is on for {item}.", item=name_item(item)),
            who="customer",
            how=phrase("Switch off termination protection for {item}.", item=name_item(item)),
            severity="hard",
            rule="R47",
        )


def check_terminated(scene: Scene, item: Item) -> Iterator[Blocker]:
    """R45, R46: what the policy lists, and what hangs on it, goes before the account does.

    While the account stays, an item waits only for what hangs on it and is not going itself.
    """
    kinds = scene.policy.terminate_first
    if not kinds or not scene.in_reach(item):
        return
    parents = [p for p in scene.find_parents(item) if p.kind in kinds and scene.is_living(p)]
    if scene.ends_account:
        blocks = bool(parents) or item.kind in kinds
    else:
        blocks = item.id not in scene.item_ids and any(p.id in scene.item_ids for p in parents)
    if not blocks:
        return
    rule = "R46" if parents else "R45"
    if item.ordered:
        yield wait_for_provider(item, rule)
        return
    name, what = name_item(item), phrase("{item} is still there.", item=name_item(item))
    if parents:
        what = phrase(
            "{item} is still there. It hangs on {parent}.", item=name, parent=name_item(parents[0])
        )
    yield Blocker(
        kind="not_terminated",
        item_id=item.id,
        what=what,
        who="customer",
        how=phrase("Terminate {item} in the console; it asks for its own confirmation.", item=name),
        say=phrase("Terminate {item}; it asks for its own confirmation.", item=name),
        severity="hard",
        rule=rule,
    )


def wait_for_provider(item: Item, rule: str) -> Blocker:
    """Its customer has ended it already: nothing is asked of them a second time."""
    return Blocker(
        kind="being_ended",
        item_id=item.id,
        what=phrase(
            "{item} is being ended; its provider has not confirmed it yet.", item=name_item(item)
        ),
        who="agent",
        how=phrase("It is asked for again by itself; the execution board shows each answer."),
        say=phrase("We look after it. Look again in a moment."),
        severity="hard",
        rule=rule,
    )


def check_account(scene: Scene) -> Iterator[Blocker]:
    """What concerns the account as a whole."""
    account, policy = scene.account, scene.policy
    if account.inventory_problem:
        yield Blocker(
            kind="inventory",
            item_id=None,
            what=phrase(
                "The account's inventory could not be read: {problem}",
                problem=account.inventory_problem,
            ),
            who="agent",
            how=phrase(
                "Try again; if it stays so, ask the technical team what is left in the account."
            ),
            say=phrase("We look into it. Try again later, or write to us."),
            severity="hard",
            rule="R45",
        )
    if policy.closes == "after_final_bill" and account.balance > 0:
        owed = Money(amount=account.balance, currency=account.currency)
        yield Blocker(
            kind="balance",
            item_id=None,
            what=phrase("{owed} is still to be paid.", owed=owed),
            who="customer",
            how=phrase("Pay the open balance of {owed}; the account closes only then.", owed=owed),
            severity="advisory",
            rule="R50",
            stage="close",
        )


CHECKS: tuple[Callable[[Scene, Item], Iterator[Blocker]], ...] = (
    check_excluded,
    check_protection,
    check_terminated,
    check_pending_port,
    check_disposition,
    check_licence,
    check_done_port,
)

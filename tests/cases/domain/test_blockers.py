"""What stands in the way, for each rule, and how it hangs together."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cases.domain.blockers import (
    build_tree,
    find_blockers,
    find_item_blockers,
    has_hard_blocker,
    item_hard_stops,
    name_item,
    walk_leaves_first,
)
from tests.cases.domain.build import (
    EIGHT,
    SIPSTATION,
    SORACOM,
    Port,
    day,
    make_account,
    make_item,
)

TODAY = day("2026-11-22")
NUMBER = make_item("n", kind="number", label="", identifier="+1 312 555 0164")
OTHER = make_item("o")
PENDING = Port(item_id="n", status="pending", expected_on=day("2026-12-03"), carrier="Telco")


def find(policy, account, *ids, **kwargs):
    chosen = frozenset(ids) or frozenset(item.id for item in account.items)
    return find_blockers(policy, account, chosen, TODAY, **kwargs)


def brief(blockers):
    return [(b.kind, b.item_id, b.who, b.severity, b.rule, b.stage) for b in blockers]


def test_nothing_in_the_way():
    assert find(EIGHT, make_account()) == ()
    assert find_blockers(EIGHT, make_account(), frozenset(), TODAY) == ()


@pytest.mark.rule("R1")
def test_excluded_product_is_cancelled_elsewhere():
    account = make_account(items=(make_item("e", product="express"), OTHER))
    (blocker,) = find(EIGHT, account, "e")
    assert brief([blocker]) == [("excluded", "e", "customer", "hard", "R1", "confirm")]
    assert blocker.how == EIGHT.find_exclusion("express").where_to_go
    assert find(EIGHT, account, "o") == ()


@pytest.mark.rule("R35")
@pytest.mark.parametrize(("policy", "severity"), [(EIGHT, "advisory"), (SIPSTATION, "hard")])
def test_pending_port(policy, severity):
    number = replace(NUMBER, disposition="ported")
    account = make_account(items=(number, OTHER), ports=(PENDING,))
    (blocker,) = find(policy, account, "n")
    assert brief([blocker]) == [("port_pending", "n", "carrier", severity, "R35", "confirm")]
    assert blocker.what == (
        "+1 312 555 0164 is being ported to Telco, expected on Thu 3 Dec 2026. "
        "Cancelling before that can lose the number for good."
    )
    assert find(policy, account, "n", acknowledged=frozenset({"n"})) == ()
    assert find(policy, account, "o") == ()


def test_overdue_port_says_since_when():
    account = make_account(
        items=(NUMBER, OTHER), ports=(replace(PENDING, expected_on=day("2026-11-20"), carrier=""),)
    )
    (blocker,) = find(EIGHT, account, "n")
    assert "to the other carrier, overdue since Fri 20 Nov 2026" in blocker.how


@pytest.mark.rule("R2")
@pytest.mark.parametrize("status", ["cancelled", "failed"])
def test_port_that_came_to_nothing_blocks_nothing(status):
    account = make_account(items=(NUMBER, OTHER), ports=(replace(PENDING, status=status),))
    assert find(EIGHT, account, "n") == ()


@pytest.mark.rule("R36")
def test_done_port_that_is_still_billed_is_a_to_do():
    account = make_account(items=(NUMBER, OTHER), ports=(replace(PENDING, status="done"),))
    inside, outside = find(EIGHT, account, "n"), find(EIGHT, account, "o")
    assert brief(inside) == [("port_done", "n", "agent", "advisory", "R36", "confirm")]
    assert "cannot come back" in inside[0].how
    assert "still billed here" in outside[0].what
    ended = make_account(items=(replace(NUMBER, status="ended"), OTHER), ports=account.ports)
    assert find(EIGHT, ended, "o") == ()


@pytest.mark.rule("R37")
def test_every_number_needs_a_word_on_what_becomes_of_it():
    account = make_account(items=(NUMBER, OTHER))
    assert brief(find(SIPSTATION, account)) == [
        ("disposition", "n", "customer", "hard", "R37", "confirm")
    ]
    assert find(EIGHT, account) == ()
    told = make_account(items=(replace(NUMBER, disposition="released"), OTHER))
    assert find(SIPSTATION, told) == ()
    gone = make_account(items=(replace(NUMBER, status="ported"), OTHER))
    assert find(SIPSTATION, gone) == ()
    moved = make_account(items=(NUMBER, OTHER), ports=(replace(PENDING, status="done"),))
    assert [b.kind for b in find(SIPSTATION, moved)] == ["port_done"]


@pytest.mark.rule("R28")
def test_assigned_licence_is_advisory_before_and_stops_itself_at_execution():
    items = (
        make_item("a", assigned_to="Jo Bloggs"),
        make_item("b", assigned_to="  "),
        make_item("c", kind="number", assigned_to="Jo"),
        OTHER,
    )
    account = make_account(items=items)
    chosen = frozenset("abc")
    (blocker,) = find(EIGHT, account, *chosen)
    assert brief([blocker]) == [("assigned", "a", "customer", "advisory", "R28", "confirm")]
    assert blocker.how == "Unassign extension Ext a from Jo Bloggs."
    stops = item_hard_stops(EIGHT, account, chosen)
    assert set(stops) == {"a"}
    assert brief(stops.values()) == [("assigned", "a", "customer", "hard", "R28", "execute")]


@pytest.mark.rule("R28")
def test_whole_account_stops_at_no_licence():
    account = make_account(items=(make_item("a", assigned_to="Jo"),))
    assert find(EIGHT, account) == ()
    assert item_hard_stops(EIGHT, account, frozenset("a")) == {}


SIM = make_item("s", kind="sim", label="Truck 7", protected=True)
GROUP = make_item("g", kind="vpg", label="VPG West")
FILTER = make_item("f", kind="service", label="Filter", parent_id="g")
RULE = make_item("r", kind="service", label="Rule", parent_id="f")
THINGS = make_account(items=(GROUP, SIM, FILTER, RULE))


@pytest.mark.rule("R45")
@pytest.mark.rule("R46")
@pytest.mark.rule("R47")
def test_everything_beneath_goes_first_leaves_first():
    found = find(SORACOM, THINGS)
    assert [(b.item_id, b.kind, b.rule, b.depth) for b in found] == [
        ("r", "not_terminated", "R46", 2),
        ("f", "not_terminated", "R46", 1),
        ("g", "not_terminated", "R45", 0),
        ("s", "protected", "R47", 0),
        ("s", "not_terminated", "R45", 0),
    ]
    assert found[0].what == "service Rule is still there. It hangs on VPG West."
    assert all(b.is_hard and b.who == "customer" for b in found)


@pytest.mark.rule("R46")
def test_tree_shows_what_hangs_on_what():
    group, sim = build_tree(THINGS, find(SORACOM, THINGS))
    assert (group.item, sim.item) == (GROUP, SIM)
    assert group.children[0].item == FILTER
    assert group.children[0].children[0].item == RULE
    assert [b.kind for b in sim.blockers] == ["protected", "not_terminated"]


@pytest.mark.rule("R50")
def test_all_gone_leaves_only_the_balance_and_that_blocks_only_closing():
    gone = replace(
        THINGS,
        items=tuple(replace(item, status="ended") for item in THINGS.items),
        balance=Decimal("12.50"),
    )
    found = find(SORACOM, gone)
    assert brief(found) == [("balance", None, "customer", "advisory", "R50", "close")]
    assert "$12.50" in found[0].what
    assert not has_hard_blocker(found)
    (node,) = build_tree(gone, found)
    assert (node.item, node.children) == (None, ())


@pytest.mark.rule("R45")
def test_unreadable_inventory_blocks():
    account = replace(THINGS, items=(), inventory_problem="timed out")
    found = find_blockers(SORACOM, account, frozenset("s"), TODAY)
    assert brief(found) == [("inventory", None, "agent", "hard", "R45", "confirm")]
    assert has_hard_blocker(found)


@pytest.mark.rule("R48")
def test_one_item_by_itself_waits_only_for_what_hangs_on_it():
    only_sim = make_account(items=(replace(SIM, protected=False),))
    assert find_item_blockers(SORACOM, only_sim, "s", TODAY) == ()
    assert [b.item_id for b in find_item_blockers(SORACOM, THINGS, "g", TODAY)] == ["r", "f"]
    assert [b.kind for b in find_item_blockers(SORACOM, THINGS, "s", TODAY)] == ["protected"]


@pytest.mark.rule("R47")
def test_protection_stops_its_item_at_execution():
    assert set(item_hard_stops(SORACOM, THINGS, frozenset("sg"))) == {"s"}
    assert item_hard_stops(EIGHT, THINGS, frozenset("sg")) == {}


def test_circles_and_unknown_parents_are_walked_once():
    account = make_account(
        items=(
            make_item("a", parent_id="b"),
            make_item("b", parent_id="a"),
            make_item("c", parent_id="nowhere"),
            make_item("d", parent_id="d"),
        )
    )
    walked = [item.id for item, _ in walk_leaves_first(account)]
    assert sorted(walked) == ["a", "b", "c", "d"]
    assert find(SORACOM, account) == ()


def test_items_are_called_what_people_call_them():
    assert [name_item(item) for item in (NUMBER, SIM, GROUP, OTHER)] == [
        "+1 312 555 0164",
        "SIM Truck 7",
        "VPG West",
        "extension Ext o",
    ]
    assert name_item(make_item("x", label="Extension 12")) == "Extension 12"

"""At the end of a year: is every case's history what the model says?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.soak.lives import Life
from tests.soak.world import World

# The state that each line of history leads to; what is not here leads nowhere.
STATE_AFTER = {
    "opened": "intake", "asked": "awaiting_customer", "page_sent": "awaiting_customer",
    "reply_filed": "in_review", "dropped": "dropped", "reopened": "in_review",
    "confirmed": "scheduled", "rescheduled": "scheduled", "withdrawn": "withdrawn",
    "execution_started": "executing", "restore_asked": "restore_requested",
    "restoring": "restoring", "restored": "restored", "closed": "closed",
}  # fmt: skip
AFTER_EXECUTION = {"8x8": "in_grace", "sipstation": "closed", "soracom": "awaiting_final_bill"}
# How the desk may call what the model knows of a mail.
STATUSES = {
    "sent": {"sent"}, "bounced": {"sent"}, "failed": {"failed"}, "stopped": {"stopped"},
    "waiting": {"queued", "unknown"}, "unknown": {"unknown"},
}  # fmt: skip
# What the services have become, once the case stands there and nothing is under way.
ITEMS = {
    "intake": "active", "in_review": "active", "scheduled": "active", "dropped": "active",
    "withdrawn": "active", "restored": "active", "in_grace": "suspended", "closed": "ended",
    "awaiting_final_bill": "ended",
}  # fmt: skip
Rows = list[tuple[Any, ...]]


def tell_story(world: World, life: Life) -> list[str]:
    """What the desk wrote into the history of a case that went wrong, and what came in."""
    with world.place.connect() as database:
        told = database.execute(
            "SELECT sequence, at, kind, summary FROM cases_event WHERE case_id = %s ORDER BY 1",
            [life.facts.get("case")],
        ).fetchall()
        came = database.execute(
            "SELECT received_at, kind, disposition, authenticity, reply_text"
            " FROM notifications_inbound WHERE recipient LIKE %s ORDER BY 1",
            [f"reply+{life.facts.get('token')}%"],
        ).fetchall()
    states = [f"  model: {state} at {at}" for state, at in life.model.path]
    rows = [f"  desk: {' '.join(map(str, row))}"[:160] for row in (*told, *came)]
    return [f"the story of c{life.number}, {life.zone}:", *states, *rows]


class Tables:
    """What the desk wrote, by case."""

    def __init__(self, database: Any) -> None:
        def group(columns: str, table: str, order: str = "id") -> dict[int, Rows]:
            found: defaultdict[int, Rows] = defaultdict(list)
            for key, *row in database.execute(f"SELECT {columns} FROM {table} ORDER BY {order}"):
                found[key].append(tuple(row))
            return found

        self.cases = group(
            "id, state, effective_on, executed_at, grace_ends_at, number", "cases_case"
        )
        self.events = group("case_id, kind, at, actor_kind", "cases_event", "case_id, sequence")
        self.timers = group("case_id, kind, due_at, fired_at, cancelled_at", "cases_timer")
        self.mails = group(
            "c.id, e.id, purpose, e.created_at, status, accepted_at",
            "notifications_email e JOIN cases_case c USING (thread_id)", "e.id",
        )  # fmt: skip
        self.items = group(
            "case_id, status", "cases_caseitem ci JOIN accounts_item i ON i.id = ci.item_id",
            "ci.id",
        )  # fmt: skip


def compare(world: World) -> list[str]:
    """Every difference, in words."""
    with world.place.connect() as database:
        tables = Tables(database)
    problems = []
    for life in world.lives:
        for words in compare_life(life, tables, world.excused):
            world.troubled[life.number] = life
            problems.append(f"case of c{life.number} ({life.code}, {life.zone}): {words}")
    return problems


def compare_life(life: Life, tables: Tables, excused: set[int]) -> Iterator[str]:
    if "case" not in life.facts:
        if life.model.state:
            yield "was never opened"
        return
    key = life.facts["case"]
    yield from compare_states(life, key, tables)
    yield from compare_timers(life, tables.timers[key])
    yield from compare_mails(life, tables.mails[key], excused)


def compare_states(life: Life, key: int, tables: Tables) -> Iterator[str]:
    model = life.model
    path = [(after, at) for kind, at, who in tables.events[key]
            if (after := find_state(kind, who, life.code))]  # fmt: skip
    yield from differ("states", list(model.path), path)
    facts = [(model.state, model.effective_on, model.executed_at, model.grace_ends_at)]
    yield from differ("facts", facts, [row[:4] for row in tables.cases[key]])
    if model.state in ITEMS and life.code != "soracom":
        yield from differ("services", [(ITEMS[model.state],)], tables.items[key])


def find_state(kind: str, who: str, code: str) -> str | None:
    if kind == "executed":
        return AFTER_EXECUTION[code]
    if kind == "opened" and who == "customer":  # on their own page it is their turn at once
        return "awaiting_customer"
    return STATE_AFTER.get(kind)


def compare_timers(life: Life, rows: Rows) -> Iterator[str]:
    """What fired, when it was promised and when it was done; and what is still to come."""
    due = life.model.due
    fired = [(kind, due_at, at) for kind, due_at, at, _ in rows if at]
    yield from differ("fired timers", sorted(life.model.fired), sorted(fired))
    live = [(kind, due_at) for kind, due_at, at, gone in rows if not at and not gone]
    yield from differ("live timers", [(due.kind, due.at)] if due else [], live)


def compare_mails(life: Life, rows: Rows, excused: set[int]) -> Iterator[str]:
    """Each mail that was owed was written at its instant, once, and has the fate that it had."""
    wanted = sorted((mail.purpose, mail.at) for mail in life.model.mails)
    yield from differ("mails", wanted, sorted((purpose, at) for _, purpose, at, _, _ in rows))
    for key, purpose, _, status, accepted_at in rows:
        mail = life.mail_rows.get(key)
        if mail is None:
            if status == "sent":
                yield f"mail “{purpose}” is sent, but the mail server never saw it"
        elif status not in STATUSES[mail.fate] and not (key in excused and status == "stopped"):
            yield f"mail “{purpose}” is {status}, not {mail.fate}"
        elif status == "sent" and accepted_at != mail.accepted_at:
            yield f"mail “{purpose}” was accepted at {accepted_at}, not {mail.accepted_at}"


def differ(what: str, wanted: Rows, found: Rows) -> Iterator[str]:
    if wanted != found:
        missing = [one for one in wanted if one not in found]
        extra = [one for one in found if one not in wanted]
        yield f"{what}: expected and missing: {show(missing)}; not expected: {show(extra)}"


def show(rows: Rows) -> str:
    return "; ".join(" ".join(map(str, row)) for row in rows) or "nothing"

"""`manage.py graph`: draw the life of a case from the code into docs/states.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.domain.states import LABEL, TURN, TURN_LABEL, State, Turn
from cases.models import Case

TARGET = Path("docs/states.md")
COLOURS = {
    Turn.US: "#fff1e8,stroke:#c2410c",
    Turn.CUSTOMER: "#fdf6dd,stroke:#a16207",
    Turn.CALENDAR: "#eaf0ff,stroke:#1d4ed8",
    Turn.GRACE: "#f3edff,stroke:#7c3aed",
    Turn.DONE: "#e9f7ee,stroke:#15803d",
}


def list_transitions() -> list[tuple[str, str, str]]:
    """(source, target, name) of every transition that the model has, in the order of the life."""
    order = {state.value: place for place, state in enumerate(State)}
    field = Case._meta.get_field("state")
    found = {(str(t.source), str(t.target), t.name) for t in field.get_all_transitions(Case)}
    return sorted(found, key=lambda t: (order[t[0]], order[t[1]], t[2]))


def draw_graph() -> str:
    """The page as Markdown with a Mermaid diagram, coloured by whose turn it is."""
    lines = [
        "# The life of a case",
        "",
        "Drawn from the code by `make graph`; a test compares them, so it cannot go stale.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    direction LR",
        "    [*] --> intake: the call",
    ]
    lines += [f'    state "{label}" as {state}' for state, label in LABEL.items()]
    lines += [f"    {a} --> {b}: {name.replace('_', ' ')}" for a, b, name in list_transitions()]
    lines += [f"    {state} --> [*]" for state in ("closed", "withdrawn", "restored")]
    lines += [f"    classDef {turn} fill:{colour}" for turn, colour in COLOURS.items()]
    lines += [f"    class {state} {turn}" for state, turn in TURN.items()]
    lines += ["```", "", "| state | whose turn | leaves by |", "|---|---|---|"]
    for state in State:
        ways = [f"{name} → `{b}`" for a, b, name in list_transitions() if a == state]
        lines.append(
            f"| `{state}` {LABEL[state]} | {TURN_LABEL[TURN[state]]} | {'; '.join(ways) or 'end'} |"
        )
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Draw the state machine of a case into docs/states.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare, and fail if stale")

    def handle(self, *_: Any, check: bool = False, **__: Any) -> None:
        target = settings.BASE_DIR / TARGET
        drawn = draw_graph()
        if check:
            if not target.exists() or target.read_text() != drawn:
                raise CommandError("docs/states.md is stale: run `make graph`.")
            return
        target.parent.mkdir(exist_ok=True)
        target.write_text(drawn)
        self.stdout.write(f"{TARGET}: {len(list_transitions())} transitions")

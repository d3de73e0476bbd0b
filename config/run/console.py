"""One tidy stream out of many processes: every line carries the name of who says it."""

from __future__ import annotations

import os
import sys
import threading

WIDTH = 8
COLOURS = {
    "lastcall": "36;1", "database": "34", "redis": "31", "web": "32", "worker": "35",
    "beat": "33", "door": "36", "sink": "90", "example": "90",
}  # fmt: skip
_turn = threading.Lock()


def has_colours() -> bool:
    """A terminal has them, unless NO_COLOR asks for none."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def say(text: str, *, name: str = "lastcall") -> None:
    """Print every line of `text` behind the name."""
    head = f"{name:<{WIDTH}} │ "
    if has_colours():
        head = f"\033[{COLOURS.get(name, '0')}m{head}\033[0m"
    with _turn:
        try:
            for line in text.splitlines() or [""]:
                print(f"{head}{line}", flush=True)
        except BrokenPipeError:
            pass  # whoever read us is gone; stopping in order matters more

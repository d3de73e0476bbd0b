"""One module per piece of work: `measure(place)` returns the lines of the table.

A module that is listed in `ROWS` is part of every run; its name is what `make bench ROWS=…` takes.
"""

ROWS = (
    "accept", "process", "replies", "send", "confirm",
    "sweep", "pages", "opening", "timers", "storm", "memory",
)  # fmt: skip

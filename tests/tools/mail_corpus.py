"""Print what the desk recognises in mail: `python -m tests.tools.mail_corpus`, `make mail-corpus`.

First this project's own set, where what is right is known: raw messages, people and machines,
replies as a hundred mail programs write them, sentences and what they want. Then, where there is
one, a folder of raw messages of which only what was recognised can be shown (`MAIL_SAMPLES=folder`,
or `mail-samples` in a folder `shared` beside the repository). Last the totals per class.

Exits with 1 when anything of the project's own set is not recognised, or a message is not storable.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.tools.corpus_classes import MEASURES, Row
from tests.tools.corpus_folder import print_raw_messages
from tools.check import SETTINGS

REPOSITORY = Path(__file__).parents[2]


def find_raw_messages() -> Path | None:
    """The folder of raw messages, if there is one."""
    named = os.environ.get("MAIL_SAMPLES", "")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "mail-samples"
    return folder if folder.is_dir() else None


def print_rows(title: str, rows: list[Row]) -> None:
    print(f"\n{title}")
    for row in rows:
        print(f"  {'ok' if row.right else 'MISSED':<7}{row.name[:36]:<38}{row.found[:60]}")


def print_totals(measured: list[tuple[str, list[Row]]]) -> None:
    """One line per class: how many, how many right, and what share that is."""
    print(f"\n{'class':<52}{'right':>6}{'of':>6}{'share':>9}")
    for title, rows in measured:
        classes = dict.fromkeys(row.kind for row in rows)
        for kind in classes:
            print_total(f"{title}: {kind}", [row for row in rows if row.kind == kind])
        if len(classes) > 1:
            print_total(f"{title}: all", rows)


def print_total(name: str, rows: list[Row]) -> None:
    right = sum(row.right for row in rows)
    print(f"  {name[:50]:<50}{right:>6}{len(rows):>6}{100 * right / len(rows):>8.1f}%")


def main() -> int:
    """Print all tables."""
    measured = [(title, measure()) for title, measure in MEASURES.items()]
    for title, rows in measured:
        print_rows(title, rows)
    folder = find_raw_messages()
    unstorable = print_raw_messages(folder) if folder is not None else 0
    print_totals(measured)
    missed = sum(not row.right for _, rows in measured for row in rows)
    return 1 if missed or unstorable else 0


if __name__ == "__main__":
    os.environ.update(SETTINGS)
    sys.exit(main())

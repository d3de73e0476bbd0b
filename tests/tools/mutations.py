"""What is taken out of each promise's mechanism, and which test must notice: tests/mutations.toml.

docs/mutations.md is written from it by `python -m tests.tools.mutations`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "mutations.toml"
TABLE = ROOT / "docs" / "mutations.md"
HEAD = """# What each promise's test catches

A test that cannot fail proves nothing. `make mutations` takes the mechanism of each promise of
[guarantees.md](guarantees.md) out of a copy of the code and fails unless the test named here is
red; `make mutations PROMISE=G7` does it for one promise. This page is written from
tests/mutations.toml, which holds each change to the letter, by `python -m tests.tools.mutations`;
the suite compares them, and sees that each change still fits its file. "Says" is a piece of what
the red test says. Tests are below `tests/`.

| promise | taken out | of | red | says |
|---|---|---|---|---|
"""


class NotOnce(ValueError):
    """The text to be taken out does not stand exactly once in its file."""


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """`old` stands once in `file` and is replaced by `new`; then `test`, a node id, is red."""

    promise: str
    out: str  # what is taken out, in words
    file: str
    old: str
    new: str
    test: str
    says: str = ""

    def apply(self, folder: Path) -> str:
        """Change the file below `folder`; return its text as it was. Raises NotOnce."""
        text = (folder / self.file).read_text("utf-8")
        if text.count(self.old) != 1 or self.old == self.new:
            raise NotOnce(f"{self.promise}: not once in {self.file}: {self.old}")
        self.write(folder, text.replace(self.old, self.new))
        return text

    def write(self, folder: Path, text: str) -> None:
        """Without Python's cached file, which is told from it by size and second alone."""
        (folder / self.file).write_text(text, "utf-8")
        Path(cache_from_source(str(folder / self.file))).unlink(missing_ok=True)


def read_mutations() -> list[Mutation]:
    return [Mutation(**row) for row in tomllib.loads(DATA.read_text("utf-8"))["mutation"]]


def write_table() -> str:
    """The page as Markdown."""
    rows = [
        f"| {m.promise} | {m.out} | {m.file} | {m.test.removeprefix('tests/')} | {m.says} |\n"
        for m in read_mutations()
    ]
    return HEAD + "".join(rows)


if __name__ == "__main__":
    TABLE.write_text(write_table(), "utf-8")

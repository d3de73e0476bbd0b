"""The one table of a run, and its file for whoever compares runs."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

HEAD = ("work", "figure", "limit in this run", "ratio", "aim", "met")


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What this machine can do at best, measured in the same run. In the figure's unit."""

    name: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What a figure has to reach: at `least` or at `most` a value in the figure's unit."""

    least: float | None = None
    most: float | None = None
    of_limit: float | None = None  # at least this part of the limit
    up_to_limit: float | None = None  # at most so many times the limit

    def is_met(self, figure: Figure) -> bool:
        checks: list[tuple[float | None, Callable[[float, float], bool], float]] = [
            (self.least, operator.ge, figure.value),
            (self.most, operator.le, figure.value),
            (self.of_limit, operator.ge, figure.ratio or 0.0),
            (self.up_to_limit, operator.le, figure.ratio or 0.0),
        ]
        return all(compare(value, bound) for bound, compare, value in checks if bound is not None)

    def describe(self, unit: str) -> str:
        parts = []
        if self.least is not None:
            parts.append(f"≥ {show_number(self.least)}{unit}")
        if self.most is not None:
            parts.append(f"≤ {show_number(self.most)}{unit}")
        if self.of_limit is not None:
            parts.append(f"≥ {self.of_limit:.0%} of the limit")
        if self.up_to_limit is not None:
            parts.append(f"≤ {self.up_to_limit:.0%} of the limit")
        return ", ".join(parts)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table. `unit` is written behind the value: "/s", " ms"."""

    work: str
    value: float
    unit: str = "/s"
    limit: Limit | None = None
    aim: Aim | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.limit.value if self.limit and self.limit.value else None

    @property
    def is_met(self) -> bool | None:
        """None where there is no aim."""
        return self.aim.is_met(self) if self.aim else None

    def cells(self) -> tuple[str, ...]:
        limit = (
            f"{show_number(self.limit.value)}{self.unit} {self.limit.name}" if self.limit else ""
        )
        ratio = f"{self.ratio:.0%}" if self.ratio is not None else ""
        met = {True: "yes", False: "NO", None: ""}[self.is_met]
        work = f"{self.work} ({self.note})" if self.note else self.work
        aim = self.aim.describe(self.unit) if self.aim else ""
        return work, f"{show_number(self.value)}{self.unit}", limit, ratio, aim, met


def show_number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def draw_table(figures: Sequence[Figure]) -> str:
    """Return the table, as Markdown, its columns in line."""
    rows = [HEAD, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def save_json(
    path: Path, figures: Sequence[Figure], *, at: datetime, machine: dict[str, Any]
) -> None:
    """Write all figures of a run; `at` is a UTC instant."""
    rows = [
        {
            "work": figure.work,
            "value": round(figure.value, 3),
            "unit": figure.unit.strip(),
            "limit": {"name": figure.limit.name, "value": round(figure.limit.value, 3)}
            if figure.limit
            else None,
            "ratio": round(figure.ratio, 3) if figure.ratio is not None else None,
            "aim": figure.aim.describe(figure.unit) if figure.aim else None,
            "met": figure.is_met,
            "note": figure.note,
        }
        for figure in figures
    ]
    document = {"at": at.isoformat(timespec="seconds"), "machine": machine, "figures": rows}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def list_missed(figures: Sequence[Figure]) -> list[Figure]:
    return [figure for figure in figures if figure.is_met is False]

"""Plans as bars on one scale of days, in percent of its width; the markup only places them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cases.domain.plan.model import Plan
from cases.domain.plan.stretches import Stretch, list_stretches
from cases.domain.words import count_of
from cases.templatetags._times import write_date

TONES = {"answers": "them", "running": "cal", "grace": "grace", "bill": "done"}
NAMES = {"answers": "for answers", "running": "to the end", "grace": "grace", "bill": "to the bill"}
WIDE_ENOUGH = 13  # percent; a narrower bar has no room for its words
ON_A_PHONE = 36
MOST_TICKS = 7
HEAD, LANE, BAR = 22, 62, 18  # px


@dataclass(frozen=True, kw_only=True)
class Bar:
    """`x` and `width` in percent, `y` in px from the top."""

    x: str
    width: str
    y: int
    tone: str
    words: str
    label: str
    is_short: bool  # no room for the label on a phone


@dataclass(frozen=True, kw_only=True)
class Tick:
    x: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Lane:
    name: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Every lane on the same days; `words` says the same to whoever does not see it."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    height: int
    words: str


def draw_scale(plans: Sequence[tuple[str, Plan]]) -> Scale | None:
    """The named plans under each other; None when nothing in them takes a day."""
    found = [(name, list_stretches(plan)) for name, plan in plans]
    days = [d for _, stretches in found for s in stretches for d in (s.starts_on, s.ends_on)]
    if not days:
        return None
    first, last = min(days), max(days)
    lanes = tuple(
        Lane(
            name=name,
            y=HEAD + number * LANE,
            bars=tuple(draw_bar(s, first, last, HEAD + number * LANE) for s in stretches),
        )
        for number, (name, stretches) in enumerate(found)
    )
    told = [f"{lane.name}: {'; '.join(bar.words for bar in lane.bars)}" for lane in lanes]
    return Scale(
        lanes=lanes,
        ticks=tuple(Tick(x=place(d, first, last), label=f"{d:%b}") for d in find_months(days)),
        height=HEAD + len(lanes) * LANE,
        words=". ".join(told),
    )


def draw_bar(stretch: Stretch, first: date, last: date, top: int) -> Bar:
    """A stretch on the lane that begins at `top`: what waits for answers below, the rest above."""
    size = float(place(stretch.ends_on, first, last)) - float(place(stretch.starts_on, first, last))
    label = f"{count_of(stretch.days, 'day')} {NAMES[stretch.kind]}"
    year = first.year
    since = write_date(stretch.starts_on, this_year=year)
    until = write_date(stretch.ends_on, this_year=year)
    return Bar(
        x=place(stretch.starts_on, first, last),
        width=f"{size:.2f}",
        y=top + LANE - (2 if stretch.kind != "answers" else 1) * (BAR + 2),
        tone=TONES[stretch.kind],
        words=f"{label}, {since} to {until}",
        label=label if size >= WIDE_ENOUGH else "",
        is_short=size < ON_A_PHONE,
    )


def place(day: date, first: date, last: date) -> str:
    """Where a day stands between both, in percent."""
    return f"{100 * (day - first).days / (last - first).days:.2f}"


def find_months(days: Sequence[date]) -> list[date]:
    """The first days of months between these days, thinned out to a few."""
    first, last = min(days), max(days)
    numbers = range(first.year * 12 + first.month, last.year * 12 + last.month)
    months = [date(n // 12, n % 12 + 1, 1) for n in numbers]
    return months[:: 1 + len(months) // MOST_TICKS]

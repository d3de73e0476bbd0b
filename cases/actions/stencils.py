"""Emails rendered once and filled in afterwards: most differ in a number, a name and a link only.

The first time, an email's texts are rendered over stand-ins that note what they read, with marks
where those few values (`GAPS`) go. Whenever everything else that was read is the same again, in
the same language and zone, the marks are filled and nothing is rendered. An email that reads lists,
or does more with a gap than to show it, is rendered every time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any

from django.db.models import Model
from django.db.models.manager import BaseManager
from django.utils.html import escape

GAPS = ("case.number", "contact.name", "page_url")
# What a filter or a condition would change gives itself away.
PROBE = "o'Neil & <éMile> — {} " + " ".join(["long"] * 60)
MOST_LEARNT = 2000  # of all templates together, some ten megabytes; then everything is forgotten
ENOUGH_TRIED = 20  # where a template was rendered so often and hardly ever filled, it stays so
SIMPLE = frozenset({str, int, bool, float, Decimal, date, datetime, type(None)})
MARKED = re.compile("\ue000(.*?)\ue001")
HTML = "html"  # the text of this name escapes what it shows
Texts = dict[str, str]  # of one email, by their names
Render = Callable[[Mapping[str, Any]], Texts]
Values = tuple[Any, ...]
Patterns = dict[str, str]  # of each text, with "%(path)s" for each gap


@dataclass
class Tracing:
    """What one rendering read: the value of each path, and whether that is all there is to it."""

    context: Mapping[str, Any]
    gaps: Mapping[str, str]
    read: dict[str, Any] = field(default_factory=dict)
    is_whole: bool = True

    def stand_in(self) -> dict[str, Any]:
        """A context whose names are looked up here."""
        return {name: partial(self.give, name) for name in self.context}

    def give(self, path: str) -> Any:
        if path in self.gaps:
            self.read[f"{path}?"] = bool(look_up(self.context, path))
            return self.gaps[path] if self.read[f"{path}?"] else ""
        value = look_up(self.context, path)
        if type(value) in SIMPLE:
            self.read[path] = value
            return value
        if isinstance(value, Model) or is_dataclass(value):
            return StandIn(self, path)
        self.is_whole = False
        return value


class StandIn:
    """A row or a record in a traced context: each of its fields is noted as it is read."""

    def __init__(self, tracing: Tracing, path: str) -> None:
        self.__dict__.update(_tracing=tracing, _path=path)

    def __getattr__(self, name: str) -> Any:
        return self._tracing.give(f"{self._path}.{name}")

    def __str__(self) -> str:
        self._tracing.is_whole = False
        return str(look_up(self._tracing.context, self._path))


@dataclass
class Stencil:
    """The filled texts of one email, by the paths that they read and their values."""

    by_paths: dict[tuple[str, ...], dict[Values, Patterns]] = field(default_factory=dict)
    is_useless: bool = False
    found: int = 0
    learnt: int = 0

    def find(self, context: Mapping[str, Any]) -> Patterns | None:
        """The patterns that fit this context."""
        for paths, known in self.by_paths.items():
            patterns = known.get(tuple([look_up(context, path) for path in paths]))
            if patterns is not None:
                self.found += 1
                return patterns
        return None

    def learn(self, render: Render, context: Mapping[str, Any], rendered: Texts) -> None:
        """Render over stand-ins, and try what was learnt: on the values of this context, and on
        some that nothing leaves alone."""
        tracing = Tracing(context, {path: f"\ue000{path}\ue001" for path in GAPS})
        marked = render(tracing.stand_in())
        patterns = {name: make_pattern(text) for name, text in marked.items()}
        probes = {path: PROBE.format(path) for path in GAPS}
        probed = render(Tracing(context, probes).stand_in())
        is_right = (
            fill(patterns, read_gaps(context)) == rendered
            and fill(patterns, probes) == probed
            # What is looked up later is looked up outside of the email's language and zone.
            and all(look_up(context, path) == value for path, value in tracing.read.items())
        )
        self.learnt += 1
        is_idle = self.learnt >= ENOUGH_TRIED and self.found < self.learnt
        if is_idle or not (tracing.is_whole and is_right):
            self.is_useless = True
            self.by_paths.clear()
            return
        known = self.by_paths.setdefault(tuple(tracing.read), {})
        known[tuple(tracing.read.values())] = patterns


_stencils: dict[tuple[str, ...], Stencil] = {}


def render_with_stencil(key: tuple[str, ...], render: Render, context: Mapping[str, Any]) -> Texts:
    """What `render(context)` returns. `key` names the email, the language and the zone."""
    stencil = _stencils.setdefault((*key, *context), Stencil())
    gaps = read_gaps(context)
    if stencil.is_useless or not all(map(is_tidy, gaps.values())):
        return render(context)
    patterns = stencil.find(context)
    if patterns is not None:
        return fill(patterns, gaps)
    if sum(one.learnt for one in _stencils.values()) >= MOST_LEARNT:
        _stencils.clear()
    rendered = render(context)
    stencil.learn(render, context, rendered)
    return rendered


def read_gaps(context: Mapping[str, Any]) -> dict[str, str]:
    """What is shown in each gap."""
    return {path: str(look_up(context, path) or "") for path in GAPS}


def is_tidy(value: str) -> bool:
    """Is this left alone where a text's spaces and empty lines are put in order?"""
    return value == " ".join(value.split())


def make_pattern(text: str) -> str:
    """The words of a marked text, and its gaps; what a template did to a mark is none of ours."""
    words = MARKED.split(text)
    words[::2] = [word.replace("%", "%%") for word in words[::2]]
    words[1::2] = [f"%({path})s" if path in GAPS else "" for path in words[1::2]]
    return "".join(words)


def fill(patterns: Patterns, values: Mapping[str, str]) -> Texts:
    """Put values into the gaps; into HTML as a template would."""
    filled = {name: pattern % values for name, pattern in patterns.items() if name != HTML}
    if HTML in patterns:
        escaped = {path: str(escape(value)) for path, value in values.items()}
        filled[HTML] = patterns[HTML] % escaped
    return filled


def look_up(context: Mapping[str, Any], path: str) -> Any:
    """The value of a dotted path; with a question mark behind it, whether there is one."""
    first, *others = split_path(path)
    value = context.get(first)
    if callable(value):
        value = call(value)
    for name in others:
        value = getattr(value, name, None)
        if callable(value):
            value = call(value)
    return bool(value) if path[-1] == "?" else value


@cache
def split_path(path: str) -> list[str]:
    return path.removesuffix("?").split(".")


def call(value: Any) -> Any:
    """As a template does with what can be called."""
    return value if isinstance(value, BaseManager) else value()

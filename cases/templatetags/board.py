"""The execution board inside other pages."""

from __future__ import annotations

from typing import Any

from django import template

from cases.models import Case
from cases.queries.board import BoardCase, read_case_board
from config import clock

register = template.Library()


@register.simple_tag
def read_orders(case: Case) -> BoardCase | None:
    """What providers still owe this case; nothing when nothing is on its way."""
    return read_case_board(case=case, now=clock.now())


@register.filter
def seconds(count: int) -> str:
    """Return "41 s", and "3 min" or "5 d" where seconds say nothing any more."""
    size = abs(count)
    if size < 120:
        return f"{size} s"
    if size < 7200:
        return f"{size // 60} min"
    return f"{size // 3600} h" if size < 48 * 3600 else f"{size // 86400} d"


@register.simple_tag
def board_id(row: Any) -> str:
    """A name for a row's form that survives the next look."""
    return f"repair-{row.case_item.pk}"

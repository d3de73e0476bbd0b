"""The queue's rows, and its links: each is the page's own address with one thing changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from cases.domain.queue import COLUMNS, ORDERS, SORTED_BY
from cases.queries.case_rows import CaseRow
from cases.queries.queue_filters import Filters
from cases.templatetags._html import fill, join
from cases.templatetags._rows import draw_next, draw_row, draw_state
from cases.templatetags.desk import read_reader

register = template.Library()


@register.simple_tag
def queue_url(filters: Filters, **changes: Any) -> str:
    """Return "?tab=…" with these changes; another view begins at its first page."""
    return f"?{filters.address(**changes)}"


@register.simple_tag(takes_context=True)
def queue_rows(
    context: template.Context, rows: Sequence[CaseRow], columns: Sequence[str], *, pick: bool
) -> SafeString:
    """Return the rows of the queue with these columns; with `pick` they can be ticked."""
    reader, ticked = read_reader(context), context["ticked"]
    address = reverse("desk:case", args=["NUMBER"])
    return join(
        draw_row(
            row,
            reader,
            columns=columns,
            url=address.replace("NUMBER", row.number),
            pick=pick,
            ticked=row.number in ticked,
        )
        for row in rows
    )


@register.simple_tag
def row_state(row: CaseRow) -> SafeString:
    """Return the state of a case in a list, or what is more pressing."""
    return draw_state(row)


@register.simple_tag(takes_context=True)
def row_next(context: template.Context, row: CaseRow) -> SafeString | str:
    """Return what happens next to a case in a list, and when."""
    return draw_next(row, read_reader(context))


@register.simple_tag
def column_head(filters: Filters, name: str) -> SafeString:
    """Return a column's header cell; where the list can be ordered by it, with the link."""
    side = ' class="end"' if name == "since" else ""
    label = COLUMNS[name]
    orders = SORTED_BY.get(name)
    if not orders:
        return fill("<th scope=col{}>{}</th>".replace("col", '"col"'), safe(side), label)
    now = filters.order
    following = orders[(orders.index(now) + 1) % len(orders)] if now in orders else orders[0]
    chosen = "" if following == ORDERS[filters.tab] else following
    direction = "descending" if now.startswith("-") else "ascending"
    sorted_now = fill(' aria-sort="{}"', direction) if now in orders else ""
    return fill(
        '<th scope="col"{}{}><a href="?{}">{}</a></th>',
        safe(side), sorted_now, filters.address(sort=chosen), label,
    )  # fmt: skip


def safe(text: str) -> SafeString:
    """Our own attribute, written here."""
    return SafeString(text)

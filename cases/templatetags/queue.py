"""The queue's links: each is the page's own address with one thing changed."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.domain.queue import COLUMNS, ORDERS, SORTED_BY
from cases.queries.queue_filters import Filters

register = template.Library()


@register.simple_tag
def queue_url(filters: Filters, **changes: Any) -> str:
    """Return "?tab=…" with these changes; another view begins at its first page."""
    return f"?{filters.address(**changes)}"


@register.simple_tag
def column_head(filters: Filters, name: str) -> SafeString:
    """Return a column's header cell; where the list can be ordered by it, with the link."""
    side = ' class="end"' if name == "since" else ""
    label = COLUMNS[name]
    orders = SORTED_BY.get(name)
    if not orders:
        return format_html("<th scope=col{}>{}</th>".replace("col", '"col"'), safe(side), label)
    now = filters.order
    following = orders[(orders.index(now) + 1) % len(orders)] if now in orders else orders[0]
    chosen = "" if following == ORDERS[filters.tab] else following
    direction = "descending" if now.startswith("-") else "ascending"
    sorted_now = format_html(' aria-sort="{}"', direction) if now in orders else ""
    return format_html(
        '<th scope="col"{}{}><a href="?{}">{}</a></th>',
        safe(side), sorted_now, filters.address(sort=chosen), label,
    )  # fmt: skip


def safe(text: str) -> SafeString:
    """Our own attribute, written here."""
    return SafeString(text)

"""What a person does about services on their way to the provider; from the board or the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cases.actions import repair
from cases.models import Case
from cases.views.inputs import common
from cases.views.shared import DeskRequest


def retry(request: DeskRequest, case: Case) -> str:
    repair.retry_item(case_item_id=item_of(request) or None, **without_version(request, case))
    return "Trying again."


def mark_done(request: DeskRequest, case: Case) -> str:
    repair.mark_item_done(
        case_item_id=item_of(request),
        reason=request.POST.get("text", ""),
        **without_version(request, case),
    )
    return "Noted: done at the provider."


def tick(request: DeskRequest, case: Case) -> str:
    repair.tick_item(
        case_item_id=item_of(request),
        note=request.POST.get("text", ""),
        **without_version(request, case),
    )
    return "Ticked off."


def keep(request: DeskRequest, case: Case) -> str:
    repair.keep_item(
        case_item_id=item_of(request) or None,
        reason=request.POST.get("text", ""),
        **without_version(request, case),
    )
    return "It stays as it is; the rest goes on."


def item_of(request: DeskRequest) -> int:
    item = request.POST.get("item", "")
    return int(item) if item.isdecimal() and len(item) < 19 else 0


def without_version(request: DeskRequest, case: Case) -> dict[str, Any]:
    """Every answer of a provider changes the case; these actions check the service itself."""
    return {name: value for name, value in common(request, case).items() if name != "version"}


REPAIR_VERBS: dict[str, Callable[[DeskRequest, Case], str]] = {
    "keep": keep,
    "keep_items": keep,
    "mark_done": mark_done,
    "retry": retry,
    "retry_items": retry,
    "tick": tick,
}

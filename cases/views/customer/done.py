"""What every act of a customer shares: what was done, in words, and what an action takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from cases.actions.base import NotPossible
from cases.views.customer.visit import Visit


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done, in words; where on the page to look; the proof of a right code."""

    said: str
    place: str = ""
    proof: str = ""


class NoAnswer(NotPossible):
    """Nothing was filled in that could be used; the catalogue says what to do."""


class WrongDay(NotPossible):
    """The day is none, has passed, or is absurdly far (THREATS 54)."""


def common(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    """What every action takes: the case, who, when, and the version that the page showed."""
    version = request.POST.get("version", "")
    return {
        "case_id": visit.the_case.pk,
        "actor": visit.actor,
        "now": visit.now,
        **({"version": int(version)} if version.isdigit() and len(version) < 10 else {}),
    }


def number_of(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdigit() and len(text) < 19 else 0

"""Say what was done, with a way to take it back where one verb does that."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.urls import reverse

from cases.models import Case
from cases.views.shared import DeskRequest


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a verb did, in words, and the verb with its fields that undoes it."""

    text: str
    undo: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def tell(request: DeskRequest, case: Case, said: Said | str) -> None:
    """Put it into a toast. The undo travels with the message and is posted like any other form."""
    if isinstance(said, str) or not said.undo:
        messages.success(request, said if isinstance(said, str) else said.text)
        return
    url = reverse("desk:act", args=[case.number, said.undo])
    messages.success(request, said.text, extra_tags=json.dumps({"url": url, "fields": said.fields}))

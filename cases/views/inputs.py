"""What every verb reads from its request: the form, the case, who, when and which version."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.actions.base import Actor
from cases.models import Case
from cases.views.shared import DeskRequest
from config import clock


class InvalidInput(ValueError):
    """A form with an error, said in one sentence."""


def clean(form: forms.Form) -> dict[str, Any]:
    """The form's data, or `InvalidInput` with its first error."""
    if form.is_valid():
        return form.cleaned_data
    field, errors = next(iter(form.errors.items()))
    label = name_field(form, field)
    if errors.as_data()[0].code == "required":
        raise InvalidInput(f"{label} is missing.")
    raise InvalidInput(f"{label}: {errors[0]}" if label else errors[0])


def name_field(form: forms.Form, name: str) -> str:
    """What the page calls a field: "The date". Empty for what is wrong with the form as a whole."""
    label = (form.fields[name].label or name) if name in form.fields else ""
    return f"{label[:1].upper()}{label[1:]}".replace("_", " ")


def common(request: DeskRequest, case: Case) -> dict[str, Any]:
    """What every action takes: the case, who, when, and the version that the page showed.

    `again` is the version that a person was shown after theirs had become stale, and accepted.
    """
    version = request.POST.get("again") or request.POST.get("version", "")
    return {
        "case_id": case.pk,
        "actor": Actor.staff(request.user),
        "now": clock.now(),
        **({"version": int(version)} if version.isdigit() else {}),
    }

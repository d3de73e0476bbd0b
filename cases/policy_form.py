"""A version of a policy as a form: one field for each of its own, checked as a whole.

What contradicts itself is said beside the field, in the words of `cases.domain.policy.validate`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

from django import forms
from unfold import widgets

from cases.domain.policy import Policy as Rules
from cases.domain.policy import PolicyError, validate
from cases.domain.policy_toml import write_row
from cases.domain.policy_words import CHOICES, DAYS, KINDS, SECTIONS, WORDS, flatten
from cases.models import PolicyVersion

LISTS = ("covers", "reasons")
FLAGS = (
    "agent_may_execute",
    "bill_last_day",
    "restore_by_reply",
    "number_disposition_required",
    "unassign_licences",
    "protection",
)
OPTIONAL = ("execution_seconds", "fee.floor", "fee.ceiling")
HELP = {
    "covers": "One code on a line; none means every product.",
    "exclusions": "One on a line: the product's code, a colon, where to go instead.",
    "reasons": "One on a line.",
    "reminder_days": "Such as 3, 7; counted from the questions.",
    "fee.steps": "Year and percentage, such as 1: 75, 2: 50; only for a percentage.",
    "questions": "Each begins with [[questions]]; then key, text, kind (text, yes_no, date, "
    "choice), choices, required, help.",
}


def name_of(path: str) -> str:
    """The form's name of a field: "fee_kind" for "fee.kind"."""
    return path.replace(".", "_")


def make_field(path: str) -> forms.Field:
    """The input that fits a field of a policy, dressed as the admin's own."""
    given: dict[str, Any] = {
        "label": WORDS[path].label,
        "help_text": HELP.get(path, WORDS[path].help),
        "required": path not in OPTIONAL,
    }
    if path in CHOICES:
        choices = list(CHOICES[path].items())
        return forms.ChoiceField(choices=choices, widget=widgets.UnfoldAdminSelectWidget, **given)
    if path in FLAGS:
        switch = widgets.UnfoldBooleanSwitchWidget
        return forms.BooleanField(widget=switch, **{**given, "required": False})
    if path == "terminate_first":
        given["required"] = False
        boxes = widgets.UnfoldAdminCheckboxSelectMultipleWidget
        return forms.MultipleChoiceField(choices=list(KINDS.items()), widget=boxes, **given)
    return make_plain_field(path, given)


def make_plain_field(path: str, given: dict[str, Any]) -> forms.Field:
    """A number, a time, or text on one line or more."""
    line = widgets.UnfoldAdminTextInputWidget
    if path in DAYS or path == "execution_seconds":
        number = widgets.UnfoldAdminIntegerFieldWidget
        return forms.IntegerField(min_value=0, max_value=3650, widget=number, **given)
    if path.endswith("_time"):
        return forms.TimeField(widget=widgets.UnfoldAdminSingleTimeWidget(format="%H:%M"), **given)
    if path in ("fee.amount", "fee.percent", "fee.floor", "fee.ceiling"):
        number = widgets.UnfoldAdminDecimalFieldWidget
        return forms.DecimalField(
            min_value=0, max_digits=12, decimal_places=4, widget=number, **given
        )
    if path == "name":
        return forms.CharField(max_length=120, widget=line, **given)
    wide = path in (*LISTS, "exclusions", "questions")
    rows = {"rows": 12 if path == "questions" else 4}
    area = widgets.UnfoldAdminTextareaWidget(attrs=rows)
    return forms.CharField(widget=area if wide else line, **{**given, "required": False})


def write_input(path: str, value: Any) -> Any:
    """A field's value as its input shows it."""
    if path in LISTS:
        return "\n".join(value)
    if path == "reminder_days":
        return ", ".join(str(day) for day in value)
    if path == "fee.steps":
        return ", ".join(f"{step.from_year}: {step.percent}" for step in value)
    if path == "exclusions":
        return "\n".join(f"{e.product}: {e.where_to_go}" for e in value)
    if path == "questions":
        return "\n\n".join("\n".join(["[[questions]]", *write_row(q)]) for q in value)
    return list(value) if isinstance(value, tuple) else value


def read_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def read_days(text: str) -> list[int]:
    found = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and len(part) < 5 for part in found):
        raise forms.ValidationError("Write whole days with commas between them, such as 3, 7.")
    return [int(part) for part in found]


def read_steps(text: str) -> list[dict[str, Any]]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = [re.fullmatch(r"(\d{1,3}) *: *(\d{1,3}(?:\.\d+)?) *%?", part) for part in parts]
    if not all(found):
        raise forms.ValidationError("Write year: percentage, such as 1: 75, 2: 50.")
    return [{"from_year": int(m[1]), "percent": m[2]} for m in found if m]


def read_exclusions(text: str) -> list[dict[str, str]]:
    pairs = [line.partition(":") for line in read_lines(text)]
    if not all(product.strip() and where.strip() for product, _, where in pairs):
        raise forms.ValidationError("Write the product's code, a colon, and where to go instead.")
    return [{"product": p.strip(), "where_to_go": w.strip()} for p, _, w in pairs]


def read_questions(text: str) -> list[dict[str, Any]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise forms.ValidationError(f"This cannot be read: {error}.") from error
    if set(data) - {"questions"} or not isinstance(data.get("questions", []), list):
        raise forms.ValidationError("Begin each question with a line [[questions]].")
    return data.get("questions", [])


READERS: dict[str, Callable[[str], Any]] = {
    "covers": read_lines,
    "reasons": read_lines,
    "reminder_days": read_days,
    "fee.steps": read_steps,
    "exclusions": read_exclusions,
    "questions": read_questions,
}


class PolicyVersionBase(forms.ModelForm):
    """Reads the fields of a policy into `data`; conflicts stand beside the field they name."""

    class Meta:
        model = PolicyVersion
        fields = ("policy", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance is not None and instance.data:
            kwargs["initial"] = {**list_inputs(instance.rules), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        data: dict[str, Any] = {"fee": {}}
        for path in paths():
            if name_of(path) in cleaned:
                self.read_into(data, path, cleaned[name_of(path)])
        policy = cleaned.get("policy") or getattr(self.instance, "policy", None)
        if self.errors or policy is None:
            return cleaned
        self.check(data | {"code": policy.code})
        return cleaned

    def read_into(self, data: dict[str, Any], path: str, value: Any) -> None:
        """Put one cleaned value where the policy has it."""
        try:
            value = READERS[path](value) if path in READERS else value
        except forms.ValidationError as error:
            self.add_error(name_of(path), error)
            return
        holder, _, name = path.rpartition(".")
        (data["fee"] if holder else data)[name] = value

    def check(self, data: dict[str, Any]) -> None:
        try:
            rules = Rules.from_dict(data)
        except PolicyError as error:
            for path, what in error.problems.items():
                self.complain(path, what)
            return
        for problem in validate(rules):
            self.complain(problem.field, problem.message)
        self.instance.data = rules.to_dict()

    def complain(self, path: str, what: str) -> None:
        """Beside the field, and at the top of a form that is longer than a screen."""
        plain = name_of(re.split(r"[\[]", path)[0])
        if plain not in self.fields:
            self.add_error(None, what)
            return
        self.add_error(plain, what)
        self.add_error(None, f"{self.fields[plain].label}: {what}")


def paths() -> list[str]:
    return [path for section in SECTIONS.values() for path in section]


def list_inputs(rules: Rules) -> dict[str, Any]:
    """Every input's value for a policy."""
    flat = flatten(rules)
    return {name_of(path): write_input(path, flat[path]) for path in paths()}


PolicyVersionForm = type(
    "PolicyVersionForm",
    (PolicyVersionBase,),
    {name_of(path): make_field(path) for path in paths()}
    | {"Meta": PolicyVersionBase.Meta, "__module__": __name__},
)

"""What agents fill in. Every field is explicit; a wrong one says what is right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms

from accounts.models import Contact, Customer, Item
from cases.domain.policy import Policy as Rules
from cases.models import Case, Disposition

FURTHEST = timedelta(days=3 * 366)


def offer(form: forms.Form, name: str, choices: Any) -> None:
    """Set what a field accepts: rows, or (value, label) pairs."""
    field: Any = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = choices
    else:
        field.choices = choices


class WishField(forms.DateField):
    """A wished date: a real one, neither past nor absurdly far (THREATS 54)."""

    def __init__(self, *, today: date, **options: Any) -> None:
        self.today = today
        super().__init__(required=False, widget=forms.DateInput(attrs={"type": "date"}), **options)

    def clean(self, value: Any) -> date | None:
        wished = super().clean(value)
        if wished is None:
            return None
        if wished < self.today:
            raise forms.ValidationError(
                f"This day has passed. Choose {self.today:%d %B %Y} or later."
            )
        if wished > self.today + FURTHEST:
            raise forms.ValidationError(
                f"That is very far off. Choose a day until {self.today + FURTHEST:%d %B %Y}."
            )
        return wished


class CallForm(forms.Form):
    """The intake of one call, for one customer under one policy."""

    contact = forms.ModelChoiceField(Contact.objects.none(), required=False)
    caller_name = forms.CharField(max_length=120, required=False, strip=True)
    checks = forms.MultipleChoiceField(required=False)
    scope = forms.ChoiceField(choices=[("whole", "Whole account"), ("some", "Some services")])
    items = forms.ModelMultipleChoiceField(Item.objects.none(), required=False)
    reason = forms.ChoiceField(required=False)
    questions = forms.MultipleChoiceField(required=False)
    own_question = forms.CharField(max_length=500, required=False, strip=True)
    read_out = forms.BooleanField(required=False)
    agreed = forms.BooleanField(required=False)
    received_at = forms.DateTimeField(required=False)

    def __init__(
        self, *args: Any, customer: Customer, rules: Rules, today: date, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.customer, self.rules = customer, rules
        self.active = customer.items.filter(status="active")
        offer(self, "contact", customer.contacts.filter(removed_at=None))
        offer(self, "checks", [(c, c) for c in customer.brand.verification])
        offer(self, "items", self.active)
        offer(self, "reason", [("", "–"), *((r, r) for r in rules.reasons)])
        offer(self, "questions", [(q.key, q.text) for q in rules.questions])
        self.fields["wished_on"] = WishField(today=today)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("scope") == "some" and "items" not in self.errors and not data.get("items"):
            self.add_error("items", "Choose at least one service.")
        if not data.get("contact") and not data.get("caller_name") and "contact" not in self.errors:
            self.add_error("contact", "Who is calling? Choose a contact or write the name.")
        return data

    def item_ids(self) -> list[int]:
        """The services in scope: the chosen ones, or every active one."""
        if self.cleaned_data.get("scope") == "whole":
            return list(self.active.values_list("pk", flat=True))
        return [item.pk for item in self.cleaned_data.get("items") or ()]

    def list_questions(self) -> list[dict[str, Any]]:
        """The questions to ask, as `open_case` takes them."""
        asked = read_questions(self.rules, self.cleaned_data.get("questions") or ())
        own = self.cleaned_data.get("own_question")
        return [*asked, {"key": "own-1", "text": own}] if own else asked


def read_questions(rules: Rules, keys: Iterable[str]) -> list[dict[str, Any]]:
    """The policy's questions with these keys, as the actions take them."""
    return [
        {"key": q.key, "text": q.text, "kind": q.kind, "choices": list(q.choices),
         "required": q.required}
        for q in rules.questions
        if q.key in set(keys)
    ]  # fmt: skip


class AskForm(forms.Form):
    """Questions by email: from the policy's list, or in the agent's own words."""

    questions = forms.MultipleChoiceField(required=False)
    own_question = forms.CharField(max_length=500, required=False, strip=True)

    def __init__(self, *args: Any, case: Case, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.case = case
        offer(self, "questions", [(q.key, q.text) for q in case.rules.questions])

    def list_questions(self) -> list[dict[str, Any]]:
        asked = read_questions(self.case.rules, self.cleaned_data["questions"])
        if self.cleaned_data["own_question"]:
            number = self.case.questions.count() + len(asked) + 1
            asked.append({"key": f"own-{number}", "text": self.cleaned_data["own_question"]})
        return asked


class TextForm(forms.Form):
    """One text: a note, a reply, a reason, an answer."""

    text = forms.CharField(max_length=10_000, strip=True)


class DateForm(forms.Form):
    """A new date, with the reason that the promise ledger keeps."""

    reason = forms.CharField(max_length=300, strip=True)

    def __init__(self, *args: Any, today: date, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["wished_on"] = WishField(today=today)
        self.fields["wished_on"].required = True


class VerifyForm(forms.Form):
    """Who was verified, and how."""

    contact = forms.ModelChoiceField(Contact.objects.none())
    checks = forms.MultipleChoiceField()

    def __init__(self, *args: Any, case: Case, **kw: Any) -> None:
        super().__init__(*args, **kw)
        offer(self, "contact", case.customer.contacts.filter(removed_at=None))
        offer(self, "checks", [(c, c) for c in case.brand.verification])


class DispositionForm(forms.Form):
    """What becomes of one number (R37)."""

    item = forms.IntegerField(min_value=1)
    disposition = forms.ChoiceField(choices=Disposition.choices, label="What becomes of it")
    note = forms.CharField(max_length=200, required=False, strip=True)


class AmountForm(forms.Form):
    """What the billing system says: an amount, and what is owed now; the case's currency."""

    amount = forms.DecimalField(min_value=0, max_digits=12, decimal_places=4, required=False)
    balance = forms.DecimalField(
        max_digits=12, decimal_places=4, required=False, label="What is owed now"
    )


class SimulatorForm(forms.Form):
    """When the call would come, and what it would wish for."""

    call_on = forms.DateField(
        label="The call comes on", widget=forms.DateInput(attrs={"type": "date"})
    )
    wished_on = forms.DateField(
        label="Wished date", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    asks = forms.BooleanField(label="A question is open", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("call_on", "wished_on"):
            on = data.get(name)
            if on and not 2000 <= on.year <= 2100:
                self.add_error(name, "Choose a day between 2000 and 2100.")
        return data


class SwitchForm(forms.Form):
    """Pause or resume for every brand; `allowance` is what the fuse lets through, and how long."""

    paused = forms.TypedChoiceField(choices=[("1", "pause"), ("0", "resume")], coerce="1".__eq__)
    reason = forms.CharField(required=False, max_length=300)
    allowance = forms.IntegerField(required=False, min_value=1, max_value=10_000_000)
    hours = forms.IntegerField(required=False, min_value=1, max_value=72)

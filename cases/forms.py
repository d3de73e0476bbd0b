"""What agents fill in. Every field is explicit; a wrong one says what is right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from accounts.models import Contact
from cases.domain.policy import Policy as Rules
from cases.models import Case, Disposition

FURTHEST = timedelta(days=3 * 366)
MOST_MONEY = Decimal("99999999.9999")  # what the database holds


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
        range_said = f"between {today:%d %B %Y} and {today + FURTHEST:%d %B %Y}"
        wrong = f"There is no such day. Write it as 2026-12-31, {range_said}."
        options.setdefault("error_messages", {"invalid": wrong})
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

    text = forms.CharField(max_length=10_000, strip=True, label="The text")


class DateForm(forms.Form):
    """A new date, with the reason that the promise ledger keeps."""

    reason = forms.CharField(max_length=300, strip=True, label="The reason")

    def __init__(self, *args: Any, today: date, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["wished_on"] = WishField(today=today, label="The date")
        self.fields["wished_on"].required = True


class VerifyForm(forms.Form):
    """Who was verified, and how."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label="The contact")
    checks = forms.MultipleChoiceField(label="A check of the caller")

    def __init__(self, *args: Any, case: Case, **kw: Any) -> None:
        super().__init__(*args, **kw)
        offer(self, "contact", case.customer.contacts.filter(removed_at=None))
        offer(self, "checks", [(c, c) for c in case.brand.verification])


class DispositionForm(forms.Form):
    """What becomes of one number (R37)."""

    item = forms.IntegerField(min_value=1, label="The number")
    disposition = forms.ChoiceField(choices=Disposition.choices, label="What becomes of it")
    note = forms.CharField(max_length=200, required=False, strip=True)


class AmountField(forms.DecimalField):
    """An amount of money as the database holds it; a refusal names the range (THREATS 54)."""

    def __init__(self, *, least: Decimal = Decimal(0), **options: Any) -> None:
        self.least = least
        super().__init__(max_digits=12, decimal_places=4, required=False, **options)

    def clean(self, value: Any) -> Decimal | None:
        try:
            amount = super().clean(value)
        except forms.ValidationError:
            amount = Decimal("NaN")
        if amount is not None and (amount.is_nan() or amount < self.least):
            raise forms.ValidationError(
                f"Write an amount from {self.least:,f} to {MOST_MONEY:,f}, with at most four "
                "decimals, such as 182.00."
            )
        return amount


class AmountForm(forms.Form):
    """What the billing system says: an amount, and what is owed now; the case's currency."""

    amount = AmountField(label="The amount")
    balance = AmountField(least=-MOST_MONEY, label="What is owed now")


class FeeForm(forms.Form):
    """The fee as it shall be, in the customer's currency, and why."""

    amount = AmountField(label="The fee")
    reason = forms.CharField(max_length=300, label="The reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].required = True


class NoticeForm(forms.Form):
    """The day on which it shall end already, in the customer's zone, and why."""

    reason = forms.CharField(max_length=300, label="The reason")

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ends_on"] = WishField(today=today, label="The day")
        self.fields["ends_on"].required = True


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

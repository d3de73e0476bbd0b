"""The intake of one call: what the agent ticks and types, checked against this very customer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from accounts.models import Contact, Customer, Item
from accounts.phones import MAX_TYPED, normalise_phone
from cases.domain.policy import Policy as Rules
from cases.forms import WishField, offer, read_questions

# Accounts may have a hundred thousand SIMs; beyond this, single ones are named by number.
SHOWN_SINGLY = 200
MOST_NUMBERS = 500
NOWHERE = "none"  # the services that stand at no location
LONGEST_CALL = timedelta(hours=24)


class NumbersField(forms.CharField):
    """Services by their numbers, one to a line: found among the ones given, or refused by line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=MOST_NUMBERS * 40, **options)
        self.items: Any = Item.objects.none()
        self.region = ""

    def clean(self, value: Any) -> list[Item]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_NUMBERS:
            raise forms.ValidationError(
                f"These are {len(lines)} numbers; at most {MOST_NUMBERS} go at once."
            )
        wanted = {line: self.read_number(line) for line in lines}
        found = {i.identifier: i for i in self.items.filter(identifier__in=wanted.values())}
        missing = [line for line, number in wanted.items() if number not in found]
        if missing:
            raise forms.ValidationError(
                f"“{missing[0][:60]}” is no active service of this customer. "
                "Write a number, extension or ICCID as it stands on the bill."
            )
        return list(found.values())

    def read_number(self, line: str) -> str:
        """A phone number in any format as it is stored; anything else as it was typed."""
        try:
            return normalise_phone(line, region=self.region)
        except forms.ValidationError:
            return line


class CallForm(forms.Form):
    """The intake of one call, for one customer under one policy."""

    contact = forms.ModelChoiceField(Contact.objects.none(), required=False)
    caller_name = forms.CharField(max_length=120, required=False, strip=True)
    caller_phone = forms.CharField(max_length=MAX_TYPED, required=False, strip=True)
    checks = forms.MultipleChoiceField(required=False)
    scope = forms.ChoiceField(choices=[("whole", "Whole account"), ("some", "Some services")])
    items = forms.ModelMultipleChoiceField(Item.objects.none(), required=False)
    places = forms.MultipleChoiceField(required=False)
    numbers = NumbersField()
    reason = forms.ChoiceField(required=False)
    questions = forms.MultipleChoiceField(required=False)
    own_question = forms.CharField(max_length=500, required=False, strip=True)
    read_out = forms.BooleanField(required=False)
    agreed = forms.BooleanField(required=False)
    said = forms.CharField(max_length=64, required=False)
    received_at = forms.DateTimeField(required=False)

    def __init__(
        self,
        *args: Any,
        customer: Customer,
        rules: Rules,
        now: datetime,
        today: date,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.customer, self.rules, self.now = customer, rules, now
        self.active = customer.items.filter(status="active")
        numbers: Any = self.fields["numbers"]
        numbers.items, numbers.region = self.active, customer.brand.default_region
        offer(self, "places", list_places(customer))
        offer(self, "contact", customer.contacts.filter(removed_at=None))
        offer(self, "checks", [(c, c) for c in customer.brand.verification])
        offer(self, "items", self.active)
        offer(self, "reason", [("", "–"), *((r, r) for r in rules.reasons)])
        offer(self, "questions", [(q.key, q.text) for q in rules.questions])
        self.fields["wished_on"] = WishField(today=today)

    def clean_caller_phone(self) -> str:
        """Any format, stored as E.164. Raises a field error that names the rule (THREATS 54)."""
        typed = self.cleaned_data["caller_phone"]
        return normalise_phone(typed, region=self.customer.brand.default_region) if typed else ""

    def clean_received_at(self) -> datetime | None:
        """When the call began: notice counts from it, so it is neither future nor long ago (R4)."""
        began = self.cleaned_data["received_at"]
        if began is None:
            return None
        if began < self.now - LONGEST_CALL:
            raise forms.ValidationError(
                "This call began more than a day ago. Load the page anew, so that it counts "
                "from now."
            )
        return min(began, self.now)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wrong = {"items", "places", "numbers"} & set(self.errors)
        if data.get("scope") == "some" and not wrong and not self.item_ids():
            self.add_error("items", "Choose at least one service.")
        if not data.get("contact") and not data.get("caller_name") and "contact" not in self.errors:
            self.add_error("contact", "Who is calling? Choose a contact or write the name.")
        if data.get("agreed") and not data.get("read_out"):
            self.add_error("agreed", "They cannot agree to what they have not heard: read it out.")
        return data

    def item_ids(self) -> list[int]:
        """The services in scope: every active one, or those chosen by place, tick and number."""
        data = self.cleaned_data
        if data.get("scope") == "whole":
            return list(self.active.values_list("pk", flat=True))
        chosen = {item.pk for item in data.get("items") or ()}
        chosen |= {item.pk for item in data.get("numbers") or ()}
        places = set(data.get("places") or ())
        if places:
            here = self.active.filter(location__in=places - {NOWHERE})
            chosen |= set(here.values_list("pk", flat=True))
        if NOWHERE in places:
            nowhere = self.active.filter(location=None)
            chosen |= set(nowhere.values_list("pk", flat=True))
        return sorted(chosen)

    def list_questions(self) -> list[dict[str, Any]]:
        """The questions to ask, as `open_case` takes them."""
        asked = read_questions(self.rules, self.cleaned_data.get("questions") or ())
        own = self.cleaned_data.get("own_question")
        return [*asked, {"key": "own-1", "text": own}] if own else asked


def list_places(customer: Customer) -> list[tuple[str, str]]:
    """The customer's locations as choices, and the one for what stands nowhere."""
    places = customer.locations.order_by("name", "id").values_list("pk", "name")
    return [*((str(pk), name) for pk, name in places), (NOWHERE, "No location")]

"""What people type into the sandbox's pages."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Contact, Item
from accounts.provisioning.base import VERBS
from accounts.provisioning.sandbox import LONGEST_SLOW_S
from config.sandbox.models import Behaviour
from config.sandbox.post.answering import CUSTOMER, OUT_OF_OFFICE, STRANGER, Answer
from config.sandbox.post.phrases import OUT_OF_OFFICE as NOTES
from config.sandbox.provider import MOST_SECONDS

MOST_TEXT = 100_000


class AnswerForm(forms.Form):
    """An answer from a mailbox."""

    who = forms.ChoiceField(label="Who answers?", widget=forms.RadioSelect, initial=CUSTOMER)
    name = forms.CharField(
        label="Their name", max_length=100, required=False, initial="Somebody Else"
    )
    email = forms.EmailField(
        label="Their address", required=False, initial="somebody.else@mailhost.example.net"
    )
    text = forms.CharField(
        label="What they write",
        max_length=MOST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    to_sender = forms.BooleanField(
        label="Answer to the sender's address instead of the reply address",
        help_text="As some mail programs do; the thread's token is missing then.",
        required=False,
    )

    def __init__(self, *args: Any, person: Contact | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale = person.customer.locale.split("-")[0] if person else "en"
        colleagues = (
            person.customer.contacts.filter(removed_at=None).exclude(pk=person.pk)
            if person
            else Contact.objects.none()
        )
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            (CUSTOMER, person.name if person else "The owner of this mailbox"),
            *((str(c.pk), c.name) for c in colleagues),
            (STRANGER, "A stranger"),
            (OUT_OF_OFFICE, "An out-of-office note"),
        ]

    def clean(self) -> dict[str, Any]:
        """An out-of-office note writes itself; everybody else says something."""
        data = super().clean() or {}
        if not (data.get("text") or "").strip():
            if data.get("who") == OUT_OF_OFFICE:
                data["text"] = NOTES.get(self.locale, NOTES["en"])
            else:
                self.add_error("text", "Write something, or choose a phrase.")
        if data.get("who") == STRANGER and not (data.get("email") and data.get("name")):
            self.add_error("email", "A stranger has a name and an address.")
        return data

    def to_answer(self) -> Answer:
        return Answer(**self.cleaned_data)


class FaultForm(forms.Form):
    """How mail for an address misbehaves."""

    behaviour = forms.ChoiceField(
        label="Mail for this address",
        choices=[("", "arrives"), *Behaviour.choices],
        required=False,
    )
    delay_minutes = forms.IntegerField(
        label="Comes back after (minutes)", min_value=0, max_value=43_200, required=False
    )


class ProviderForm(forms.Form):
    """How a company's provider behaves."""

    kind = forms.ChoiceField(
        label="For", choices=[("", "every service"), *Item.Kind.choices], required=False
    )
    slow_s = forms.IntegerField(
        label="Slow: seconds before each answer",
        min_value=0,
        max_value=LONGEST_SLOW_S,
        required=False,
    )
    delay_s = forms.IntegerField(
        label="Late: acknowledges after (seconds of the desk's time)",
        min_value=0,
        max_value=MOST_SECONDS,
    )
    retry_after_s = forms.IntegerField(
        label="After a failure, ask again in (seconds)", min_value=0, max_value=MOST_SECONDS
    )
    fail_verbs = forms.MultipleChoiceField(
        label="Always fails to",
        choices=[(verb, verb) for verb in VERBS],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        required=False,
    )

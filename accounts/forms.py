"""Forms of the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.forms import UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.models import Brand, Contract, Item, User


class LinesField(forms.CharField):
    """A list of short texts, written one to a line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        """Show a stored list line by line; what was typed stays as it is."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Return the lines without the empty ones."""
        text = super().clean(value) or ""
        return [line.strip() for line in text.splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is shown with what came back."""
        return super().has_changed(self.prepare_value(initial), data)


class BrandForm(forms.ModelForm):
    """A brand, with its verification checks one to a line."""

    verification = LinesField(
        required=False, help_text="How a caller is verified, one to a line: Account PIN…"
    )

    class Meta:
        model = Brand
        fields = (
            "name",
            "slug",
            "email_name",
            "email_from",
            "reply_domain",
            "phone",
            "colour",
            "logo",
            "default_locale",
            "default_region",
            "verification",
            "checks_needed",
            "retention_days",
            "fee_alone_up_to",
            "notice_alone_days",
            "provisioning",
        )


class StaffCreationForm(UserCreationForm):
    """A new member of staff."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "email", "role")


class StaffChangeForm(UserChangeForm):
    """A member of staff."""

    class Meta(UserChangeForm.Meta):
        model = User
        fields = "__all__"

    def clean(self) -> dict[str, Any] | None:
        """Refuse to take the administrator's role from a superuser: the flag would outlive it."""
        cleaned = super().clean()
        if self.instance.is_superuser and self.cleaned_data.get("role", "") not in {
            "",
            "administrator",
        }:
            raise ValidationError({"role": "A superuser has the role administrator."})
        return cleaned


class ContractForm(forms.ModelForm):
    """A term and the services that it binds."""

    class Meta:
        model = Contract
        fields = ("customer", "name", "starts_on", "ends_on", "monthly_amount", "items")

    def clean(self) -> dict[str, Any] | None:
        """Refuse services of another customer."""
        cleaned = super().clean() or {}
        customer = cleaned.get("customer") or (self.instance.customer if self.instance.pk else None)
        if customer and any(item.customer_id != customer.pk for item in cleaned.get("items", ())):
            self.add_error("items", "A contract binds services of its own customer alone.")
        return cleaned


class ItemForm(forms.ModelForm):
    """A service; where it stands and what it hangs on are of the same customer (Item.clean)."""

    class Meta:
        model = Item
        fields = (
            "customer",
            "location",
            "parent",
            "kind",
            "product",
            "label",
            "identifier",
            "monthly_price",
            "assigned_to",
            "protected",
            "activated_on",
        )

"""The admin of mailboxes: set up, tried, switched off. A password goes in and never comes out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import redirect
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.widgets import UnfoldAdminPasswordWidget

from notifications.admin import has_role, sees_all_brands
from notifications.inbound.health import announce_door, retire_door
from notifications.inbound.imap.probing import probe_mailbox
from notifications.inbound.imap.secrets import hide
from notifications.models import DoorHealth, Mailbox

TEST = "notifications_mailbox_test_connection"  # the button's name, made by the admin
# Where a password goes to. Whoever changes it has to know the password.
WHERE = ("host", "port", "tls", "username")


class MailboxForm(forms.ModelForm):
    """Exactly one password: typed here, or named by its environment variable."""

    new_secret = forms.CharField(
        label="Password",
        required=False,
        strip=False,
        max_length=500,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Kept encrypted and never shown. Leave it empty to keep the stored one.",
    )

    class Meta:
        model = Mailbox
        fields = [
            "name", "enabled", "host", "port", "tls", "username", "new_secret", "secret_variable",
            "folder", "archive_folder", "flag", "recipient_header", "address", "largest_mb",
            "authserv_id",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        typed, named = data.get("new_secret"), data.get("secret_variable")
        stored = bool(self.instance.secret) and not named
        if typed and named:
            self.add_error("secret_variable", "Enter the password or name its variable, not both.")
        elif not (typed or named or stored):
            self.add_error("new_secret", "Enter the password, or name the variable that holds it.")
        elif stored and not typed and set(WHERE) & set(self.changed_data):
            self.add_error(
                "new_secret",
                "Enter the password again: it would be sent to another server or user than before.",
            )
        if data.get("archive_folder") and data.get("archive_folder") == data.get("folder"):
            self.add_error("archive_folder", "Mail cannot be moved to where it is read from.")
        if typed and any(character in typed for character in "\r\n\x00"):
            self.add_error("new_secret", "A password holds no line break.")
        return data

    def save(self, commit: bool = True) -> Mailbox:
        if self.cleaned_data.get("new_secret"):
            self.instance.secret = hide(self.cleaned_data["new_secret"])
        elif self.cleaned_data.get("secret_variable"):
            self.instance.secret = ""
        mailbox: Mailbox = super().save(commit)
        return mailbox


@admin.register(Mailbox)
class MailboxAdmin(ModelAdmin):
    """A mailbox that is not needed is switched off: what was read from it stays known."""

    form = MailboxForm
    list_display = ("name", "enabled", "host", "username", "folder", "address")
    actions_submit_line = ("test_connection",)
    fieldsets = (
        (None, {"fields": ("name", "enabled")}),
        (
            "Server",
            {"fields": ("host", "port", "tls", "username", "new_secret", "secret_variable")},
        ),
        ("Mail", {"fields": ("folder", "archive_folder", "flag", "largest_mb")}),
        ("For whom a mail is", {"fields": ("recipient_header", "address")}),
        ("Who wrote it", {"fields": ("authserv_id",)}),
    )

    @action(description="Save and test connection")
    def test_connection(self, request: HttpRequest, obj: Mailbox) -> None:
        for finding in probe_mailbox(obj):
            level = messages.SUCCESS if finding.is_good else messages.ERROR
            messages.add_message(request, level, finding.words)

    def save_model(self, request: HttpRequest, obj: Mailbox, form: Any, change: bool) -> None:
        """A mailbox that is switched on is a door in use at once, also before it is read (G12)."""
        super().save_model(request, obj, form, change)
        if obj.enabled:
            announce_door(door=obj.door, kind=DoorHealth.Kind.PULL)
        else:
            retire_door(door=obj.door)

    def response_change(self, request: HttpRequest, obj: Mailbox) -> Any:
        """After a test one stays where one can mend what it found."""
        if TEST in request.POST:
            return redirect("admin:notifications_mailbox_change", obj.pk)
        return super().response_change(request, obj)

    def response_add(self, request: HttpRequest, obj: Mailbox, *args: Any, **named: Any) -> Any:
        if TEST in request.POST:
            return redirect("admin:notifications_mailbox_change", obj.pk)
        return super().response_add(request, obj, *args, **named)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        return ("name",) if obj else ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return has_role(request, frozenset({"administrator"})) and sees_all_brands(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

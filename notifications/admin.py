"""The admin of mail: everything can be looked at, almost nothing changed.

Mail of every brand is shown here, so it is for administrators and auditors who are not limited to
some brands; agents have the mailroom. The only things to change are the switches.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from config import clock
from notifications import inbound, outbox
from notifications.models import Attachment, DoorHealth, Email, Inbound, Switch, Thread

READERS = frozenset({"administrator", "auditor"})
SWITCHERS = frozenset({"administrator", "supervisor"})


def has_role(request: HttpRequest, roles: frozenset[str]) -> bool:
    """Say whether the user is active and has one of `roles`."""
    user = request.user
    return bool(user.is_active and getattr(user, "role", "") in roles)


def sees_all_brands(request: HttpRequest) -> bool:
    """Say whether neither brands nor teams limit what the user sees; looked up once a request,
    because the admin asks for every model that it names.
    """
    if not hasattr(request, "_sees_all_brands"):
        limits = [getattr(request.user, name, None) for name in ("brands", "teams")]
        limited = any(limit is not None and limit.exists() for limit in limits)
        request._sees_all_brands = not limited  # type: ignore[attr-defined]
    return bool(request._sees_all_brands)  # type: ignore[attr-defined]


class ReadOnlyAdmin(ModelAdmin):
    """Rows can be looked at by readers of all brands, and by nobody changed."""

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [field.name for field in self.opts.fields if field.name not in (self.exclude or ())]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return has_role(request, READERS) and sees_all_brands(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Whether the user may decide about a mail: retry, settle, read again."""
        return has_role(request, frozenset({"administrator"})) and sees_all_brands(request)


@admin.register(Email)
class EmailAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "purpose", "to_email", "subject", "status", "attempts", "next_attempt_at",
        "accepted_at", "delivery", "error",
    )  # fmt: skip
    list_filter = ("status", "delivery", "purpose", "irreversible")
    search_fields = ("to_email", "subject", "key", "message_id")
    show_full_result_count = False
    actions = ("send_again", "note_arrived", "note_lost")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Email]:
        return super().get_queryset(request).defer("text", "html")

    @admin.action(description="Send again now, with the same ids", permissions=["settle"])
    def send_again(self, request: HttpRequest, emails: QuerySet[Email]) -> None:
        self._settle(request, emails, lambda pk: outbox.retry_now(email_id=pk, now=clock.now()))

    @admin.action(description="Unknown fate: it arrived", permissions=["settle"])
    def note_arrived(self, request: HttpRequest, emails: QuerySet[Email]) -> None:
        self._settle(
            request,
            emails,
            lambda pk: outbox.settle_unknown(email_id=pk, arrived=True, now=clock.now()),
        )

    @admin.action(description="Unknown fate: it never arrived", permissions=["settle"])
    def note_lost(self, request: HttpRequest, emails: QuerySet[Email]) -> None:
        self._settle(
            request,
            emails,
            lambda pk: outbox.settle_unknown(email_id=pk, arrived=False, now=clock.now()),
        )

    def _settle(self, request: HttpRequest, emails: QuerySet[Email], decide: Any) -> None:
        for email_id in emails.values_list("pk", flat=True):
            try:
                decide(email_id)
            except outbox.CannotSettle as error:
                messages.error(request, f"Mail {email_id}: {error}.")


class AttachmentInline(TabularInline):
    model = Attachment
    fields = readonly_fields = ("name", "content_type", "size", "inline")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True


@admin.register(Inbound)
class InboundAdmin(ReadOnlyAdmin):
    exclude = ("raw", "html")  # bytes and markup of strangers are not rendered here
    list_display = (
        "id", "received_at", "channel", "from_email", "subject", "kind", "disposition",
        "authenticity", "matched_by", "attempts", "problem",
    )  # fmt: skip
    list_filter = ("disposition", "kind", "authenticity", "channel")
    search_fields = ("from_email", "subject", "recipient", "message_id")
    show_full_result_count = False
    inlines = (AttachmentInline,)
    actions = ("read_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Inbound]:
        return super().get_queryset(request).defer("raw", "html")

    @admin.action(description="Read again, after a fix", permissions=["settle"])
    def read_again(self, request: HttpRequest, mails: QuerySet[Inbound]) -> None:
        for inbound_id in mails.values_list("pk", flat=True):
            if not inbound.replay(inbound_id=inbound_id):
                messages.error(request, f"Mail {inbound_id} is not in quarantine or unmatched.")


@admin.register(Thread)
class ThreadAdmin(ReadOnlyAdmin):
    exclude = ("token",)  # who knows it may write to the thread
    list_display = ("id", "created_at")


@admin.register(DoorHealth)
class DoorHealthAdmin(ReadOnlyAdmin):
    list_display = ("door", "last_ok_at", "last_error", "last_error_at")


@admin.register(Switch)
class SwitchAdmin(ModelAdmin):
    """Pause sending, or everything that cannot be undone. Acts within one claim (G7)."""

    list_display = ("name", "paused", "reason", "by", "at")
    readonly_fields = ("by", "at")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        return (*self.readonly_fields, "name") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Switch, form: Any, change: bool) -> None:
        obj.by, obj.at = request.user.get_username(), clock.now()
        obj.allowance = obj.allowance_until = None
        super().save_model(request, obj, form, change)
        obj.write_down()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return has_role(request, SWITCHERS | READERS)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return has_role(request, SWITCHERS)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return has_role(request, SWITCHERS)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


from notifications import admin_mailboxes  # noqa: E402, F401  # registers itself with the above

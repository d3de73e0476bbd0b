"""Cases in the admin: policies are edited here; a case's state and history are read only (R7, G16).

Whatever moves a case goes through `cases.actions`; no page, action or import here does.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import action

from accounts.admin_access import RoleAdmin, RoleTabularInline, filter_by_brand
from accounts.models import User
from accounts.scoping import scope
from cases.actions.api_keys import make_key, revoke_key
from cases.actions.base import ActionError, Actor
from cases.actions.evidence import hash_person
from cases.actions.policies import draft_version, publish_version
from cases.domain.policy_words import SECTIONS
from cases.models import (
    ApiKey,
    Case,
    CaseItem,
    Event,
    Evidence,
    Policy,
    PolicyVersion,
    Question,
    Timer,
    Todo,
)
from cases.policy_form import PolicyVersionForm, list_inputs, name_of
from config import clock


def actor_of(request: HttpRequest) -> Actor:
    assert isinstance(request.user, User), "the admin is for signed-in staff"
    return Actor.staff(request.user)


@admin.register(Policy)
class PolicyAdmin(RoleAdmin):
    read_deed, edit_deed = "policy.read", "policy.edit"
    list_display = ("name", "brand", "code", "in_force")
    list_filter = (filter_by_brand("brand"),)
    search_fields = ("name", "code")
    list_select_related = ("brand",)

    def get_brand_path(self) -> str:
        return "brand"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Policy]:
        return super().get_queryset(request).prefetch_related("versions")

    @admin.display(description="in force")
    def in_force(self, policy: Policy) -> str:
        published = [v.number for v in policy.versions.all() if v.published_at]
        return f"v{max(published)}" if published else "nothing published"


@admin.register(PolicyVersion)
class PolicyVersionAdmin(RoleAdmin):
    """A draft is edited and published; a published version never changes (R52)."""

    read_deed, edit_deed = "policy.read", "policy.edit"
    form = PolicyVersionForm
    list_display = ("policy", "number", "published_at", "note", "on_the_desk")
    list_filter = (filter_by_brand("policy__brand"),)
    list_select_related = ("policy",)
    fieldsets = (
        (None, {"fields": ("policy", "note")}),
        *((title, {"fields": [name_of(path) for path in paths]})
          for title, paths in SECTIONS.items()),
    )  # fmt: skip
    actions = ("publish",)

    def get_brand_path(self) -> str:
        return "policy__brand"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A draft stays with its policy."""
        return ("policy",) if obj is not None else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What cannot be edited is read on the desk, in words."""
        editable = obj is None or self.has_change_permission(request, obj)
        return self.fieldsets if editable else [(None, {"fields": ("policy", "note")})]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new draft starts from the version that it is to follow."""
        given = request.GET.get("from", "")
        start = self.get_queryset(request).filter(pk=given).first() if given.isdigit() else None
        if start is None:
            return super().get_changeform_initial_data(request)
        return {"policy": start.policy_id, **list_inputs(start.rules)}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "policy":
            kwargs["queryset"] = scope(Policy.objects.all(), user=request.user, path="brand")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        frozen = obj is not None and obj.published_at is not None
        return not frozen and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new draft gets the next number of its policy."""
        if not change:
            drafted = draft_version(
                policy=obj.policy, rules=obj.rules, actor=actor_of(request), note=obj.note
            )
            obj.pk, obj.number, obj._state.adding = drafted.pk, drafted.number, False
            return
        super().save_model(request, obj, form, change)

    @admin.display(description="desk")
    def on_the_desk(self, version: PolicyVersion) -> str:
        return format_html('<a href="/desk/policies/{}/">read and try</a>', version.pk)

    @action(description="Publish: new confirmations follow this version")
    def publish(self, request: HttpRequest, versions: QuerySet[PolicyVersion]) -> None:
        for version in versions.order_by("policy", "number"):
            try:
                publish_version(version_id=version.pk, actor=actor_of(request), now=clock.now())
            except ActionError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.message_user(request, f"{version} is in force. Cases keep their own.")


class ReadOnly(RoleTabularInline):
    """Shown, never edited."""

    read_deed, edit_deed = "case.read", None
    can_add = can_change = False

    def get_brand_path(self) -> None:
        return None


class CaseItemInline(ReadOnly):
    model = CaseItem
    fields = readonly_fields = ("item", "outcome", "attempts", "answered_at", "detail")


class QuestionInline(ReadOnly):
    model = Question
    fields = readonly_fields = ("text", "required", "answer", "answered_at")


class TimerInline(ReadOnly):
    model = Timer
    fields = readonly_fields = ("kind", "due_at", "held_because", "fired_at", "cancelled_at")


class EventInline(ReadOnly):
    model = Event
    fields = readonly_fields = ("sequence", "at", "kind", "summary", "actor")


@admin.register(Case)
class CaseAdmin(RoleAdmin):
    """A case with its history, to look at."""

    read_deed, edit_deed = "case.read", None
    list_display = ("number", "customer", "state", "state_since", "owner", "on_the_desk")
    list_filter = ("state", filter_by_brand("brand"))
    search_fields = ("number", "customer__name")
    list_select_related = ("customer", "owner")
    inlines = (CaseItemInline, QuestionInline, TimerInline, EventInline)

    def get_brand_path(self) -> str:
        return "brand"

    @admin.display(description="desk")
    def on_the_desk(self, case: Case) -> str:
        return format_html('<a href="/desk/case/{}/">open</a>', case.number)


@admin.register(Todo)
class TodoAdmin(RoleAdmin):
    read_deed, edit_deed = "case.read", None
    list_display = ("reason", "case", "kind", "created_at", "resolved_at", "resolution")
    list_filter = ("kind",)
    list_select_related = ("case",)

    def get_brand_path(self) -> str:
        return "case__brand"


@admin.register(Evidence)
class EvidenceAdmin(RoleAdmin):
    """What proves an end that cannot be undone; found by case number or by a person's address."""

    read_deed, edit_deed = "evidence.read", None
    list_display = ("case_number", "at", "policy", "ended", "typed", "keep_until")
    list_filter = (filter_by_brand("brand"),)
    search_fields = ("case_number",)
    search_help_text = "A case number, or an email address: it is compared, never shown"

    def get_brand_path(self) -> str:
        return "brand"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Evidence], search_term: str
    ) -> tuple[QuerySet[Evidence], bool]:
        if "@" in search_term:
            return queryset.filter(person__in=list(hash_person(search_term))), False
        return super().get_search_results(request, queryset, search_term)


@admin.register(ApiKey)
class ApiKeyAdmin(RoleAdmin):
    """Keys of other systems. The secret is shown once, after saving."""

    read_deed, edit_deed = "settings.read", "brand.edit"
    can_change = False
    list_display = ("name", "brand", "hint", "created_at", "last_used_at", "revoked_at")
    list_filter = (filter_by_brand("brand"),)
    list_select_related = ("brand",)
    fields = ("brand", "name")
    actions = ("revoke",)

    def get_brand_path(self) -> str:
        return "brand"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        key, token = make_key(
            brand=obj.brand, name=obj.name, actor=actor_of(request), now=clock.now()
        )
        obj.pk, obj.hint, obj._state.adding = key.pk, key.hint, False
        self.message_user(
            request, f"The key is {token} – copy it now, it is never shown again.", messages.WARNING
        )

    @action(description="Revoke: nobody comes in with it any more")
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        for key in keys.select_related("brand"):
            try:
                revoke_key(key=key, actor=actor_of(request), now=clock.now())
            except ActionError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.message_user(request, f"{key} is revoked.")


from cases import admin_assignment, admin_macros  # noqa: E402, F401  # register themselves

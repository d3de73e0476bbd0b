"""Cases in the admin: policies are edited here; a case's state and history are read only (R7, G16).

Whatever moves a case goes through `cases.actions`; no page, action or import here does.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import action

from accounts.admin_access import RoleAdmin, RoleTabularInline, filter_by_brand
from cases.domain.policy import Policy as Rules
from cases.domain.policy import PolicyError, validate
from cases.models import Case, CaseItem, Event, Policy, PolicyVersion, Question, Timer, Todo
from config import clock


class PolicyVersionForm(forms.ModelForm):
    """A version is checked as a policy: what contradicts itself is named."""

    class Meta:
        model = PolicyVersion
        fields = ["policy", "number", "note", "data"]

    def clean_data(self) -> dict[str, Any]:
        try:
            rules = Rules.from_dict(self.cleaned_data["data"])
        except PolicyError as error:
            raise forms.ValidationError(str(error)) from error
        problems = validate(rules)
        if problems:
            raise forms.ValidationError([f"{p.field}: {p.message}" for p in problems])
        return rules.to_dict()


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
    list_display = ("policy", "number", "published_at", "note")
    list_filter = ("policy",)
    list_select_related = ("policy",)
    actions = ("publish",)

    def get_brand_path(self) -> str:
        return "policy__brand"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        frozen = obj is not None and obj.published_at is not None
        return not frozen and super().has_change_permission(request, obj)

    @action(description="Publish: new confirmations follow this version")
    def publish(self, request: HttpRequest, versions: QuerySet[PolicyVersion]) -> None:
        if not self.may_edit(request):
            self.message_user(request, "Your role does not allow this.", messages.ERROR)
            return
        published = versions.filter(published_at=None).update(published_at=clock.now())
        self.message_user(request, f"{published} version(s) published. Cases keep their own.")


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

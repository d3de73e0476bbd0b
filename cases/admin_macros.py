"""Macros in the admin: supervisors write what agents reply with."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Q, QuerySet
from django.http import HttpRequest

from accounts.admin_access import RoleAdmin, filter_by_brand
from accounts.models import User
from accounts.scoping import brand_ids_of
from cases.domain.macros import VARIABLES
from cases.models import Macro


def find_brand_ids(request: HttpRequest) -> list[int] | None:
    assert isinstance(request.user, User), "the admin is for signed-in staff"
    return brand_ids_of(request.user)


@admin.register(Macro)
class MacroAdmin(RoleAdmin):
    """Who sees some brands alone reads the macros of every brand and edits those of their own."""

    read_deed, edit_deed = "settings.read", "macro.edit"
    can_remove = True
    list_display = ("title", "brand", "locale")
    list_filter = (filter_by_brand("brand"), "locale")
    search_fields = ("title", "body")
    list_select_related = ("brand",)
    fieldsets = (
        (None, {"fields": ("title", "brand", "locale", "body"), "description": (
            "Agents put these words into a reply and see them before they send. What can be "
            "filled in: " + "; ".join(f"{{{n}}}, {what}" for n, what in VARIABLES.items()) + "."
        )}),
    )  # fmt: skip

    def get_brand_path(self) -> None:
        return None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Macro]:
        rows = super().get_queryset(request)
        mine = find_brand_ids(request)
        return rows if mine is None else rows.filter(Q(brand=None) | Q(brand__in=mine))

    def is_mine(self, request: HttpRequest, macro: Macro | None) -> bool:
        return macro is None or macro.brand_id is not None or find_brand_ids(request) is None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.is_mine(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.is_mine(request, obj)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Only who sees every brand writes for every brand."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "brand":
            field.required = find_brand_ids(request) is not None
        return field

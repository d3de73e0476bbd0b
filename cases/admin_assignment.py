"""Assignment in the admin: which team takes which cases, and how much each person takes on."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin_access import RoleAdmin
from cases.models import AssignmentRule, Availability


@admin.register(AssignmentRule)
class AssignmentRuleAdmin(RoleAdmin):
    """The first rule that fits gives a case to whoever of its team is next."""

    read_deed, edit_deed = "settings.read", "user.edit"
    can_remove = True
    list_display = ("name", "position", "brand", "language", "team", "is_active")
    list_select_related = ("brand", "team")
    search_fields = ("name",)

    def get_brand_path(self) -> None:
        return None


@admin.register(Availability)
class AvailabilityAdmin(RoleAdmin):
    """Who is there, how many cases may need them at once, and which languages they speak."""

    read_deed, edit_deed = "settings.read", "user.edit"
    list_display = ("user", "away_since", "capacity", "languages", "last_given_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__first_name", "user__last_name")
    autocomplete_fields = ("user",)

    def get_brand_path(self) -> None:
        return None

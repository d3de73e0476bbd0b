"""The admin of signing in: what each role needs, and helping a colleague who lost a phone.

allauth's own tables have no pages: they hold secrets, and whoever edits them becomes anybody.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin_access import RoleAdmin
from accounts.models import SignInRule, User

for model in (
    Authenticator,
    EmailAddress,
    SocialAccount,
    SocialApp,
    SocialToken,
    UserSession,
):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(SignInRule)
class SignInRuleAdmin(RoleAdmin):
    """Which roles need a second factor."""

    edit_deed = "user.edit"
    can_add = False
    list_display = ("role", "second_factor")
    list_display_links = ("role",)
    readonly_fields = ("role",)
    fields = ("role", "second_factor")


@admin.action(
    description="Remove second factors and sign out (lost phone or key)", permissions=["change"]
)
def reset_second_factors(page: Any, request: HttpRequest, users: QuerySet[User]) -> None:
    """Let people begin anew with their password; each case stands in the admin's log."""
    for user in users:
        Authenticator.objects.filter(user=user).delete()
        for session in UserSession.objects.filter(user=user):
            session.end()
        page.log_change(request, user, "Removed second factors and signed out everywhere.")
    names = ", ".join(user.display_name for user in users)
    messages.success(request, f"Removed the second factors of {names}; signed out everywhere.")

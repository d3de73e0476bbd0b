"""What signing in asks of each role."""

from django.db import models
from django.db.models import Q

from accounts.roles import Role


class SignInRule(models.Model):
    """One row per role, made by the migration; administrators change it."""

    role = models.CharField(max_length=20, choices=Role, unique=True)
    second_factor = models.BooleanField(
        "second factor required",
        default=False,
        help_text="People of this role set up a passkey or an authenticator app before they see "
        "anything else.",
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="sign_in_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.get_role_display()

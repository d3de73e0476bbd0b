"""Staff."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower

from accounts.models.brands import Brand
from accounts.roles import Role, may
from accounts.validators import validate_locale, validate_timezone


class StaffManager(UserManager["User"]):
    """Creates users; a superuser is an administrator."""

    def create_superuser(
        self,
        username: str,
        email: str | None = None,
        password: str | None = None,
        **extra: Any,
    ) -> "User":
        """Create an administrator with the superuser flag. Raises ValueError on another role."""
        extra.setdefault("role", Role.ADMINISTRATOR)
        if extra["role"] != Role.ADMINISTRATOR:
            raise ValueError("A superuser has the role administrator.")
        return super().create_superuser(username, email, password, **extra)


class User(AbstractUser):
    """A member of staff: a role says what they may do, brands whose cases they see."""

    role = models.CharField(max_length=20, choices=Role, default=Role.AGENT)
    timezone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[validate_timezone],
        help_text="IANA name; times on the desk are shown in it.",
    )
    locale = models.CharField(max_length=16, default="en", validators=[validate_locale])
    brands = models.ManyToManyField(
        Brand,
        blank=True,
        related_name="users",
        help_text="Only the customers and cases of these brands, and of the brands of the person's "
        "teams, are seen. None at all means every brand.",
    )

    objects: ClassVar[StaffManager] = StaffManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="user_role_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(is_superuser=False) | models.Q(role=Role.ADMINISTRATOR),
                name="user_superuser_is_administrator",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="user_email_is_unique",
                violation_error_message="Another user has this email address.",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; entry to the admin (``is_staff``) follows from the role."""
        self.is_staff = self.role in {Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR}
        update_fields = kwargs.get("update_fields")
        if update_fields is not None and "role" in update_fields:
            kwargs["update_fields"] = {*update_fields, "is_staff"}
        super().save(*args, **kwargs)

    @property
    def display_name(self) -> str:
        """The full name, else the sign-in name."""
        return self.get_full_name() or self.username

    @property
    def initials(self) -> str:
        """One or two capital letters for a small badge."""
        parts = self.display_name.replace(".", " ").replace("_", " ").split()
        letters = parts[0][0] + parts[-1][0] if len(parts) > 1 else self.display_name[:2]
        return letters.upper()

    def may(self, deed: str) -> bool:
        """Tell whether the role allows ``deed``; see accounts.roles."""
        return may(self, deed)

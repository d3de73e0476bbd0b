"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Staff, brands, customers and their services."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Customers and staff"

    def ready(self) -> None:
        """Register the checks."""
        from accounts import checks  # noqa: F401

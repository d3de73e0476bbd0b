"""The sandbox's Django app. It is installed only when settings.SANDBOX is on."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class SandboxConfig(AppConfig):
    name = "config.sandbox"
    label = "sandbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Refuse to start where the sandbox must not be, however it came to be installed."""
        if not (settings.SANDBOX and settings.DEBUG):
            raise ImproperlyConfigured(
                "The sandbox moves the clock and answers in customers' names: it is installed "
                "only with SANDBOX and DEBUG on, never in production."
            )

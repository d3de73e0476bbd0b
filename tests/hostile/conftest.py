"""Mail of the hostile tests goes to a real SMTP sink."""

from tests.notifications.conftest import sink  # noqa: F401

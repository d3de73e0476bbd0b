"""A real SMTP sink on a thread, and a desk that sends to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from config.sandbox.post.sink import Sink


@pytest.fixture
def sink(settings: Any, transactional_db: None) -> Iterator[Sink]:
    """The customers' mail server on a free port; the desk's mail goes there."""
    with Sink("127.0.0.1", 0) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
        yield server

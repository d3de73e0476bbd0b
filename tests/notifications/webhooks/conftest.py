"""A desk that every provider may call."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from notifications.webhooks.catalogue import list_hooks
from tests.notifications.webhooks.providers import KEYS


@pytest.fixture(autouse=True)
def all_on(settings: Any) -> None:
    settings.ANYMAIL = dict(KEYS)
    settings.WEBHOOKS = sorted({hook.esp for hook in list_hooks()})
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = settings.WEBHOOK_MAX_BYTES


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)

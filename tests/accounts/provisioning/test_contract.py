"""The adapters that ship, each held to the contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.accounts.provisioning.contract import AdapterContract, RemoteContract
from tests.accounts.provisioning.worlds import (
    ManualWorld,
    SandboxWorld,
    WebhookWorld,
    run_webhook_world,
)


class TestSandbox(AdapterContract):
    @pytest.fixture
    def world(self) -> SandboxWorld:
        return SandboxWorld()


class TestManual(AdapterContract):
    @pytest.fixture
    def world(self, db: None) -> ManualWorld:
        return ManualWorld()


class TestWebhook(RemoteContract):
    @pytest.fixture
    def world(self, settings: object) -> Iterator[WebhookWorld]:
        with run_webhook_world(settings) as world:
            yield world

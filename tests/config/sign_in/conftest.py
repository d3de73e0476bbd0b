"""A provider for single sign-on, and a desk that is set to use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.config.sign_in.provider import CLIENT_ID, CLIENT_SECRET, Provider, run_provider


@pytest.fixture(scope="module")
def _running() -> Iterator[Provider]:
    with run_provider() as provider:
        yield provider


@pytest.fixture
def provider(_running: Provider, settings: Any) -> Provider:
    """The desk as OIDC_ISSUER and its companions set it."""
    _running.signing_key = _running.key
    settings.OIDC_ISSUER, settings.OIDC_NAME = _running.issuer, "Example login"
    settings.OIDC_ROLES = {}
    app = {
        "provider_id": "sso",
        "name": "Example login",
        "client_id": CLIENT_ID,
        "secret": CLIENT_SECRET,
        "settings": {"server_url": _running.issuer},
    }
    given = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.SOCIALACCOUNT_PROVIDERS = given
    return _running

"""One throwaway PostgreSQL and Redis per test run, ready before Django reads its settings.

The run's main process starts and stops them; xdist's workers find them through the environment.
DATABASE_URL and REDIS_URL of the caller are used instead when both are set.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
_servers = None
_scratch: tempfile.TemporaryDirectory[str] | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Before pytest-django sets Django up."""
    _prepare_environment()
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        number = 1 + int(worker.removeprefix("gw"))
        os.environ["REDIS_URL"] = with_redis_number(os.environ["REDIS_URL"], number)
    elif not early_config.known_args_namespace.help:
        _start_servers()
    try:
        return (yield)
    except BaseException:
        _remove_everything()
        raise


def pytest_unconfigure(config: pytest.Config) -> None:
    _remove_everything()


def _remove_everything() -> None:
    global _servers, _scratch
    if _servers is not None:
        _servers.remove()
        _servers = None
    if _scratch is not None:
        _scratch.cleanup()
        _scratch = None


def with_redis_number(url: str, number: int) -> str:
    """Return the same server's address with another database number."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))


def _prepare_environment() -> None:
    """The same settings everywhere, whatever the person's shell or .env says."""
    global _scratch
    os.environ["LASTCALL_ENV_FILE"] = os.devnull
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ.update(DEBUG="1", SANDBOX="1", SECRET_KEY="for tests alone")
    os.environ["DATABASE_LOCK_TIMEOUT_MS"] = "20000"  # on a busy machine a race's loser waits long
    for name in ("EMAIL_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "AUTHSERV_ID", "CHECK_DKIM"):
        os.environ.pop(name, None)
    _scratch = tempfile.TemporaryDirectory(prefix="lastcall-data-", ignore_cleanup_errors=True)
    os.environ["LASTCALL_DATA"] = _scratch.name
    os.environ["MEDIA_ROOT"] = f"{_scratch.name}/media"
    os.environ["SANDBOX_CLOCK_FILE"] = f"{_scratch.name}/clock"


def _start_servers() -> None:
    global _servers
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    from config.embedded import Servers
    from config.embedded.endpoints import DATABASE

    _servers = Servers.make_throwaway(ROOT / ".data" / "test-template")
    try:
        endpoints = _servers.start()
    except BaseException:
        _servers.remove()
        raise
    os.environ["DATABASE_URL"] = endpoints.database_url
    os.environ["REDIS_URL"] = endpoints.redis_url
    os.environ["TEST_TEMPLATE"] = DATABASE  # which has its tables already

"""The sandbox cannot exist in production."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from config import clock
from config.sandbox.example.wipe import NotASandbox, wipe_everything

ROOT = Path(__file__).resolve().parents[3]
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "desk.example.com",
}


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in {"DEBUG", "SANDBOX"}}
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        cwd=ROOT, env=kept | environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_sandbox_with_debug_off_does_not_start() -> None:
    done = run("", **PRODUCTION, SANDBOX="1")
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr
    assert "SANDBOX" in done.stderr


def test_production_has_neither_app_nor_address() -> None:
    done = run(
        "from django.apps import apps; from django.urls import Resolver404, resolve;"
        "assert not apps.is_installed('config.sandbox')\n"
        "try: resolve('/sandbox/clock/')\n"
        "except Resolver404: print('no address')",
        **PRODUCTION,
    )
    assert done.stdout.strip() == "no address", done.stderr[-2000:]


def test_the_app_refuses_where_it_was_smuggled_in(settings: Any) -> None:
    config = apps.get_app_config("sandbox")
    settings.DEBUG = False
    settings.SANDBOX = True
    with pytest.raises(ImproperlyConfigured):
        config.ready()
    settings.DEBUG = True
    settings.SANDBOX = False
    with pytest.raises(ImproperlyConfigured):
        config.ready()


@pytest.mark.django_db
def test_nothing_is_loaded_wiped_or_moved_outside(settings: Any) -> None:
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="no sandbox"):
        call_command("load_example")
    with pytest.raises(CommandError, match="no sandbox"):
        call_command("load_example", "--fresh")
    with pytest.raises(NotASandbox):
        wipe_everything()
    with pytest.raises(clock.ClockIsFixed):
        clock.reset()

"""Python's garbage collector rests only until the desk is loaded."""

from __future__ import annotations

import gc

from django.apps import apps

from config.loading import Loaded


def test_it_works_again_once_the_last_app_is_ready() -> None:
    last = list(apps.get_app_configs())[-1]
    assert type(last) is Loaded
    gc.disable()
    try:
        last.ready()
        assert gc.isenabled()
    finally:
        gc.enable()

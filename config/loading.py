"""Python's garbage collector rests while the desk is loaded.

Nearly two thousand modules come in and stay for good; looking through them for garbage again and
again was a third of the processor time of every process's start, and much of its end.
"""

import gc

from django.apps import AppConfig

gc.disable()


class Loaded(AppConfig):
    """The last of the apps: what is there when it is ready is looked through no more."""

    name = "config"

    def ready(self) -> None:
        gc.freeze()
        gc.enable()

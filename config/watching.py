"""Every process of the desk looks after the others (G23).

The workers watch by a task that beat starts. This is how the web server watches, so that somebody
is left to tell when beat or the last worker has stopped; and how beat shows that it lives.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from celery.signals import after_task_publish, beat_init
from django.conf import settings
from django.db import connection

from config import clock
from notifications.pulse import BEAT, EVERY_S, WEB, note_pulse

log = logging.getLogger(__name__)

_beat_noted = 0.0


def start_watching() -> None:
    """In the web server: a thread that shows that it lives, and watches."""
    threading.Thread(target=_watch_for_ever, name="watch", daemon=True).start()


def _watch_for_ever() -> None:
    while True:
        try:
            watch_once()
        except Exception as error:
            log.warning("nobody watches: %s", type(error).__name__)
        finally:
            connection.close()
        time.sleep(settings.WATCH_S)


def watch_once() -> None:
    """Show that a web server is alive, and look after the rest."""
    from cases.actions.watch import watch

    note_pulse(WEB)
    watch(now=clock.now())


@beat_init.connect
def _listen_in_beat(**_: Any) -> None:
    after_task_publish.connect(_note_beat, weak=False)


def _note_beat(**_: Any) -> None:
    """Beat handed a task to Redis: it lives, and so does Redis. Its loss stops no beat."""
    global _beat_noted
    if time.monotonic() - _beat_noted < EVERY_S:
        return
    _beat_noted = time.monotonic()
    try:
        note_pulse(BEAT)
    except Exception as error:
        log.warning("beat cannot be noted: %s", type(error).__name__)
    finally:
        connection.close()

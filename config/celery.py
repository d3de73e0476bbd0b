"""The Celery application. Tasks carry ids alone and call one action each."""

import gc
import os

from celery import Celery
from celery.signals import import_modules, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lastcall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@import_modules.connect
def _learn_to_watch(**_: object) -> None:
    import config.draining
    import config.log_context
    import config.watching  # noqa: F401  # they listen for beat's start, for tasks and for the end


@worker_process_init.connect
def calm_collector(**_: object) -> None:
    """Let Python's garbage collector pass over what stays for good, and look less often.

    A batch makes thousands of rows; walking all modules for them took a tenth of a worker's time,
    and walking rows that it still needs a thirtieth. Rows refer to each other, so what a batch
    leaves is free only then: the second number keeps that from growing with the first.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 2, 10)

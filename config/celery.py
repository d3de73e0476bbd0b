"""The Celery application. Tasks carry ids alone and call one action each."""

import os

from celery import Celery
from celery.signals import import_modules

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lastcall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@import_modules.connect
def _learn_to_watch(**_: object) -> None:
    import config.log_context
    import config.watching  # noqa: F401  # they listen for beat's start and for tasks

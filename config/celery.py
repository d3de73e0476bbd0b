"""The Celery application. Tasks carry ids alone and call one action each."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lastcall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

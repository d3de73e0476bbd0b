"""How the desk is put together and run: settings, clock, workers, web, the embedded servers."""

from config import loading  # noqa: F401  # first of all: what follows is what it is about
from config.celery import app as celery_app

__all__ = ["celery_app"]

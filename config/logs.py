"""How the desk writes its log: one line per event, readable in a terminal, JSON in production."""

from __future__ import annotations

import re
from typing import Any

import structlog

# A link of a customer opens what it names: no line of a log may hold one (THREATS 56).
TOKEN = re.compile(r"(/my/l/)[^/\s\"'>]+")


def hide_tokens(_logger: Any, _name: str, line: str) -> str:
    """Blot out customers' links in a finished line, tracebacks included."""
    return TOKEN.sub(r"\1…", line)


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.StackInfoRenderer(),
]


def make_logging(*, pretty: bool, level: str) -> dict[str, Any]:
    """Return Django's LOGGING; structlog's and the library's own lines come out alike."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: list[Any] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
    stamp: list[Any] = [structlog.processors.TimeStamper(fmt="iso", utc=True)]
    if pretty:
        renderer = [
            structlog.dev.ConsoleRenderer(
                colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
            )
        ]
        stamp = [structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False)]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    *stamp,
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *renderer,
                    hide_tokens,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["console"], "propagate": False},
            # Every sweep would say twice that it came and went.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "mail.log": {"level": "WARNING"},
        },
    }

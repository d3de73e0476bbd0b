"""How the desk writes its log: one line per event, readable in a terminal, JSON in production."""

from __future__ import annotations

import re
from typing import Any

import structlog

# What opens something by itself: a customer's link, a member of staff's for a new password. No
# line of a log may hold one (THREATS 56).
TOKEN = re.compile(r"(/my/l/|/password/reset/key/)[^/\s\"'>]+")


def hide_tokens(_logger: Any, _name: str, line: str) -> str:
    """Blot out links that open something in a finished line, tracebacks included."""
    return TOKEN.sub(r"\1…", line)


def shorten_request(_logger: Any, _name: str, event: Any) -> Any:
    """Tell of a request its method and path: what was searched for or typed is a person's."""
    request = event.get("request")
    if hasattr(request, "path"):
        event["request"] = f"{request.method} {request.path}"
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    shorten_request,
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
            "fido2": {"level": "WARNING"},
        },
    }

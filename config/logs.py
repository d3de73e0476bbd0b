"""How the desk writes its log: one line per event, readable in a terminal, JSON in production.

Lines carry ids (case, mail, request, task) and no personal data (THREATS 56). Two things see to it,
and nothing else has to: `drop_personal` blots out fields whose name says that a person stands in
them, and `blot_out` goes over every finished line, tracebacks and other libraries' lines included.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# What people are called, wrote, or can be reached by; and what opens something.
PERSONAL = frozenset(
    {
        "account_number", "address", "body", "caller", "code", "first_name", "from_email", "html",
        "last_name", "password", "phone", "raw", "recipient", "reply_text", "secret", "sender",
        "subject", "summary", "text", "to_email", "to_name", "token", "username",
    }
)  # fmt: skip
# Every pattern looks at a bounded number of characters from each place: linear, whatever the line.
BLOTS = [
    # What opens something by itself: a customer's link, a member of staff's for a new password.
    (re.compile(r"(/my/l/|/password/reset/key/)[^/\s\"'>]+"), r"\1…"),
    (re.compile(r"(://)[^\s/@\"']{1,200}@"), r"\1…@"),
    (re.compile(r"[^\s<>()\[\]\"'=,;:\\]{1,80}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), "…@…"),
    (re.compile(r"\+\d[\d ()./-]{6,18}\d"), "+…"),
    # PostgreSQL tells the values that break a constraint.
    (re.compile(r"(Key \([^)]{1,200}\)=\()[^)]{0,400}\)"), r"\1…)"),
    (re.compile(r"(Failing row contains \().{0,4000}"), r"\1…)"),
]


def drop_personal(_logger: Any, _name: str, fields: MutableMapping[str, Any]) -> Any:
    """Blot out the fields of a line that hold a person, or something that opens something."""
    for name in PERSONAL & fields.keys():
        fields[name] = "…"
    return fields


def shorten_request(_logger: Any, _name: str, event: Any) -> Any:
    """Tell of a request its method and path: what was searched for or typed is a person's."""
    request = event.get("request")
    if hasattr(request, "path"):
        event["request"] = f"{request.method} {request.path}"
    return event


def blot_out(_logger: Any, _name: str, line: str) -> str:
    """Blot out addresses, phone numbers, links and values in a finished line."""
    for pattern, instead in BLOTS:
        line = pattern.sub(instead, line)
    return line


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    shorten_request,
    drop_personal,
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
                    blot_out,
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

"""Typed readers of environment variables. Each names its variable when the value is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
MAIL_BACKENDS = {
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "smtps": "django.core.mail.backends.smtp.EmailBackend",
    "smtp+tls": "django.core.mail.backends.smtp.EmailBackend",
    "console": "django.core.mail.backends.console.EmailBackend",
    "memory": "django.core.mail.backends.locmem.EmailBackend",
}
ANYMAIL = (
    "amazon_ses", "brevo", "mailersend", "mailgun", "mailjet", "mandrill", "postal", "postmark",
    "resend", "scaleway", "sendgrid", "sparkpost", "unisender_go",
)  # fmt: skip


class InvalidVariable(ImproperlyConfigured):
    """An environment variable is missing or not what was expected. The text names it."""

    def __init__(self, name: str, expected: str, value: str | None) -> None:
        found = "it is not set" if value is None else f"it is {value!r}"
        super().__init__(f"{name} must be {expected}, but {found}.")
        self.name = name


def read_text(name: str, *, default: str | None = None) -> str:
    """Return the variable's text; InvalidVariable when it is missing and has no default."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise InvalidVariable(name, "set", os.environ.get(name))
    return default


def read_bool(name: str, *, default: bool) -> bool:
    """Return yes or no from 1/true/yes/on and 0/false/no/off."""
    value = read_text(name, default="").lower()
    if not value:
        return default
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise InvalidVariable(name, "yes or no (1, true, yes, on / 0, false, no, off)", value)


def read_int(name: str, *, default: int, least: int = 0, most: int = 2**31) -> int:
    """Return a whole number between `least` and `most`, both included."""
    value = read_text(name, default="")
    if not value:
        return default
    expected = f"a whole number from {least} to {most}"
    try:
        number = int(value)
    except ValueError:
        raise InvalidVariable(name, expected, value) from None
    if not least <= number <= most:
        raise InvalidVariable(name, expected, value)
    return number


def read_port(name: str, *, default: int) -> int:
    """Return a TCP port, 1 to 65535."""
    return read_int(name, default=default, least=1, most=65535)


def read_list(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    """Return the parts between commas, without blanks."""
    value = read_text(name, default="")
    return [part.strip() for part in value.split(",") if part.strip()] or list(default)


def read_pairs(name: str) -> dict[str, str]:
    """Return what stands on either side of each `=` between commas, in small letters."""
    pairs = [part.lower().partition("=") for part in read_list(name)]
    if any(not (left.strip() and right.strip()) for left, _, right in pairs):
        raise InvalidVariable(name, "pairs between commas, such as a=b,c=d", os.environ.get(name))
    return {left.strip(): right.strip() for left, _, right in pairs}


def read_networks(name: str) -> list[str]:
    """Return addresses and networks such as 10.1.0.0/16, in the form that ipaddress reads."""
    networks = read_list(name)
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            expected = "addresses or networks between commas, such as 10.1.0.0/16"
            raise InvalidVariable(name, expected, network) from None
    return networks


def read_path(name: str, *, default: Path) -> Path:
    """Return an absolute path; `~` is the home folder."""
    return Path(read_text(name, default=str(default))).expanduser().resolve()


def read_url(name: str) -> str:
    """Return an http:// or https:// address, or "" when the variable is not set."""
    url = read_text(name, default="")
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise InvalidVariable(name, "an address with https://", _hide_password(url))
    return url


def read_database(name: str, *, default: str) -> dict[str, Any]:
    """Return Django's database settings for postgres://user:password@host:port/name?option=value.

    The text after `?` goes to the driver (sslmode and the like). Only PostgreSQL is accepted.
    """
    url = read_text(name, default=default)
    expected = "postgres://user:password@host:port/name"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidVariable(name, expected, _hide_password(url)) from None
    database = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not database:
        raise InvalidVariable(name, expected, _hide_password(url))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def read_redis(name: str, *, default: str) -> str:
    """Return a redis:// or rediss:// address."""
    url = read_text(name, default=default)
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        expected = "redis://:password@host:port/number or rediss://…"
        raise InvalidVariable(name, expected, _hide_password(url))
    return url


def read_email(name: str, *, default: str) -> dict[str, Any]:
    """Return Django's EMAIL_* settings.

    smtp://user:password@host:port, smtps:// (TLS at once), smtp+tls:// (STARTTLS), console://,
    memory://, or an Anymail provider such as postmark:// (its keys in ANYMAIL_* variables).
    """
    url = read_text(name, default=default)
    expected = "smtp://user:password@host:port, smtps://…, smtp+tls://…, console://, or one of "
    expected += ", ".join(f"{provider}://" for provider in ANYMAIL)
    parts = urlsplit(url)
    if parts.scheme.replace("-", "_") in ANYMAIL:
        return {"EMAIL_BACKEND": f"anymail.backends.{parts.scheme.replace('-', '_')}.EmailBackend"}
    if parts.scheme not in MAIL_BACKENDS:
        raise InvalidVariable(name, expected, _hide_password(url))
    try:
        port = parts.port
    except ValueError:
        raise InvalidVariable(name, expected, _hide_password(url)) from None
    if parts.scheme.startswith("smtp") and not parts.hostname:
        raise InvalidVariable(name, expected, _hide_password(url))
    return {
        "EMAIL_BACKEND": MAIL_BACKENDS[parts.scheme],
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": port or {"smtps": 465, "smtp+tls": 587}.get(parts.scheme, 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
    }


def load_file(path: Path, *, into: Callable[[str, str], object] | None = None) -> Mapping[str, str]:
    """Read NAME=value lines of a .env file; what the environment already says wins."""
    put = into or os.environ.setdefault
    found: dict[str, str] = {}
    if not path.is_file():
        return found
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        name = name.strip().removeprefix("export ").strip()
        if not separator or not name.isidentifier():
            raise ImproperlyConfigured(f"{path.name}, line {number}: expected NAME=value.")
        found[name] = value.strip().strip("'\"")
        put(name, found[name])
    return found


def _hide_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    scheme, separator, _ = head.partition("://")
    return f"{scheme}{separator}…@{tail}" if at and separator else url

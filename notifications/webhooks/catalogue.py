"""Every webhook that Anymail ships, which of them are on, and what each needs to be safe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from anymail.urls import urlpatterns as shipped
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern

KINDS = ("inbound", "tracking")
SHORTEST_SECRET = 20
_NAME = re.compile(r"(?P<esp>.+?)(?:_(?P<kind>inbound|tracking))?_webhook\Z")

# With these the provider signs; without them only the shared secret would tell who calls.
KEYS = {
    "brevo/inbound": ("BREVO_API_KEY",),  # fetches the attachments
    "mailersend/inbound": ("MAILERSEND_INBOUND_SECRET",),
    "mailersend/tracking": ("MAILERSEND_SIGNING_SECRET",),
    "mailgun/inbound": ("MAILGUN_WEBHOOK_SIGNING_KEY",),
    "mailgun/tracking": ("MAILGUN_WEBHOOK_SIGNING_KEY",),
    "mailtrap/inbound": ("MAILTRAP_INBOUND_SECRET", "MAILTRAP_API_TOKEN"),
    "mailtrap/tracking": ("MAILTRAP_TRACKING_SECRET",),
    "mandrill/inbound": ("MANDRILL_WEBHOOK_KEY",),
    "mandrill/tracking": ("MANDRILL_WEBHOOK_KEY",),
    "postal/inbound": ("POSTAL_WEBHOOK_KEY",),
    "postal/tracking": ("POSTAL_WEBHOOK_KEY",),
    "resend/inbound": ("RESEND_INBOUND_SECRET", "RESEND_API_KEY"),
    "resend/tracking": ("RESEND_SIGNING_SECRET",),
    "sendgrid/tracking": ("SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY",),
    "sendinblue/inbound": ("SENDINBLUE_API_KEY",),
    "unisender_go/tracking": ("UNISENDER_GO_API_KEY",),
}


class UnsafeWebhooks(ImproperlyConfigured):
    """A webhook is on without what keeps strangers out. The text names what is missing."""


@dataclass(frozen=True, kw_only=True)
class Hook:
    """One address that Anymail offers. `kinds` are what arrives there: inbound, tracking."""

    esp: str
    kinds: tuple[str, ...]
    view_class: type[Any]
    pattern: URLPattern

    @property
    def is_on(self) -> bool:
        """Whether this machine takes it, by the setting WEBHOOKS."""
        names = {self.esp, *(f"{self.esp}/{kind}" for kind in self.kinds)}
        return not names.isdisjoint(settings.WEBHOOKS)

    @property
    def is_inbound(self) -> bool:
        """Whether mail arrives there, which must never be lost."""
        return "inbound" in self.kinds


def list_hooks() -> Iterator[Hook]:
    """Yield every webhook that the installed Anymail ships, whether on or off."""
    for pattern in shipped:
        found = _NAME.match(pattern.name)
        if found is None:  # a later Anymail may name its pages otherwise
            raise ImproperlyConfigured(f"Anymail's {pattern.name!r} is no known kind of webhook.")
        view_class = pattern.callback.view_class
        signal_is_open = view_class.signal is None  # one address for both kinds
        kinds = KINDS if signal_is_open or not found["kind"] else (found["kind"],)
        yield Hook(esp=found["esp"], kinds=kinds, view_class=view_class, pattern=pattern)


def list_secrets() -> list[str]:
    """Return the user:password pairs by which providers may call; several while one is changed."""
    configured: str | list[str] | None = settings.ANYMAIL.get("WEBHOOK_SECRET")
    pairs = [configured] if isinstance(configured, str) else configured or []
    return [pair for pair in pairs if pair]


def find_problems() -> list[str]:
    """Return what is missing for the webhooks that are on, in plain words."""
    if not settings.WEBHOOKS:
        return []
    known = {f"{hook.esp}/{kind}" for hook in list_hooks() for kind in hook.kinds}
    wanted, problems = set(), []
    for name in settings.WEBHOOKS:
        covered = {each for each in known if each == name or each.startswith(f"{name}/")}
        wanted |= covered
        if not covered:
            problems.append(f"WEBHOOKS: Anymail has no webhook “{name}”.")
    secrets = list_secrets()
    if not secrets or any(len(one) < SHORTEST_SECRET or ":" not in one for one in secrets):
        problems.append(
            "ANYMAIL_WEBHOOK_SECRET must be user:password, at least "
            f"{SHORTEST_SECRET} characters, as it stands in the address that the provider calls."
        )
    for name in sorted(wanted):
        missing = [key for key in KEYS.get(name, ()) if not settings.ANYMAIL.get(key)]
        problems += [f"ANYMAIL_{key} is needed for the webhook {name}." for key in missing]
    return problems


def refuse_unsafe() -> None:
    """Raise UnsafeWebhooks when a webhook is on that strangers could call. Called at the start."""
    problems = find_problems()
    if problems:
        raise UnsafeWebhooks("\n".join(problems))

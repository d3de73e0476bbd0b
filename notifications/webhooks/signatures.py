"""Who calls, and when they said it: the shared secret, signed times, one signature of our own.

Anymail checks the providers' signatures but not their age; whoever recorded a call once could
repeat it for ever (THREATS 59). A signed time older than the provider's own last retry is refused.
What has no signed time is harmless to repeat: its event is known by its id, or by its content.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.utils import get_request_basic_auth
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from config import clock
from notifications.webhooks.catalogue import list_secrets
from notifications.webhooks.shape import read_json

AHEAD = timedelta(minutes=5)  # how far a provider's clock may be before ours


@dataclass(frozen=True, kw_only=True)
class SignedTime:
    """Where a provider puts the second at which it signed, and how old that may be."""

    read: Callable[[HttpRequest], str]
    oldest: timedelta


def knows_secret(request: HttpRequest) -> bool:
    """Say whether the caller knows the shared secret; nobody does while none is set."""
    given = get_request_basic_auth(request) or ""
    return any(constant_time_compare(given, secret) for secret in list_secrets())


def check_age(request: HttpRequest, *, esp: str) -> None:
    """Raise AnymailWebhookValidationFailure when what the provider signed is too old, or not yet.

    The provider signs real time: a sandbox's moved clock is moved back.
    """
    signed = SIGNED_TIMES.get(esp)
    if signed is None:
        return
    try:
        said = float(signed.read(request))
    except (KeyError, TypeError, ValueError) as error:
        raise AnymailWebhookValidationFailure("no time was signed") from error
    age_s = (clock.now() - clock.offset()).timestamp() - said
    if not -AHEAD.total_seconds() <= age_s <= signed.oldest.total_seconds():
        raise AnymailWebhookValidationFailure("the signed time is too old, or not yet")


def check_svix(request: HttpRequest, *, secret: str) -> None:
    """Check a Svix signature (Resend's): HMAC-SHA256 of id, time and body, in any of the versions.

    Raises AnymailWebhookValidationFailure. The age is check_age's.
    """
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        message_id, said = request.headers["svix-id"], request.headers["svix-timestamp"]
        given = request.headers["svix-signature"].split()
    except (KeyError, binascii.Error) as error:
        raise AnymailWebhookValidationFailure("the signature is missing") from error
    signed = f"{message_id}.{said}.".encode() + request.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    if not any(constant_time_compare(one, f"v1,{expected}") for one in given[:20]):
        raise AnymailWebhookValidationFailure("the signature is wrong")


def find_svix_secret(hook_kind: str) -> str:
    """Return Resend's secret for this kind of webhook, "" where it is not set."""
    name = {"inbound": "RESEND_INBOUND_SECRET", "tracking": "RESEND_SIGNING_SECRET"}[hook_kind]
    return str(settings.ANYMAIL.get(name, ""))


def _read_mailgun(request: HttpRequest) -> str:
    if request.content_type == "application/json":
        return str(read_json(request.body)["signature"]["timestamp"])
    return str(request.POST["timestamp"])


SIGNED_TIMES = {
    # Mailgun tries for eight hours, SendGrid for a day, each perhaps with the first signature.
    "mailgun": SignedTime(read=_read_mailgun, oldest=timedelta(hours=12)),
    "sendgrid/tracking": SignedTime(
        read=lambda request: request.headers["X-Twilio-Email-Event-Webhook-Timestamp"],
        oldest=timedelta(hours=25),
    ),
    # Svix signs every attempt anew.
    "resend": SignedTime(
        read=lambda request: request.headers["svix-timestamp"], oldest=timedelta(minutes=5)
    ),
}

"""One guarded page per webhook: proven, small and well-formed before Anymail reads it.

What a provider hears: 200 all is committed; 400 nothing that a provider would send; 401 not
proven, without a word why; 404 not on; 413 too large; 503 with Retry-After whatever else, since
then it tries again. 403 and 406 would make some give up (THREATS 58).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailWebhookValidationFailure
from anymail.signals import tracking
from anymail.webhooks.base import AnymailBaseWebhookView, AnymailCoreWebhookView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from config import clock
from notifications.inbound.health import note_door_error, note_door_ok
from notifications.models import DoorHealth
from notifications.webhooks.catalogue import Hook
from notifications.webhooks.handlers import slug_of
from notifications.webhooks.raw import read_undecodable
from notifications.webhooks.receipts import ContentSwapped
from notifications.webhooks.shape import Malformed, TooLarge, check_shape, check_size
from notifications.webhooks.signatures import (
    check_age,
    check_svix,
    find_svix_secret,
    knows_secret,
)

log = logging.getLogger(__name__)

STUMBLES = (AnymailAPIError, AttributeError, IndexError, KeyError, TypeError, ValueError)
RETRY_AFTER_S = "60"
Answer = Callable[..., HttpResponse]


class NotProven(Exception):
    """The caller is not the provider, or repeats what it said long ago."""


class NotUnderstood(Exception):
    """A proven call that neither Anymail nor we can read."""


class Guarded(AnymailCoreWebhookView):
    """What is put before each of Anymail's views. `hook` says which it is."""

    hook: Hook

    def validate_request(self, request: HttpRequest) -> None:
        """Called besides Anymail's own checks, which see to the provider's signature."""
        kind = "tracking" if self.signal is tracking else "inbound"
        if self.hook.esp == "resend":
            check_svix(request, secret=find_svix_secret(kind))
        for name in (self.hook.esp, f"{self.hook.esp}/{kind}"):
            check_age(request, esp=name)

    def run_validators(self, request: HttpRequest) -> None:
        """Run all checks. Raises Malformed where one stumbles over a shape it does not know."""
        try:
            super().run_validators(request)
        except STUMBLES as error:
            raise Malformed(f"{type(error).__name__}: {error}") from error

    def parse_events(self, request: HttpRequest) -> list[Any]:
        """Read the proven request. Raises NotUnderstood."""
        try:
            events = self._parse(request)
        except (DatabaseError, OSError, RecursionError):
            raise
        except Exception as error:
            raise NotUnderstood(f"{type(error).__name__}: {error}") from error
        return _number_ids([event for event in events if event is not None])

    def _parse(self, request: HttpRequest) -> list[Any]:
        try:
            return list(super().parse_events(request))
        except UnicodeDecodeError:
            events = read_undecodable(request, esp=self.hook.esp)
            if events is None:
                raise
            return events


class WithoutBoto(AnymailCoreWebhookView):
    """Amazon SES where its Python library is not installed: SNS notifications do not need it.

    What does is said on the health page: confirming a subscription, and mail that lies in S3.
    """

    def __init__(self, **kwargs: Any) -> None:
        AnymailBaseWebhookView.__init__(self, **kwargs)

    def auto_confirm_sns_subscription(self, sns_message: dict[str, Any]) -> None:
        topic = str(sns_message.get("TopicArn"))
        raise NotUnderstood(f"Confirm the subscription of {topic} in the Amazon SNS console.")


def make_page(hook: Hook) -> Answer:
    """Return the view for one of Anymail's webhooks."""
    bases: list[type] = [Guarded, hook.view_class]
    if hook.esp == "amazon_ses" and not _has_boto():
        bases.insert(1, WithoutBoto)
    guarded: Any = type(f"Guarded{hook.view_class.__name__}", tuple(bases), {"hook": hook})
    # Resend's signature is checked here, since Anymail needs another library for it.
    without = {"resend": {"signing_secret": None}}.get(hook.esp, {})
    if hook.esp == "resend" and hook.is_inbound:
        without = {"inbound_secret": None}
    view = guarded.as_view(**without)

    @csrf_exempt
    @login_not_required
    def receive(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not hook.is_on:
            return HttpResponse(status=404)
        if request.method != "POST":
            return view(request, *args, **kwargs)  # some providers look whether it is there
        return answer(hook, request, lambda: view(request, *args, **kwargs))

    return receive


def answer(hook: Hook, request: HttpRequest, view: Answer) -> HttpResponse:
    """Let a call in step by step, and turn whatever goes wrong into what the provider acts on."""
    door = f"esp:{slug_of(hook.view_class.esp_name)}"
    try:
        response = _let_in(request, view)
        note_door_ok(door=door, now=clock.now(), kind=DoorHealth.Kind.PASSIVE)
        return response
    except (NotProven, ContentSwapped, AnymailWebhookValidationFailure) as refusal:
        log.warning("webhook refused", extra={"door": door, "why": type(refusal).__name__})
        return _refuse()
    except TooLarge:
        return HttpResponse(status=413)
    except (Malformed, RecursionError, MultiPartParserError, SuspiciousOperation) as error:
        too_big = isinstance(error, RequestDataTooBig)
        return HttpResponse(status=413 if too_big else 400)
    except NotUnderstood as error:
        _note(door, f"A call could not be read. {error}")
        if not hook.is_inbound:
            return HttpResponse(status=400)
        return _try_later()
    except UnreadablePostError:
        return _try_later()
    except Exception as error:
        log.exception("webhook failed", extra={"door": door})
        if not isinstance(error, OperationalError | InterfaceError):
            _note(door, f"{type(error).__name__}: {error}")
        return _try_later()


def _let_in(request: HttpRequest, view: Answer) -> HttpResponse:
    if not knows_secret(request):
        raise NotProven
    check_size(request, largest=settings.WEBHOOK_MAX_BYTES)
    check_shape(request)
    return view()


def _refuse() -> HttpResponse:
    # Amazon SNS shows its user and password only when it is asked like this.
    return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="webhook"'})


def _try_later() -> HttpResponse:
    return HttpResponse(status=503, headers={"Retry-After": RETRY_AFTER_S})


def _note(door: str, words: str) -> None:
    log.error("webhook: %s", words, extra={"door": door})
    try:
        note_door_error(door=door, error=words, now=clock.now(), kind=DoorHealth.Kind.PASSIVE)
    except DatabaseError:
        pass  # the call is answered with "later" in any case, and was logged


def _number_ids(events: list[Any]) -> list[Any]:
    """Make the ids of one call's events differ: some providers number the call, not its events."""
    seen: dict[str, int] = {}
    for event in events:
        if event.event_id is None:
            continue
        event.event_id = str(event.event_id)
        seen[event.event_id] = number = seen.get(event.event_id, 0) + 1
        if number > 1:
            event.event_id = f"{event.event_id}#{number}"
    return events


def _has_boto() -> bool:
    from importlib.util import find_spec

    return find_spec("boto3") is not None

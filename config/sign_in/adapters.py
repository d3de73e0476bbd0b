"""What allauth asks us: who may sign up, where a request comes from, how often one may try."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from cases.views.customer.client import find_address
from config.sign_in.browsers import describe_browser, find_known_browser, remember_browser
from notifications import ciphers

log = structlog.get_logger(__name__)


class StaffAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; wrong passwords are counted per person."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": "Too many tries with a wrong password. Wait five minutes, use "
        "a passkey, or choose a new password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's address; a header is believed only of our own proxy (THREATS 47)."""
        return str(find_address(request) or "0.0.0.0")  # noqa: S104 (no address at all)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count this try. Raises ValidationError when there were too many."""
        login = credentials.get("email") or credentials.get("username") or ""
        user_id = _find_user_id(login)
        browser = user_id and find_known_browser(request, user_id=user_id)
        action = "login_failed_known" if browser else "login_failed"
        key = f"user:{user_id}:{browser or ''}" if user_id else f"text:{login.lower()}"
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action=action, key=key
        )
        if not self._login_failed_rl_usage:
            log.warning("sign_in_refused", user=user_id, client=self.get_client_ip(request))
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        login = credentials.get("email") or credentials.get("username") or ""
        user_id = _find_user_id(login)
        return f"user:{user_id}:" if user_id else f"text:{login.lower()}"

    def post_login(self, request: HttpRequest, user: Any, **given: Any) -> HttpResponse:
        """Remember the browser of whoever got in; who has just signed in is not asked again."""
        response = super().post_login(request, user, **given)
        for record in request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []):
            record["reauthenticated"] = True
            request.session.modified = True
        remember_browser(request, response, user_id=user.pk)
        return response

    def send_notification_mail(self, *args: Any, **given: Any) -> None:
        """Tell a person what changed in their account; a mail server that is away stops nothing."""
        try:
            super().send_notification_mail(*args, **given)
        except (OSError, SMTPException):
            log.exception("account_notice_not_sent")


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted at rest."""

    def encrypt(self, text: str) -> str:
        """Return the secret as it lies in the database."""
        return ciphers.encrypt(text)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Suggest where the passkey lives, such as "Chrome on Windows"."""
        return describe_browser(context.request.headers.get("User-Agent", ""))

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret. Raises KeyChanged when the desk's key has changed."""
        return ciphers.decrypt(encrypted_text)


def _find_user_id(login: str) -> int | None:
    """Whom this name or address means, so that both are counted together."""
    same = Q(username__iexact=login) | Q(email__iexact=login)
    return User.objects.filter(same).values_list("pk", flat=True).first() if login else None

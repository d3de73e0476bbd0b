"""Sign-in by the company's own OpenID Connect provider, when OIDC_ISSUER is set.

The provider says who somebody is; who may come in is said here. A person is known by an email
address that the provider has verified; an address that nobody verified links nothing (THREATS 49).
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from accounts.models import User

PROVIDER = "sso"


class SingleSignOn(DefaultSocialAccountAdapter):
    """Lets in whom an administrator made, and who OIDC_ROLES names; links nobody else."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link the colleague whose verified address this is, at their first sign-in.

        Raises ImmediateHttpResponse for who would join this identity to an open session: an
        identity is found by its address alone.
        """
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(render(request, "account/signup_closed.html", status=403))
        email = read_verified_email(sociallogin)
        if sociallogin.is_existing or email is None:
            return
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is not None:
            sociallogin.connect(request, user)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Open for verified addresses of the domains in OIDC_ROLES that nobody here has yet."""
        email = read_verified_email(sociallogin)
        if email is None or find_role(email) is None:
            return False
        return not User.objects.filter(email__iexact=email).exists()

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Make the account, in the role that the address has."""
        email = read_verified_email(sociallogin) or ""
        sociallogin.user.email = email
        sociallogin.user.role = find_role(email)
        return super().save_user(request, sociallogin, form)


def read_verified_email(sociallogin: SocialLogin) -> str | None:
    """Return the address, if the provider says that it was verified; "true" is some's spelling."""
    claims = sociallogin.account.extra_data.get("id_token", {})
    verified = claims.get("email_verified") in (True, "true")
    return str(claims["email"]).lower() if verified and claims.get("email") else None


def find_role(email: str) -> str | None:
    """Return the role of people unknown here whose address ends so; None lets nobody in."""
    return settings.OIDC_ROLES.get(email.rpartition("@")[2])


class Protocol(OpenIDConnectOAuth2Adapter):
    """allauth's, stricter: the signature is always checked, and both answers name one person."""

    def complete_login(
        self, request: HttpRequest, app: Any, token: Any, **given: Any
    ) -> SocialLogin:
        """Return who it is. Raises OAuth2Error, which allauth shows as a failed sign-in."""
        claims = self._read_id_token(app, given["response"].get("id_token"))
        if "email" not in claims:
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:
                raise OAuth2Error("the two answers name different people")
            claims = {**more, **claims}
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def _read_id_token(self, app: Any, credential: Any) -> dict[str, Any]:
        try:
            claims = jwtkit.verify_and_decode(
                credential=credential,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("no readable id token") from error
        if self.openid_config["issuer"].rstrip("/") != settings.OIDC_ISSUER or "sub" not in claims:
            raise OAuth2Error("not the issuer that was asked")
        return claims


@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider, by a page: a form may lead to our own pages alone."""
    answer = OAuth2LoginView.adapter_view(_find_protocol(request))(request)
    if not isinstance(answer, HttpResponseRedirect):
        return answer
    return render(request, "socialaccount/login_redirect.html", {"redirect_to": answer.url})


@login_not_required
def finish(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer."""
    return OAuth2CallbackView.adapter_view(_find_protocol(request))(request)


def _find_protocol(request: HttpRequest) -> Protocol:
    if not settings.OIDC_ISSUER:
        raise Http404
    return Protocol(request, PROVIDER)

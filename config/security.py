"""What the browser is allowed to do, and how much it may send."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

STRICT = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
# The admin's own pages carry inline styles and Alpine, which evaluates its attributes.
ADMIN = STRICT | {
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
}
LARGEST_FORM = 2_621_440  # bytes; Django's own default
MAIL_HOOKS = "/hooks/mail/"
HEADER = "Content-Security-Policy"
PERMISSIONS = "camera=(), geolocation=(), microphone=()"


class ContentSecurityPolicy:
    """Send the strict policy with every page; a view that needs another sets its own header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = ADMIN if request.path.startswith("/admin/") else STRICT
        response.headers.setdefault(HEADER, "; ".join(f"{k} {v}" for k, v in policy.items()))
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response


class LimitForms:
    """Refuse a large form by its announced length, except where mail providers bring mail.

    Django knows one limit for all addresses. Files of a form are streamed and not meant here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        too_large = length.isdecimal() and int(length) > LARGEST_FORM
        has_files = request.content_type == "multipart/form-data"
        if too_large and not has_files and not request.path.startswith(MAIL_HOOKS):
            return HttpResponse(status=413)
        return self.get_response(request)

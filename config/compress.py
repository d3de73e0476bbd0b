"""Pages are sent compressed, everything else as it is (docs/decisions, "Compressed pages")."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressPages(GZipMiddleware):
    """Django's gzip with its random padding, for HTML alone.

    Downloads gain nothing, and what carries no page needs no weighing of the BREACH attack.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        if kind != "text/html" or response.streaming:
            return response
        return super().process_response(request, response)

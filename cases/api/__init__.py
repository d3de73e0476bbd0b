"""The desk for other systems, at /api/v1/: one key for one brand. See docs/api.md."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from ninja import NinjaAPI

from cases.api.doors import ByKey
from cases.api.views import router

api = NinjaAPI(
    title="Lastcall",
    version="1",
    urls_namespace="api",
    auth=ByKey(),
    docs_url=None,
    description="Read a brand's cases; say that a final bill was issued and paid.",
)
api.add_router("", router)

api_urls = api.urls  # made anew with every reading
# Keys open these addresses, not the staff's sign-in: each view asks for one by itself.
for pattern in api_urls[0]:
    if pattern.callback is not None:
        login_not_required(pattern.callback)

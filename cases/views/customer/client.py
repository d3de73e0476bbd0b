"""Where a request comes from, for the limits alone."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def read_client(request: HttpRequest) -> str:
    """The client's address; of IPv6 the /64 that one household has.

    A header counts only behind our own proxy, and of it only the last entry, which that proxy
    wrote itself: what stands before it the client may have made up (THREATS 47).
    """
    found = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        found = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or found
    try:
        address = ip_address(found)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network(f"{address}/64", strict=False))
    return str(address)

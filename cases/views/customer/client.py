"""Where a request comes from, for limits and for lists of sessions."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address


def read_client(request: HttpRequest) -> str:
    """The client's address, of IPv6 the /64 that one household has; else "unknown"."""
    address = find_address(request)
    if address is None:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(ip_network(f"{address}/64", strict=False))
    return str(address)


def find_address(request: HttpRequest) -> Address | None:
    """The client's address, as far as it can be known.

    A header counts only behind our own proxy, and of it only what our proxies wrote: read from
    the end, the first address that is no proxy of ours. What stands before it the client may have
    made up (THREATS 47).
    """
    peer = _parse(request.META.get("REMOTE_ADDR", ""))
    if not settings.BEHIND_PROXY or not (peer is None or _is_trusted(peer, nobody=True)):
        return peer
    found = peer
    for entry in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        address = _parse(entry)
        if address is None:
            return found
        found = address
        if not _is_trusted(address, nobody=False):
            return found
    return found


def _is_trusted(address: Address, *, nobody: bool) -> bool:
    """Whether this is a proxy of ours; `nobody` is the answer when none was named."""
    if not settings.TRUSTED_PROXIES:
        return nobody
    return any(address in ip_network(network) for network in settings.TRUSTED_PROXIES)


def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address

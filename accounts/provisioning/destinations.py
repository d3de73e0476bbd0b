"""Where a request that somebody typed an address for may go (THREATS 63).

A brand's address could name a machine of ours: the metadata service, a database, an admin page.
So it is resolved here once, every answer is judged, and the caller connects to that very address:
a name that answers differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

Address = IPv4Address | IPv6Address

# Where clouds hand out their machines' credentials: no allow-list opens these.
NEVER = tuple(
    map(ip_network, ("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "100.100.100.200/32"))
)
_NAT64 = ip_network("64:ff9b::/96")
LONGEST_URL = 2_000


class InvalidUrl(ValueError):
    """The address is not one that can be called. The text says what is expected."""


class DestinationRefused(Exception):
    """The address leads to a place that may not be called; a person must change it."""


class NameNotFound(Exception):
    """The name has no address at the moment."""


@dataclass(frozen=True, kw_only=True)
class Url:
    """An address taken apart. `host` is ASCII, without brackets; `target` is path and query."""

    is_tls: bool
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """What belongs into the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Destination:
    """An address that may be called, and where it leads: connect to one of `addresses` only."""

    url: Url
    addresses: tuple[str, ...]


def read_url(*, url: str) -> Url:
    """Take `url` apart. Raises InvalidUrl; nothing is looked up, so forms may call it."""
    if len(url) > LONGEST_URL or not url.isascii() or any(c <= " " or c == "\x7f" for c in url):
        raise InvalidUrl("An address has no blanks and no letters beyond ASCII.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidUrl("This is not an address such as https://api.example.com/hook.") from error
    if parts.scheme not in ("https", "http") or not parts.hostname or "\\" in parts.netloc:
        raise InvalidUrl("Write an address such as https://api.example.com/hook.")
    if "@" in parts.netloc:
        raise InvalidUrl("A user name or password has no place in the address.")
    if parts.fragment or port == 0 or "%" in parts.hostname:
        raise InvalidUrl("Write an address such as https://api.example.com/hook.")
    is_tls = parts.scheme == "https"
    return Url(
        is_tls=is_tls,
        host=parts.hostname,
        port=port or (443 if is_tls else 80),
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )


def find_destination(*, url: str, timeout_s: float) -> Destination:
    """Resolve `url` once, for at most `timeout_s` seconds, and judge every address it has.

    Raises InvalidUrl, DestinationRefused when any of them may not be called, or NameNotFound.
    Without TLS only what PROVISIONING_ALLOW_PRIVATE names may be called.
    """
    parts = read_url(url=url)
    found = _resolve(parts.host, parts.port, timeout_s)
    for text in found:
        address = unwrap_address(ip_address(text))
        allowed = _is_allowed(address)
        if not allowed and not _is_public(address):
            raise DestinationRefused(f"{parts.host} leads to {text}, which is no public address.")
        if not allowed and not parts.is_tls:
            raise DestinationRefused("Outside your own network only https:// may be called.")
    return Destination(url=parts, addresses=tuple(found))


def unwrap_address(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return (
        address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
    )


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_allowed(address: Address) -> bool:
    if any(address.version == net.version and address in net for net in NEVER):
        return False
    networks = map(ip_network, settings.PROVISIONING_ALLOW_PRIVATE)
    return any(address.version == net.version and address in net for net in networks)


def _resolve(host: str, port: int, timeout_s: float) -> Sequence[str]:
    """Ask the system's resolver, which has no time limit of its own. Each address once."""
    answer: list[str] = []
    problem: list[Exception] = []

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.extend(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))
        except (OSError, UnicodeError) as error:
            problem.append(error)

    thread = threading.Thread(target=ask, name="resolve", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if problem or not answer:
        raise NameNotFound(f"{host} has no address at the moment.") from next(iter(problem), None)
    return list(answer)

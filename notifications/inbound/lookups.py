"""Questions to the DNS, bounded in time and remembered for a while.

A stranger names the domain that is asked, so that an answer may be slow, huge or never come: each
question has two seconds. Where the resolver itself is dead, nobody waits for it again for a minute.
"""

from __future__ import annotations

import time
from collections import OrderedDict

import dns.exception
import dns.resolver
from django.conf import settings

QUESTION_S = 2.0
REMEMBERED_S = 600.0
REST_S = 60.0
MOST_REMEMBERED = 2_000
LARGEST_ANSWER = 4_000  # bytes; a key of 4096 bits is a fifth of that
MOST_RECORDS = 10


class Unanswered(Exception):
    """The DNS gave no answer: nothing is known about the name."""


class Lookups:
    """A resolver with a memory. `left_s` of one mail's patience is handed in by the caller."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[float, tuple[bytes, ...]]] = OrderedDict()
        self._resting_until = 0.0

    def find_texts(self, name: str, *, left_s: float) -> tuple[bytes, ...]:
        """Return the TXT records of `name`, none where there are none. Raises Unanswered."""
        name = name.rstrip(".").lower()
        now = time.monotonic()
        known = self._known.get(name)
        if known is not None and known[0] > now:
            return known[1]
        if now < self._resting_until or left_s <= 0:
            raise Unanswered(name)
        texts = self._ask(name, min(QUESTION_S, left_s))
        self._known[name] = (now + REMEMBERED_S, texts)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return texts

    def _ask(self, name: str, seconds: float) -> tuple[bytes, ...]:
        try:
            answer = _make_resolver().resolve(name, "TXT", lifetime=seconds, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except dns.resolver.NoResolverConfiguration as error:
            self._resting_until = time.monotonic() + REST_S
            raise Unanswered(name) from error
        except (dns.exception.DNSException, OSError, ValueError) as error:
            # Only that one zone may be slow, on purpose perhaps: others must not suffer from it.
            if not _is_alive():
                self._resting_until = time.monotonic() + REST_S
            raise Unanswered(name) from error
        texts = (b"".join(record.strings) for record in list(answer)[:MOST_RECORDS])
        return tuple(text for text in texts if len(text) <= LARGEST_ANSWER)


def _make_resolver() -> dns.resolver.Resolver:
    """Return the system's resolver, or the one that DNS_SERVERS names."""
    resolver = dns.resolver.Resolver(configure=not settings.DNS_SERVERS)
    if settings.DNS_SERVERS:
        hosts = [server.rpartition(":") for server in settings.DNS_SERVERS]
        resolver.nameservers = [host or last for host, _, last in hosts]
        resolver.port = int(hosts[0][2]) if hosts[0][0] else 53
    return resolver


def _is_alive() -> bool:
    """Say whether the resolver answers at all, be it with a refusal."""
    try:
        _make_resolver().resolve(".", "NS", lifetime=1.0, raise_on_no_answer=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoNameservers):
        return True
    except (dns.exception.DNSException, OSError, ValueError):
        return False
    return True


shared = Lookups()

"""Which domains belong to one organisation, by the list of public suffixes."""

from __future__ import annotations

from functools import lru_cache

from publicsuffix2 import PublicSuffixList


def are_aligned(one: str | None, other: str | None) -> bool:
    """Say whether two domains belong to one organisation (relaxed alignment of RFC 7489)."""
    if not one or not other:
        return False
    return one == other or find_organisation(one) == find_organisation(other)


@lru_cache(maxsize=4_096)
def find_organisation(domain: str) -> str:
    """Return the registered domain; below an unlisted top-level domain, the last two labels."""
    found = _public_suffixes().get_sld(domain, strict=True)
    return found if isinstance(found, str) else ".".join(domain.split(".")[-2:])


@lru_cache(maxsize=1)
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()

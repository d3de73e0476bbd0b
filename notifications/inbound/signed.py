"""Our own look at a mail's DKIM signatures, where our mail server has said nothing (RFC 6376).

What counts is a signature by the From's own domain over the whole body. A signature by another
domain of the same organisation counts unless the DMARC record asks for strictness (RFC 7489). SPF
is not looked at: who delivered the mail is known to the mail server alone.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from notifications.inbound.domains import are_aligned, find_organisation
from notifications.inbound.lookups import Lookups, Unanswered, shared

log = logging.getLogger(__name__)
log_dkim = logging.getLogger("notifications.dkim")
log_dkim.setLevel(logging.CRITICAL)  # dkimpy tells the names that strangers wrote

PATIENCE_S = 4.0  # for all questions that one mail raises
MOST_SIGNATURES = 3  # of the sender's own organisation; others are not looked at
LONGEST_SIGNATURE = 4_000  # bytes of one header
LARGEST_MAIL = 30_000_000
# SHA-1 proves nothing any more (RFC 8301); whoever signs with Ed25519 signs with RSA as well.
ALGORITHM = b"rsa-sha256"
SMALLEST_KEY = 1024
_BLANKS = re.compile(rb"[\t ]+")


@dataclass(frozen=True, kw_only=True)
class Proof:
    """`result` is pass, fail or none; `detail` says in plain words what it rests on."""

    result: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class _Signature:
    index: int
    domain: str
    tags: dict[bytes, bytes]


def check_signatures(raw: bytes, *, domain: str, lookups: Lookups | None = None) -> Proof:
    """Return whether a signature proves that `raw` is from `domain`. Never raises.

    `domain` is the From's, as A-label. Without an answer of the DNS nothing is proven. May take
    PATIENCE_S seconds: call it outside any transaction.
    """
    deadline = time.monotonic() + PATIENCE_S
    if len(raw) > LARGEST_MAIL or b"dkim-signature" not in raw[:300_000].lower():
        return Proof(result="none", detail=f"Nothing proves that it is from {domain}.")
    try:
        mail = dkim.DKIM(raw, logger=log_dkim, minkey=SMALLEST_KEY)
        signatures = _list_signatures(mail, domain)
        asker = _Asker(lookups or shared, deadline)
        proofs = [_check_one(mail, one, domain, asker) for one in signatures]
    except (dkim.DKIMException, ValueError, IndexError, KeyError) as error:
        log.info("the signatures cannot be read", extra={"why": type(error).__name__})
        return Proof(result="none", detail="Its signatures cannot be read.")
    for wanted in ("pass", "fail", "none"):
        for proof in proofs:
            if proof.result == wanted:
                return proof
    return Proof(result="none", detail=f"It is not signed by {domain}.")


class _Asker:
    """The DNS as dkimpy asks for it, within one mail's patience."""

    def __init__(self, lookups: Lookups, deadline: float) -> None:
        self._lookups, self._deadline = lookups, deadline

    def find_texts(self, name: str) -> tuple[bytes, ...]:
        return self._lookups.find_texts(name, left_s=self._deadline - time.monotonic())

    def __call__(self, name: bytes, timeout: float = 0) -> bytes | None:
        texts = self.find_texts(name.decode("ascii"))
        return next((text for text in texts if b"p=" in text), None)


def _list_signatures(mail: dkim.DKIM, domain: str) -> list[_Signature]:
    """Return the signatures of the sender's own organisation, its very domain first."""
    found: list[_Signature] = []
    headers = [value for name, value in mail.headers if name.lower() == b"dkim-signature"]
    for index, value in enumerate(headers):
        if len(value) > LONGEST_SIGNATURE:
            continue
        try:
            tags = parse_tag_value(value)
        except InvalidTagValueList:
            continue
        signer = tags.get(b"d", b"").decode("ascii", "replace").lower()
        if are_aligned(signer, domain):
            found.append(_Signature(index=index, domain=signer, tags=tags))
    found.sort(key=lambda one: one.domain != domain)
    return found[:MOST_SIGNATURES]


def _check_one(mail: dkim.DKIM, one: _Signature, domain: str, asker: _Asker) -> Proof:
    signed = [name.strip() for name in one.tags.get(b"h", b"").lower().split(b":")]
    if one.tags.get(b"a") != ALGORITHM or b"from" not in signed:
        return Proof(result="none", detail=f"{one.domain} signed in a way that proves nothing.")
    if b"l" in one.tags:
        return Proof(result="none", detail=f"{one.domain} signed only the beginning of it.")
    try:
        is_valid = _verify(mail, one, asker)
        if is_valid and one.domain != domain and _is_strict(domain, asker):
            return Proof(result="none", detail=f"{domain} does not let {one.domain} sign for it.")
    except Unanswered:
        return Proof(result="none", detail=f"The key of {one.domain} could not be looked up.")
    if is_valid:
        return Proof(result="pass", detail=f"Signed by {one.domain} (DKIM, checked here).")
    return Proof(result="fail", detail=f"The signature of {one.domain} (DKIM) is not valid.")


def _verify(mail: dkim.DKIM, one: _Signature, asker: _Asker) -> bool:
    """Say whether the signature holds. Raises Unanswered."""
    body = mail.body
    if one.tags.get(b"c", b"simple").partition(b"/")[2].strip() == b"relaxed":
        # The same in linear time: dkimpy's own way is quadratic in a run of blanks. What is in
        # this form already stays as it is when dkimpy brings it there.
        mail.body = _BLANKS.sub(b" ", body).replace(b" \r\n", b"\r\n")
    try:
        return bool(mail.verify(idx=one.index, dnsfunc=asker))
    except (dkim.DKIMException, ValueError, IndexError, KeyError, TypeError):
        return False
    finally:
        mail.body = body


def _is_strict(domain: str, asker: _Asker) -> bool:
    """Say whether the domain's DMARC record wants its very name to sign. Raises Unanswered."""
    for name in dict.fromkeys((domain, find_organisation(domain))):
        records = [text for text in asker.find_texts(f"_dmarc.{name}") if text[:8] == b"v=DMARC1"]
        if len(records) == 1:
            parts = (part.partition(b"=") for part in records[0].lower().split(b";"))
            tags = {name.strip(): value.strip() for name, _, value in parts}
            return tags.get(b"adkim") == b"s"
    return False

"""Our own look at signatures: really signed mail, and a real DNS server that a test can silence."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from notifications import inbound
from notifications.inbound import lookups, signed
from notifications.inbound.authentic import authenticate
from notifications.inbound.parse import parse_message
from notifications.inbound.signed import check_signatures
from notifications.models import Inbound
from tests.notifications.conftest import NOW
from tests.notifications.name_server import NameServer, run_name_server

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
DOMAIN = "customer.example.net"
MAIL = (
    b"From: Robin Sample <robin@customer.example.net>\r\n"
    b"To: desk@acme.example.com\r\n"
    b"Subject: Our lines\r\n"
    b"Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
    b"\r\n"
    b"Please  cancel \t\r\nat the end of March.\r\n\r\n"
)


def sign(raw: bytes = MAIL, *, domain: str = DOMAIN, **options: Any) -> bytes:
    pem = KEY.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    options = {"include_headers": [b"from", b"to", b"subject"]} | options
    return bytes(dkim.sign(raw, b"k1", domain.encode(), pem, **options)) + raw


def publish(key: Any = KEY) -> str:
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return "v=DKIM1; k=rsa; p=" + base64.b64encode(der).decode()


@pytest.fixture
def names(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    with run_name_server() as server:
        settings.DNS_SERVERS = [server.address]
        settings.CHECK_DKIM = True
        monkeypatch.setattr(signed, "shared", lookups.Lookups())
        server.texts[f"k1._domainkey.{DOMAIN}"] = [publish()]
        yield server


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who never answers is waited for half a second instead of two."""
    monkeypatch.setattr(lookups, "QUESTION_S", 0.5)


def check(raw: bytes, domain: str = DOMAIN) -> str:
    return check_signatures(raw, domain=domain).result


@pytest.mark.parametrize("body", [b"simple", b"relaxed"])
@pytest.mark.parametrize("head", [b"simple", b"relaxed"])
def test_a_signature_of_the_senders_domain_proves_it(
    names: NameServer, head: bytes, body: bytes
) -> None:
    raw = sign(canonicalize=(head, body))
    assert check(raw) == "pass"
    assert check(raw.replace(b"\r\n", b"\n")) == "pass", "also as a file with other line ends"


@pytest.mark.threat(12)
@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"March", b"April"),
        lambda raw: raw.replace(b"Our lines", b"Your lines"),
        lambda raw: raw.replace(b"robin@", b"eve@"),
        lambda raw: raw + b"And all the others.\r\n",
        lambda raw: b"From: eve@customer.example.net\r\n" + raw,
        lambda raw: raw.replace(b"s=k1", b"s=k2"),
        lambda raw: raw.replace(b"bh=", b"bh=A"),
    ],
)
def test_what_was_changed_is_not_proven(names: NameServer, change: Any) -> None:
    names.texts[f"k2._domainkey.{DOMAIN}"] = [publish(rsa.generate_private_key(65537, 2048))]
    raw = change(sign())
    assert raw != sign()
    assert check(raw) == "fail"


@pytest.mark.threat(12)
def test_another_domains_signature_proves_nothing(names: NameServer) -> None:
    names.texts["k1._domainkey.evil.example.org"] = [publish()]
    assert check(sign(domain="evil.example.org")) == "none"
    assert names.asked == [], "nobody makes us ask for names of their own"


@pytest.mark.threat(12)
@pytest.mark.parametrize("domain", ["net", "example.net.evil.example.org"])
def test_a_public_suffix_or_a_longer_name_does_not_sign_for_it(
    names: NameServer, domain: str
) -> None:
    names.texts[f"k1._domainkey.{domain}"] = [publish()]
    assert check(sign(domain=domain)) == "none"


@pytest.mark.parametrize(
    ("records", "result"),
    [
        ({}, "pass"),
        ({f"_dmarc.{DOMAIN}": ["v=DMARC1; p=reject"]}, "pass"),
        ({f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none; adkim=s"]}, "none"),
        ({"_dmarc.example.net": ["v=DMARC1; p=none; ADKIM = S"]}, "none"),
        ({f"_dmarc.{DOMAIN}": ["v=DMARC1; adkim=r"], "_dmarc.example.net": ["x"]}, "pass"),
    ],
)
def test_the_organisations_signature_counts_unless_dmarc_is_strict(
    names: NameServer, records: dict[str, list[str]], result: str
) -> None:
    names.texts["k1._domainkey.example.net"] = [publish()]
    names.texts.update(records)
    assert check(sign(domain="example.net")) == result


@pytest.mark.threat(12)
@pytest.mark.parametrize("options", [{"length": True}, {"include_headers": [b"from", b"to"]}])
def test_a_signature_over_a_part_of_the_body_proves_nothing(
    names: NameServer, options: dict[str, Any]
) -> None:
    raw = sign(**options)
    assert check(raw) == ("none" if "length" in options else "pass")


@pytest.mark.threat(12)
def test_sha1_and_withdrawn_keys_prove_nothing(names: NameServer) -> None:
    assert check(sign().replace(b"a=rsa-sha256", b"a=rsa-sha1")) == "none"
    names.texts[f"k1._domainkey.{DOMAIN}"] = ["v=DKIM1; p="]
    assert check(sign()) == "fail"


@pytest.mark.threat(12)
@pytest.mark.parametrize("fault", ["silent", "failing", "gone"])
def test_without_an_answer_nothing_is_proven_and_nothing_raised(
    names: NameServer, impatient: None, fault: str
) -> None:
    name = f"k1._domainkey.{DOMAIN}"
    if fault == "gone":
        names.texts.clear()
    else:
        getattr(names, fault).add(name)
    began = time.monotonic()
    proof = check_signatures(sign(), domain=DOMAIN)
    assert proof.result == ("fail" if fault == "gone" else "none")
    assert time.monotonic() - began < 3


def test_answers_are_remembered(names: NameServer) -> None:
    for _ in range(5):
        assert check(sign()) == "pass"
    assert len(names.asked) == 1


def test_one_zone_that_is_slow_does_not_stop_the_others(names: NameServer, impatient: None) -> None:
    names.silent.add("k1._domainkey.slow.example.org")
    slow = sign(MAIL.replace(DOMAIN.encode(), b"slow.example.org"), domain="slow.example.org")
    assert check(slow, "slow.example.org") == "none"
    assert check(sign()) == "pass"


def test_a_dead_resolver_is_asked_once_a_minute(names: NameServer, impatient: None) -> None:
    names.is_dead = True
    began = time.monotonic()
    assert [check(sign()) for _ in range(20)] == ["none"] * 20
    assert time.monotonic() - began < 4.5
    names.is_dead = False
    assert check(sign()) == "none", "it rests"


@pytest.mark.parametrize(
    "raw",
    [
        b"DKIM-Signature: " + b" " * 90_000 + b"\r\nFrom: a@customer.example.net\r\n\r\nx\r\n",
        b"DKIM-Signature: v=1; b=" + b"A " * 40_000 + b"!\r\nFrom: a@b.example\r\n\r\nx\r\n",
        b"DKIM-Signature: v=1; d=customer.example.net\r\n" * 900 + b"From: a@b.example\r\n\r\nx",
        b"DKIM-Signature: =;=;;=\r\n\r\n",
        b"DKIM-Signature: v=1; d=customer.example.net; h=\xff; a=rsa-sha256\r\n\r\n",
        b" folded from nowhere\r\nDKIM-Signature: v=1\r\n\r\n",
        b"no header\r\nDKIM-Signature: v=1\r\n\r\n",
        sign(canonicalize=(b"relaxed", b"relaxed")) + b" " * 1_000_000 + b"x",
        sign(canonicalize=(b"relaxed", b"relaxed")) + b" \t" * 500_000 + b"x",
        sign() + b"\r\n" * 500_000,
    ],
    ids=range(10),
)  # fmt: skip
@pytest.mark.threat(30)
def test_hostile_signatures_cost_no_time(names: NameServer, raw: bytes) -> None:
    began = time.process_time()
    assert check(raw) in ("none", "fail", "pass")
    assert time.process_time() - began < 1


@pytest.mark.threat(11)
def test_our_servers_word_comes_before_our_own_look(names: NameServer) -> None:
    ours = b"Authentication-Results: mx.lastcall.example; dmarc=fail header.from=" + DOMAIN.encode()
    raw = ours + b"\r\n" + sign()
    found = authenticate(parse_message(raw), authserv_id="mx.lastcall.example", raw=raw)
    assert (found.result, names.asked) == ("fail", [])


@pytest.mark.django_db
@pytest.mark.parametrize(("is_on", "result"), [(True, "pass"), (False, "none")])
def test_mail_from_a_provider_is_proven_by_its_signature(
    names: NameServer, settings: Any, is_on: bool, result: str
) -> None:
    settings.CHECK_DKIM = is_on
    inbound.store(
        channel="esp:postmark", recipient="desk@acme.example.com", envelope_from="", raw=sign(),
        now=NOW,
    )  # fmt: skip
    inbound.process_due(now=NOW)
    stored = Inbound.objects.get()
    assert stored.authenticity == result
    assert bool(names.asked) == is_on

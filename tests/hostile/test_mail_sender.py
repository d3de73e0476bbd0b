"""Who claims to write, and what of it is proven (THREATS 8–15)."""

from __future__ import annotations

import pytest

from notifications.inbound.addresses import normalise_address
from notifications.inbound.authentic import authenticate
from notifications.inbound.message import ParsedMessage
from notifications.inbound.parse import parse_message

US = "mx.lastcall.example"
ADA = "ada@customer.example"


def parse(*headers: str) -> ParsedMessage:
    return parse_message("\n".join([*headers, "Subject: x", "", "Cancel."]).encode())


@pytest.mark.threat(8)
@pytest.mark.parametrize(
    "headers",
    [
        ["From: ada@customer.example, eve@evil.example"],
        ["From: Ada <ada@customer.example>, Eve <eve@evil.example>"],
        ["From: Ada <ada@customer.example> Eve <eve@evil.example>"],
        ["From: ada@customer.example eve@evil.example"],
        ["From: <ada@customer.example><eve@evil.example>"],
        ["From: ada@customer.example", "From: eve@evil.example"],
        ["From: ada@customer.example", "FROM: ada@customer.example"],
        ["From: ada@customer.example <eve@evil.example>"],
        ["From: ada@customer.example;eve@evil.example"],
        ["From: Friends: ada@customer.example;"],
        ["From: Friends: ada@customer.example, eve@evil.example;"],
        ["From: undisclosed-recipients:;"],
        ["From: "],
        ["From: <>"],
        ['From: "Ada" <>'],
        ["From: Ada Byte"],
        ["From: Ada <ada>"],
        ["X-From: ada@customer.example"],
        ["From: Ada <ada@customer.example@evil.example>"],
        ['From: "ada@customer.example"@evil.example'],
        ["From: <@evil.example:ada@customer.example>"],
        ["From: Ada <ada@customer.example"],
        ["From: Ada <<ada@customer.example> eve@evil.example>"],
        ["From: =?utf-8?q?Ada_=3Cada=40customer.example=3E?="],
        ["From: Ada <=?utf-8?q?ada=40customer.example?=>"],
        ["From: Ada <ada@customer.example\x00@evil.example>"],
        ["From: Ada <ada@customer.example\u202e>"],
        ["From: ada@customer.example\x00eve@evil.example"],
        ["From: Ada <a da@customer.example>"],
        ["From: (ada@customer.example) eve"],
    ],
)
def test_an_unclear_sender_is_reported(headers: list[str]) -> None:
    parsed = parse(*headers)
    assert parsed.from_problem
    own = f"Authentication-Results: {US}; dmarc=pass header.from=customer.example"
    assert authenticate(parse(own, *headers), authserv_id=US).result == "none"


@pytest.mark.threat(9)
@pytest.mark.parametrize(
    "value",
    [
        '"ada@customer.example" <eve@evil.example>',
        '"Ada <ada@customer.example>" <eve@evil.example>',
        "=?utf-8?q?ada=40customer=2Eexample?= <eve@evil.example>",
        "eve@evil.example (ada@customer.example)",
    ],
)
def test_a_name_that_holds_an_address_is_not_the_sender(value: str) -> None:
    parsed = parse(f"From: {value}")
    assert parsed.from_email == "eve@evil.example"
    assert parsed.from_problem == ""
    assert any("name holds another address" in problem for problem in parsed.problems)


@pytest.mark.threat(10)
def test_reply_to_and_sender_are_never_who_wrote() -> None:
    parsed = parse(
        "Reply-To: eve@evil.example",
        "Sender: eve@evil.example",
        "Resent-From: eve@evil.example",
        "Return-Path: <eve@evil.example>",
        f"From: {ADA}",
    )
    assert (parsed.from_email, parsed.from_problem) == (ADA, "")
    assert parse("Reply-To: ada@customer.example").from_email == ""


@pytest.mark.threat(11)
@pytest.mark.parametrize(
    "forged",
    [
        "mx.google.com; dmarc=pass header.from=customer.example",
        f"evil.example; ({US}); dmarc=pass header.from=customer.example",
        f"{US}.evil.example; dmarc=pass header.from=customer.example",
        f"{US}; spf=none (dmarc=pass header.from=customer.example)",
        f'{US}; spf=none reason="dmarc=pass header.from=customer.example"',
        f"({US}); dmarc=pass header.from=customer.example",
    ],
)
def test_forged_results_prove_nothing(forged: str) -> None:
    parsed = parse(f"Authentication-Results: {forged}", f"From: {ADA}")
    assert authenticate(parsed, authserv_id=US).result == "none"


@pytest.mark.threat(11)
def test_only_the_topmost_of_our_results_counts() -> None:
    ours = f"Authentication-Results: {US}; dmarc=fail header.from=customer.example"
    forged = f"Authentication-Results: {US}; dmarc=pass header.from=customer.example"
    assert authenticate(parse(ours, forged, f"From: {ADA}"), authserv_id=US).result == "fail"
    none = f"Authentication-Results: {US}; none"
    assert authenticate(parse(none, forged, f"From: {ADA}"), authserv_id=US).result == "none"


@pytest.mark.threat(11)
def test_results_in_the_body_prove_nothing() -> None:
    raw = f"From: {ADA}\n\nAuthentication-Results: {US}; dmarc=pass header.from=customer.example"
    assert authenticate(parse_message(raw.encode()), authserv_id=US).result == "none"


@pytest.mark.threat(12)
@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        ("dmarc=fail header.from=customer.example; dkim=pass header.d=customer.example", "fail"),
        ("dmarc=none header.from=customer.example; dkim=pass header.d=customer.example", "none"),
        ("dmarc=temperror; spf=pass smtp.mailfrom=customer.example", "none"),
        ("dmarc=permerror; spf=pass smtp.mailfrom=customer.example", "none"),
        ("dmarc=bestguesspass header.from=customer.example", "none"),
    ],
)
def test_dmarc_that_did_not_pass_is_no_proof(result: str, verdict: str) -> None:
    parsed = parse(f"Authentication-Results: {US}; {result}", f"From: {ADA}")
    found = authenticate(parsed, authserv_id=US)
    assert found.result == verdict
    assert "DMARC" in found.detail


@pytest.mark.threat(13)
@pytest.mark.parametrize(
    "look_alike",
    [
        "ada@customеr.example",  # a Cyrillic е
        "ada@customer.exаmple",
        "ada@cüstomer.example",
        "ada@customer.example.evil.example",
        "ada@customer-example",
        "ada@ｃustomer.example",
    ],
)
def test_a_look_alike_is_another_address(look_alike: str) -> None:
    assert normalise_address(look_alike) != normalise_address(ADA)
    proof = f"Authentication-Results: {US}; dmarc=pass header.from=customer.example"
    parsed = parse(proof, f"From: {look_alike}")
    assert authenticate(parsed, authserv_id=US).result == "none"


@pytest.mark.threat(15)
def test_ids_are_claims_and_only_ids() -> None:
    parsed = parse(
        f"From: {ADA}",
        "In-Reply-To: <a@b> <script>alert(1)</script>",
        "References: \x00<c@d\x00> <e@f>\u202e <g h@i> <" + "x" * 2_000 + "@y>",
    )
    assert parsed.in_reply_to == "<a@b>"
    assert parsed.references == ("<c@d>", "<e@f>")

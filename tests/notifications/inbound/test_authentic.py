"""What proves a sender: only our own server's topmost word."""

from __future__ import annotations

import pytest

from notifications.inbound.authentic import Authentication, authenticate
from notifications.inbound.domains import are_aligned
from notifications.inbound.mailboxes import find_authserv_id
from notifications.inbound.parse import parse_message
from notifications.models import Mailbox

US = "mx.lastcall.example"
A_R = "Authentication-Results: "


def judge(*results: str, sender: str = "ada@customer.example") -> Authentication:
    headers = "".join(f"{A_R}{result}\n" for result in results)
    raw = f"{headers}From: {sender}\nSubject: x\n\nHello.\n"
    return authenticate(parse_message(raw.encode()), authserv_id=US)


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        (f"{US}; dmarc=pass header.from=customer.example", "pass"),
        (f"{US} 1;\r\n\tdmarc=pass (p=reject) header.from=Customer.Example", "pass"),
        (f'"{US}"; spf=fail smtp.mailfrom=x; dmarc=pass header.from=customer.example', "pass"),
        (f"{US}; dkim=pass header.d=customer.example header.s=s", "pass"),
        (f"{US}; dkim=pass header.i=@mail.customer.example", "pass"),
        (f"{US}; spf=pass smtp.mailfrom=bounce@lists.customer.example", "pass"),
        (f"{US}; dkim=fail header.d=customer.example; spf=pass smtp.mailfrom=a@customer.example",
         "pass"),
        (f"{US}; dmarc=fail header.from=customer.example", "fail"),
        (f"{US}; dmarc=fail header.from=customer.example; dkim=pass header.d=customer.example",
         "fail"),
        (f"{US}; dkim=fail header.d=customer.example", "fail"),
        (f"{US}; dmarc=none header.from=customer.example; spf=pass smtp.mailfrom=customer.example",
         "none"),
        (f"{US}; dmarc=temperror; dkim=pass header.d=customer.example", "none"),
        (f"{US}; dmarc=pass header.from=other.example", "none"),
        (f"{US}; dmarc=pass", "none"),
        (f"{US}; dkim=pass header.d=other.example; spf=pass smtp.mailfrom=other.example", "none"),
        (f"{US}; dkim=pass header.d=example", "none"),
        (f"{US}; spf=pass smtp.helo=customer.example", "none"),
        (f"{US}; none", "none"),
        ("mx.google.example; dmarc=pass header.from=customer.example", "none"),
        (f"{US}.evil.example; dmarc=pass header.from=customer.example", "none"),
        (f"x; ({US}); dmarc=pass header.from=customer.example", "none"),
        ("", "none"),
    ],
)  # fmt: skip
def test_a_sender_is_proven_by_our_server(results: str, verdict: str) -> None:
    found = judge(results)
    assert found.result == verdict
    assert found.detail


def test_words_inside_comments_and_quotes_prove_nothing() -> None:
    for result in (
        f"{US}; spf=none (dmarc=pass header.from=customer.example)",
        f"{US}; spf=none (a (b; dmarc=pass header.from=customer.example))",
        f'{US}; dkim=none reason="; dmarc=pass header.from=customer.example"',
        f'{US}; dmarc=pass reason="header.from=customer.example" header.from=evil.example',
        f'{US}; spf=none smtp.mailfrom="a; dkim=pass header.d=customer.example"@evil.example',
    ):
        assert judge(result).result == "none"


def test_an_unclear_sender_is_never_proven() -> None:
    good = f"{US}; dmarc=pass header.from=customer.example"
    assert judge(good, sender="ada@customer.example, eve@evil.example").result == "none"
    assert judge(good, sender="").result == "none"


def test_domains_are_aligned_within_one_organisation() -> None:
    assert are_aligned("mail.customer.example", "customer.example")
    assert are_aligned("a.firm.co.uk", "b.firm.co.uk")
    assert not are_aligned("firm.co.uk", "other.co.uk")
    assert not are_aligned("ada.github.io", "eve.github.io")
    assert not are_aligned(None, None)


@pytest.mark.threat(11)
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("channel", "named", "believed"),
    [
        ("lmtp", None, "mx.lastcall.example"),
        ("pipe", None, "mx.lastcall.example"),
        ("esp:postmark", None, ""),
        ("imap:support", "mx.google.com", "mx.google.com"),
        ("imap:support", "", ""),
        ("imap:gone", "mx.google.com", ""),
    ],
)
def test_whose_results_are_believed_depends_on_the_way(
    channel: str, named: str | None, believed: str
) -> None:
    if named is not None:
        Mailbox.objects.create(
            name="support", host="imap.example.com", username="desk",
            address="desk@acme.example.com", authserv_id=named,
        )  # fmt: skip
    assert find_authserv_id(channel) == believed

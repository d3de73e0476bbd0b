"""What a delivery report says, and about which mail."""

from __future__ import annotations

import pytest

from notifications.inbound.automatic import Classification, classify
from notifications.inbound.bounces import judge_failure
from notifications.inbound.parse import parse_message

OURS = "<lc.abcdefghijklmnop.7@acme.example>"


def classify_bounce(headers: str, text: str) -> Classification:
    return classify(parse_message(f"{headers}\n\n{text}\n".encode()))


@pytest.mark.parametrize(
    "subject",
    [
        "Undeliverable: x", "Mail delivery failed", "failure notice", "Returned mail: x",
        "Unzustellbar: x", "Non remis : x", "No se puede entregar: x", "Non recapitabile: x",
        "Não é possível entregar: x", "Onbestelbaar: x", "Kan inte levereras: x",
        "Kan ikke leveres: x", "Ei voi toimittaa: x", "Niedostarczalne: x", "Nedoručitelné: x",
        "Kézbesíthetetlen: x", "Nelivrabil: x", "Не удается доставить: x", "Teslim edilemedi: x",
        "Αδύνατη η παράδοση: x", "配信不能: x", "未送达: x", "배달되지 않음: x",
        "系统退信/Systems bounce",
    ],
)  # fmt: skip
def test_a_failure_is_told_in_many_languages(subject: str) -> None:
    found = classify_bounce(
        f"Return-Path: <>\nFrom: postmaster@other.example\nSubject: {subject}", "x"
    )
    assert found.kind == "bounce"
    assert any("subject" in words for words in found.evidence)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("550 5.1.1 User unknown", "hard"),
        ("Status: 5.1.2", "hard"),
        ("554 5.4.4 host not found", "hard"),
        ("550 5.2.1 mailbox disabled", "hard"),
        ("552 5.2.2 mailbox full", "soft"),
        ("452 4.2.2 over quota", "soft"),
        ("451 4.7.1 greylisted", "soft"),
        ("554 5.7.1 blocked as spam", "soft"),
        ("552 5.3.4 message too large", "soft"),
        ("5.0.0 connection timed out", "soft"),
        ("5.0.0 the number of messages exceeded the limit", "soft"),
        ("5.0.0 the host is not responding", "soft"),
        ("550 5.7.1 address rejected: user bob does not exist", "hard"),
        ("550 5.7.1 user bob does not exist here: blocked", "soft"),
        ("450 4.7.1 user unknown for now", "soft"),
        ("Not listed in the address book (Post Office v4.6.1)", "hard"),
        ("no such user here", "hard"),
        ("the mailbox is full", "soft"),
        ("550 go away", "hard"),
        ("421 later", "soft"),
        ("This is a permanent error.", "hard"),
        ("It went wrong.", ""),
        ("version 5.1.1.3 of 15.1.1", ""),
    ],
)
def test_hard_is_the_addresss_own_fault(text: str, verdict: str) -> None:
    assert judge_failure(text) == verdict


@pytest.mark.parametrize(
    "text",
    [
        f"could not be delivered\n\nMessage-ID: {OURS}",
        f"could not be delivered\n\n> message-id: {OURS}",
        f"could not be delivered\n\nMessage-Id:\n    {OURS}",
        f"could not be delivered\n\nOriginal-Message-ID: {OURS[1:-1]}",
        f"could not be delivered\n\n   Message-ID: {OURS}",
    ],
)
def test_the_returned_message_names_the_mail(text: str) -> None:
    found = classify_bounce("From: MAILER-DAEMON@other.example\nSubject: failure notice", text)
    assert (found.kind, found.original_message_id) == ("bounce", OURS)


def test_a_bounce_never_names_itself() -> None:
    found = classify_bounce(
        f"From: MAILER-DAEMON@other.example\nMessage-ID: {OURS}\nSubject: failure notice",
        f"could not be delivered\nMessage-ID: {OURS}",
    )
    assert found.original_message_id is None


def test_html_alone_is_looked_into() -> None:
    found = classify_bounce(
        "From: MAILER-DAEMON@other.example\nSubject: failure\nContent-Type: text/html",
        f"<p>could not be delivered</p><pre>Message-ID: &lt;{OURS[1:-1]}&gt;</pre>",
    )
    assert found.original_message_id == OURS


def test_all_ids_of_a_rewritten_mail_are_named() -> None:
    returned = f"Message-ID: <0100@ses.example>\nReferences: {OURS}\nSubject: x"
    raw = (
        "From: MAILER-DAEMON@ses.example\nSubject: Delivery Status Notification (Failure)\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        f"--b\n\nfailed\n--b\nContent-Type: text/rfc822-headers\n\n{returned}\n--b--\n"
    )
    found = classify(parse_message(raw.encode()))
    assert found.named_ids == ("<0100@ses.example>", OURS)

"""Mail that wants the desk to act for somebody else (THREATS 14, 16, 17, 36)."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifications.inbound.parse import parse_message
from notifications.inbound.verification import find_verification
from notifications.models import Email, Inbound
from tests.cases.build import Desk
from tests.rules.helpers import bring_to, open_todos

pytestmark = pytest.mark.django_db

CODE = "739-264"
LINK = "https://chat.example.net/confirm?token=8fj3kd92jfk39fjd"
TRICKS = [
    ("no-reply@chat.example.net", "Chat confirmation code: 739-264", "Your code is 739-264"),
    ("noreply@chat.example.net", "Verify your email", f"Click {LINK}"),
    ("accounts@chat.example.net", "Confirm your email address", f"Please go to {LINK}"),
    ("invitations@chat.example.net", "Eve invited you to join Acme", f"Join: {LINK}"),
    ("security@chat.example.net", "Your sign-in", "Your security code: 481920"),
    ("notifications@chat.example.net", "Willkommen", f"Bestätigen Sie Ihre E-Mail: {LINK}"),
    ("eve@chat.example.net", "Password reset for acme", f"Reset it here: {LINK}"),
    ("hello@chat.example.net", "Bienvenue", "Votre code de vérification : 481920"),
]
PEOPLES = [
    ("rosa@example.com", "Re: Confirm your email address", f"I clicked {LINK} by mistake, sorry."),
    ("rosa@example.com", "Cancellation", "Please confirm your address, we moved. Call 555-0100."),
    (
        "rosa@example.com",
        "Security code of the door",
        "The technician needs the code 4711 to come in.",
    ),
    (
        "info@customer.example",
        "Cancellation",
        "Please end it on 31 March 2027. Number 030 123 456.",
    ),
    ("support@customer.example", "4831-0726-5", "Yes, we confirm. See https://customer.example/x"),
    ("no-reply@customer.example", "Our answer", "Yes please, end it."),
]


def parse(sender, subject, text):
    return parse_message(f"From: {sender}\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode())


@pytest.mark.threat(17)
@pytest.mark.parametrize("mail", TRICKS)
def test_anothers_verification_is_recognised(mail):
    assert "verification mail" in find_verification(parse(*mail))


@pytest.mark.threat(17)
@pytest.mark.parametrize("mail", PEOPLES)
def test_a_persons_mail_is_none(mail):
    assert find_verification(parse(*mail)) == ""


@pytest.mark.threat(17)
@pytest.mark.parametrize("authentic", [True, False])
def test_the_ticket_trick_ends_in_quarantine_and_is_answered_by_nothing(sink, authentic):
    desk = Desk()
    case = desk.ask(desk.open())
    sent = set(Email.objects.values_list("pk", flat=True))
    sender, subject, text = TRICKS[0]
    mail = desk.reply(case, text, sender=sender, authentic=authentic, Subject=subject)
    assert (mail.status, mail.disposition) == ("quarantined", "quarantined")
    assert "verification mail" in mail.problem
    assert desk.read(case).state == "awaiting_customer"
    assert open_todos(case) == ["mail_quarantined"]
    assert set(Email.objects.values_list("pk", flat=True)) == sent


@pytest.mark.threat(17)
@pytest.mark.parametrize(
    ("stage", "who"),
    [
        ("awaiting_customer", "contact"),
        ("scheduled", "stranger"),
        ("in_grace", "contact"),
        ("closed", "contact"),
    ],
)
def test_no_mail_of_ours_repeats_what_came_in(sink, stage, who):
    """Courtesy, reminders and notices say what we know, never what somebody wrote to us."""
    desk = Desk()
    case = bring_to(desk, stage)
    sender = case.contact.email if who == "contact" else "eve@elsewhere.example.net"
    desk.reply(
        case,
        f"Please restore our service. {CODE} {LINK}",
        sender=sender,
        From=f'"{CODE}" <{sender}>',
        Subject=f"Re: {CODE}",
        Reply_To="eve@elsewhere.example.net",
        Cc="eve@elsewhere.example.net",
    )
    desk.pass_days(20)
    for message in sink.messages:
        whole = message.as_bytes().decode("utf-8", "replace")
        assert CODE not in whole
        assert "token=8fj3" not in whole
        assert "eve@" not in whole


@pytest.mark.threat(16)
@pytest.mark.parametrize("authentic", [True, False])
@pytest.mark.parametrize("part", ["email_from", "staff", "reply_domain"])
def test_mail_in_our_own_name_acts_for_nobody(sink, authentic, part):
    desk = Desk()
    case = bring_to(desk, "in_grace")
    domain = desk.brand.email_from.rpartition("@")[2]
    sender = {
        "email_from": desk.brand.email_from,
        "staff": f"ada@{domain}",
        "reply_domain": f"ada@{desk.brand.reply_domain}",
    }[part]
    mail = desk.reply(case, "Please restore the service.", sender=sender, authentic=authentic)
    assert (mail.status, mail.disposition) == ("quarantined", "quarantined")
    assert "claims to come from us" in mail.problem
    assert desk.read(case).state == "in_grace"
    assert open_todos(case) == ["mail_quarantined"]


@pytest.mark.threat(16)
def test_a_member_of_staff_is_nobody_in_mail(sink):
    """Their address at home opens nothing: only the customer's contacts write to a case."""
    desk = Desk()
    case = bring_to(desk, "in_grace")
    desk.agent.email = "ada@home.example.net"
    desk.agent.save()
    desk.reply(case, "Please restore the service.", sender=desk.agent.email)
    assert desk.read(case).state == "in_grace"
    assert open_todos(case) == ["unverified_sender"]


@pytest.mark.threat(14)
def test_a_leaked_address_lets_nobody_answer(sink):
    desk = Desk()
    case = bring_to(desk, "in_grace")
    for sender, authentic in (("eve@elsewhere.example.net", True), (case.contact.email, False)):
        mail = desk.reply(case, "Please restore it.", sender=sender, authentic=authentic)
        assert mail.matched_by == "token"
        assert desk.read(case).state == "in_grace"
    assert set(open_todos(case)) == {"unverified_sender"}


@pytest.mark.threat(36)
def test_nothing_in_the_product_prints_html():
    """No engine that renders HTML to paper or pictures is a part of the product.

    The evidence pack's PDF is drawn from plain text (reportlab), whose every letter is escaped
    (tests/cases/views/test_evidence_pack.py).
    """
    root = Path(__file__).parents[2]
    engines = (
        "weasyprint",
        "wkhtmltopdf",
        "pdfkit",
        "xhtml2pdf",
        "pyppeteer",
        "imgkit",
    )
    locked = (root / "requirements.lock").read_text().lower()
    assert not [engine for engine in engines if f"\n{engine}" in locked]
    ours = ("accounts", "cases", "config", "notifications")
    for path in (path for name in ours for path in (root / name).rglob("*.py")):
        source = path.read_text("utf-8").lower()
        assert not [e for e in (*engines, "print-to-pdf", "playwright") if e in source], path


@pytest.mark.threat(36)
def test_mail_html_leaves_only_as_a_sandboxed_page_or_as_text(sink, client):
    desk = Desk()
    case = desk.ask(desk.open())
    mail = desk.reply(
        case,
        "<p>Yes</p><script>alert(1)</script><img src=https://evil.example/x>",
        Content_Type="text/html",
    )
    client.force_login(desk.agent)
    page = client.get(f"/desk/mail/{mail.pk}/html/")
    assert "sandbox" in page["Content-Security-Policy"]
    assert b"<script" not in page.content
    assert b"evil.example" not in page.content
    assert Inbound.objects.get(pk=mail.pk).reply_text == "Yes"

"""Every email in every language that it is written in, with real cases: whole, in one tongue."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from cases.actions import confirmation, correspondence, restoration
from cases.models import Case
from cases.queries import mail_preview
from notifications.models import Email
from tests import factories
from tests.cases.build import CALL, QUESTION, Desk
from tests.pages import fold
from tests.rows import each

EMAILS = Path(settings.BASE_DIR) / "templates" / "email"
BASES = {"base", "_fact", "_answer_form"}
VOID = {"meta", "br", "img", "hr", "link", "input"}
ENGLISH = re.compile(
    r"\b(the|your|you|please|reply|until|services?|bill|fee|days?|months?|case|hello|number|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|December|October|answers?)\b",
    re.IGNORECASE,
)
GERMAN = re.compile(
    r"\b(der|die|das|Ihre?|Sie|bitte|bis|Dienste?|Rechnung|Tage?|Monate?|Vorgang|Guten|nicht|"
    r"Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|Dezember|Oktober)\b"
)
QUESTIONS = {"en": "Who used these services?", "de": "Wofür war der Anschluss da?"}
NAMES = {"en": ("Rosa Vale", "Head office", "Kim"), "de": ("Rosa Vale", "Zentrale", "Kim")}


def list_mails() -> set[str]:
    """Every email that the desk can send to a case's contact."""
    return {f.name.removesuffix(".subject.txt") for f in EMAILS.glob("*.subject.txt")}


@pytest.mark.parametrize("folder", sorted(f.name for f in EMAILS.iterdir() if f.is_dir()))
def test_a_language_begins_from_its_own_base(folder: str) -> None:
    """So that what a base says is said once, and in that language."""
    for file in (EMAILS / folder).glob("*.*"):
        extended = re.match(r'{% extends "(.*?)" %}', file.read_text())
        if extended and not file.name.startswith("base."):
            assert extended[1] == f"email/{folder}/base{file.suffix}", file.name


class Balance(HTMLParser):
    """Fails on a tag that is not closed, or closed twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes something else"


@pytest.fixture(autouse=True)
def loud_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """An undefined variable that is shown fails the test."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "«undefined %s»")


@pytest.fixture
def smtp(sink) -> None:
    """Mail leaves by SMTP."""


def make_desk(locale: str) -> Desk:
    """Two numbers and a licence of three services; a contract that costs a fee; a pending port."""
    _, place, owner = NAMES[locale]
    desk = Desk(items=0, locale=locale, timezone="Europe/Berlin", currency="EUR")
    desk.contact.name = "Rosa Vale"
    desk.contact.save()
    make = factories.make_item
    make(customer=desk.customer, kind="number", label="+49 30 5550123",
         identifier="+49305550123", monthly_price="30")  # fmt: skip
    make(customer=desk.customer, kind="licence", label=place, assigned_to=owner,
         monthly_price="12.50")  # fmt: skip
    make(customer=desk.customer, kind="licence", label="Nord 2", monthly_price="7")
    factories.make_contract(customer=desk.customer, starts_on=date(2025, 4, 1),
                            ends_on=date(2027, 4, 1), monthly_amount="49.50")  # fmt: skip
    factories.make_port(item=desk.customer.items.get(kind="number"), status="pending",
                        carrier="Telia", expected_on=date(2026, 12, 3))  # fmt: skip
    return desk


def play_stories(locale: str) -> list[Email]:
    """Cases that send every email there is."""
    desk = make_desk(locale)
    items = list(desk.customer.items.order_by("pk").values_list("pk", flat=True))
    question = {**QUESTION, "text": QUESTIONS[locale]}
    silent = desk.ask(desk.open(item_ids=items[:2]), question)
    desk.pass_days(15)  # two reminders, dropped
    assert desk.read(silent).state == "dropped"
    stays = desk.confirm(desk.open(item_ids=items[:2], wished_on=date(2026, 9, 22)))
    desk.do(confirmation.withdraw, stays)
    desk.run()
    back = desk.confirm(desk.open(item_ids=items[:2]))
    desk.do(confirmation.reschedule, back, wished_on=date(2026, 12, 22), reason="Umzug")
    desk.run()
    desk.customer.items.update(assigned_to="")  # as the confirmation asked
    desk.go_to(desk.now + timedelta(days=90))
    assert desk.read(back).state == "in_grace"
    desk.do(restoration.request_restore, back)
    desk.do(restoration.decline_restore, back, reason="Rosa Vale: 42")
    desk.do(correspondence.send_reply, back, text="Rosa Vale: 42")
    desk.run()
    ported = desk.customer.items.get(kind="number")
    ported.ports.update(status="done", completed_at=desk.now)
    desk.do(restoration.restore, back)
    desk.run()
    whole = desk.confirm(desk.open(item_ids=items[1:]))
    desk.pass_days(90)
    assert desk.read(whole).state == "closed"
    desk.reply(whole, {"en": "Can I have my number back?", "de": "Bekomme ich sie zurück?"}[locale])
    desk.pass_days(1)
    return list(Email.objects.filter(thread__case__brand=desk.brand).order_by("id"))


# Sent in stories of other policies; the preview reads them here, in each language.
OTHER_STORIES = {
    "account_closed", "address_changed", "cannot_undo", "code", "link", "page", "page_reminder",
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("locale", ["en", "de"])
def test_every_email_is_whole_in_one_language_and_says_its_facts(locale: str, smtp: None) -> None:
    mails = play_stories(locale)
    assert {m.purpose for m in mails} >= list_mails() - OTHER_STORIES
    for mail in mails:
        read_letter(mail, locale)
    if locale == "de":
        read_facts(mails)


def read_letter(mail: Email, locale: str) -> None:
    read_parts(mail.purpose, locale, mail.subject, mail.text, mail.html)
    number = mail.thread.case.number
    assert number in mail.subject
    assert number in mail.text
    assert number in mail.html
    assert "Rosa Vale" in mail.text
    assert mail.automatic == (mail.purpose != "reply")


def read_parts(name: str, locale: str, subject: str, text: str, html: str) -> None:
    """Fail on what is missing, left over from another language, or not well-formed."""
    other = GERMAN if locale == "en" else ENGLISH
    words = re.sub(r"<style>.*?</style>|<[^>]+>|&nbsp;|&middot;", " ", html, flags=re.DOTALL)
    for part in (subject, text, words):
        assert "«undefined" not in part, (name, part)
        assert not re.search(r"\{[{%]|%\}|None|\(\)|\bnan\b", part), (name, part)
        said = re.sub(r"[\w.+-]+@[\w.-]+|https?://\S+", "", part)
        assert not other.search(said), (name, other.search(said), part)
    fetched = re.search(r"(?:src|background)=.http|url\(", html)
    assert not fetched, "nothing is fetched"
    assert f'<html lang="{locale}">' in html
    balance = Balance()
    balance.feed(html)
    assert balance.open == []
    assert not re.search(r"\n{4,}| \n", text), (name, text)


FACTS = {
    "confirmation": ["22. Dezember 2026", "49,50\u00a0€", "Ablöse", "Restlaufzeit", "Lizenz",
                     "neuen Anbieter"],
    "reminder": ["Wofür war der Anschluss da?", "(Ortszeit Berlin)"],
    "cancelled": ["Ortszeit Berlin", "Letzte Rechnung", "besetzt"],
    "restored": ["+49", "mitgenommen", "1 von 2 Diensten"],
    "final_notice": ["nicht mehr zugänglich"],
    "restore_declined": ["Rosa Vale: 42", "zurückkommen"],
}  # fmt: skip


def read_facts(mails: list[Email]) -> None:
    for purpose, facts in FACTS.items():
        texts = "\n".join(m.text for m in mails if m.purpose == purpose)
        pages = fold("\n".join(m.html for m in mails if m.purpose == purpose))
        for fact in facts:
            assert fact.lower() in texts.lower(), (purpose, fact, texts)
            assert fact.replace("'", "&#x27;") in pages, (purpose, fact)


@pytest.mark.parametrize("locale", ["en", "de"])
def test_each_email_is_a_triple_in_each_language(locale: str) -> None:
    folder = EMAILS if locale == "en" else EMAILS / locale
    for name in list_mails():
        assert {p for p in ("subject.txt", "txt", "html") if (folder / f"{name}.{p}").exists()} == {
            "subject.txt", "txt", "html",
        }, (locale, name)  # fmt: skip


@pytest.mark.django_db
def test_a_language_without_files_gets_english_whole(smtp: None) -> None:
    desk = Desk(locale="fi", timezone="Europe/Helsinki", currency="EUR")
    case = desk.confirm(desk.open())
    [mail] = desk.mails(case, "confirmation")
    assert "Your services end on" in mail.text
    assert "October 2026" in mail.text
    assert '<html lang="en">' in mail.html


@pytest.mark.django_db
@each("locale", ["en", "de"])
@each("name", sorted(list_mails()))
def test_every_email_can_be_previewed_without_a_case(name: str, locale: str) -> None:
    brand = factories.make_brand(default_locale=locale)
    case = mail_preview.make_case(brand, now=CALL)
    shown = mail_preview.preview_mail(name=name, locale=locale, case=case, now=CALL)
    read_parts(name, locale, shown.subject, shown.text, shown.html)
    if name not in ("code", *mail_preview.LETTERS, "reply"):
        assert "https://desk.example" in shown.text
        assert "https://desk.example" in shown.html
    assert Email.objects.count() == Case.objects.count() == 0

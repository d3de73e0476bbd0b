"""A machine's mail is told from a person's, in the languages of our mail."""

from __future__ import annotations

import pytest

from notifications.inbound.automatic import Classification, classify
from notifications.inbound.parse import parse_message
from tests.rows import each

AUTOMATIC_SUBJECTS = [
    "Automatic reply: Your cancellation",
    "Auto-Reply: Your cancellation",
    "Out of Office AutoReply: Your cancellation",
    "[AUTO GENERATED] Your cancellation",
    "Automatische Antwort: Ihre Kündigung",
    "Abwesenheitsnotiz: Ihre Kündigung",
    "Réponse automatique : Votre résiliation",
    "Respuesta automática: Su baja",
    "Risposta automatica: La sua disdetta",
    "Resposta automática: O seu cancelamento",
    "Automatisch antwoord: Uw opzegging",
    "Autosvar: Din uppsägning",
    "Automatiskt svar: Din uppsägning",
    "Automatisk svar: Din opsigelse",
    "Automaattinen vastaus: Irtisanominen",
    "Odpowiedź automatyczna: Rezygnacja",
    "Automatická odpověď: Zrušení",
    "Automatická odpoveď: Zrušenie",
    "Automatikus válasz: Felmondás",
    "Răspuns automat: Anulare",
    "Автоматический ответ: Отмена",
    "Автоматична відповідь: Скасування",
    "Otomatik yanıt: İptal",
    "Αυτόματη απάντηση: Ακύρωση",
    "自動応答: 解約",
    "自动答复: 取消",
    "自動回覆: 取消",
    "자동 회신: 해지",
    "תשובה אוטומטית: ביטול",
    "رد تلقائي: إلغاء",
    "Trả lời tự động: Hủy",
    "Balasan otomatis: Pembatalan",
]
REPLIES = [
    "Re:",
    "RE:",
    "AW:",
    "Sv:",
    "Antw:",
    "Odp:",
    "Re[2]:",
    "Fwd:",
    "WG:",
    "回复：",
    "Ynt:",
    "TR :",
]


def classify_mail(headers: str, text: str = "Hello.") -> Classification:
    raw = f"From: Ada Byte <ada@customer.example>\n{headers}\n\n{text}\n"
    return classify(parse_message(raw.encode()))


@each("subject", AUTOMATIC_SUBJECTS)
def test_an_absence_note_is_told_by_its_subject_alone(subject: str) -> None:
    found = classify_mail(f"Subject: {subject}")
    assert found.kind == "auto_reply"
    assert "subject" in found.evidence[0]


@each("prefix", REPLIES)
@each("subject", [*AUTOMATIC_SUBJECTS[:6], "Out of office"])
def test_a_reply_to_an_absence_note_is_human(prefix: str, subject: str) -> None:
    assert classify_mail(f"Subject: {prefix} {subject}", "Yes, cancel it.").kind == "human"


@pytest.mark.parametrize(
    "subject",
    [
        "Autoreparatur: bitte kündigen",
        "Automatic payments to be cancelled",
        "Absence of signal, please cancel",
        "Urlaub ab Montag, bitte vorher kündigen",
        "Vacation home line",
        "Away game tickets line 3",
        "Auto: cancel the car's SIM",
        "Delivery status?",
        "Undelivered router",
        "Failure notice for my line",
        "Abuse of my number",
    ],
)
def test_a_subject_that_only_sounds_automatic_is_human(subject: str) -> None:
    text = "I am out of the office next week. The router could not be delivered. Please cancel."
    assert classify_mail(f"Subject: {subject}", text).kind == "human"


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: yes",
        "Auto-Submitted: auto-generated (vacation)",
        "auto-submitted: AUTO-NOTIFIED; owner-email=a@b.example",
        "X-Autoreply: yes",
        "X-Autorespond: Away",
        "X-Autoresponder: on",
        "Precedence: auto_reply",
        "X-FC-MachineGenerated: true",
        "X-POST-MessageClass: 9; Autoresponder",
        "Delivered-To: Autoresponder",
        "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
        "X-Apple-Action: VACATION/1.0",
        "Return-Path: <>",
        "Return-Path: <MAILER-DAEMON>",
    ],
)
def test_a_machine_that_declares_itself_is_believed(header: str) -> None:
    found = classify_mail(f"Subject: Re: Your cancellation\n{header}")
    assert found.kind == "auto_reply"
    assert found.evidence


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: auto-forwarded",
        "X-Auto-Response-Suppress: All",
        "X-MS-Exchange-Inbox-Rules-Loop: ada@customer.example",
        "Precedence: bulk",
        "Precedence: list\nList-Id: <office.customer.example>",
        "List-Unsubscribe: <https://customer.example/u>",
        "X-Autoreply: no",
        "Return-Path: <ada@customer.example>",
    ],
)
def test_a_hint_alone_leaves_a_mail_human(header: str) -> None:
    assert classify_mail(f"Subject: Re: Your cancellation\n{header}").kind == "human"


def test_the_null_sender_of_the_envelope_is_no_person() -> None:
    parsed = parse_message(b"From: ada@customer.example\nSubject: Re: x\n\nHello.\n")
    assert classify(parsed, envelope_from="").kind == "auto_reply"
    assert classify(parsed, envelope_from="ada@customer.example").kind == "human"
    assert classify(parsed).kind == "human"


def test_an_automatic_answer_with_a_null_sender_is_no_bounce() -> None:
    found = classify_mail(
        "Return-Path: <>\nSubject: Automatic reply: Your cancellation",
        "The person you wrote to does not exist here any more. This mailbox was disabled.",
    )
    assert found.kind == "auto_reply"


def test_quoted_words_are_not_the_writers() -> None:
    text = "Cancel it, please.\n\n> This is an automated response.\n> I am out of the office."
    assert classify_mail("Subject: Your cancellation", text).kind == "human"


def test_mass_mail_is_a_list_and_a_discussion_is_not() -> None:
    bulk = "Precedence: bulk\nList-Unsubscribe: <https://shop.example/u>"
    assert classify_mail(f"Subject: Sale\n{bulk}").kind == "list"
    assert classify_mail(f"Subject: Re: Sale\n{bulk}").kind == "human"
    assert classify_mail(f"Subject: Sale\n{bulk}\nIn-Reply-To: <a@b>").kind == "human"
    assert classify_mail(f"Subject: Sale\n{bulk}\nList-Post: <mailto:a@b>").kind == "human"

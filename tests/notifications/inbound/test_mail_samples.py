"""The real messages of the samples folder, where it is there, as their notes describe them."""

from __future__ import annotations

import pytest

from notifications.inbound.automatic import classify
from notifications.inbound.limits import find_excess
from notifications.inbound.message import ParsedMessage
from notifications.inbound.parse import parse_message
from tests.notifications.inbound.messages import SAMPLES

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples folder is not here")

AUTOMATIC = {
    "auto-exchange-out-of-office": "auto_reply",
    "auto-vacation-rfc3834": "auto_reply",
    "bounce-dsn-failed": "bounce",
    "bounce-no-boundary": "bounce",
    "bounce-qmail-plain": "bounce",
    "report-read-receipt": "receipt",
}
TEXTS = {
    "attached-message-leading-blank": "Hello",
    "attachment-bad-base64": "A text section",
    "attachment-inline-images": "Test of text section",
    "attachment-is-whole-message": "",
    "attachment-raw-8bit-name": "Text part",
    "attachment-rfc2231-name": "",
    "attachment-text-is-not-body": "",
    "broken-missing-final-boundary": "Some body",
    "broken-multipart-no-body": "",
    "charset-two-scripts-qp": "This line is in English\nА эта линия по-русски.",
    "header-raw-8bit-subject": "TEST",
    "reply-no-quote-in-reply-to": "Message body",
}
FILES = {
    "attached-message-leading-blank": ["thanks.eml"],
    "attachment-bad-base64": ["some.doc"],
    "attachment-inline-images": ["favicon.png"],
    "attachment-is-whole-message": ["blah.gz"],
    "attachment-raw-8bit-name": ["管理.doc"],
    "attachment-rfc2231-name": ["かきくけこ" * 5 + ".txt"],
    "attachment-text-is-not-body": ["test.csv"],
    "reply-pgp-signed": ["signature.asc"],
}


def read(name: str) -> ParsedMessage:
    return parse_message((SAMPLES / f"{name}.eml").read_bytes())


def all_names() -> list[str]:
    return sorted(path.stem for path in SAMPLES.glob("*.eml")) if SAMPLES.is_dir() else []


@pytest.mark.parametrize("name", all_names())
def test_machine_and_person_are_told_apart(name: str) -> None:
    assert find_excess((SAMPLES / f"{name}.eml").read_bytes()) is None
    assert classify(read(name)).kind == AUTOMATIC.get(name, "human")


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_the_words_are_the_senders(name: str) -> None:
    assert read(name).text.strip() == TEXTS[name]


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_files_have_their_names(name: str) -> None:
    assert [file.name for file in read(name).attachments] == FILES[name]


def test_charsets_and_raw_headers() -> None:
    assert read("charset-shift-jis-8bit").text.startswith("あいうえお")
    assert read("charset-korean-ks-c-5601").text.strip() == "스티해"
    assert read("header-raw-8bit-subject").subject.startswith("Formação FrenetikPolis")
    assert read("charset-two-scripts-qp").subject.endswith("Как ты поживаешь?")


def test_what_stands_beside_the_words() -> None:
    inline = read("attachment-inline-images").attachments[0]
    assert (inline.inline, inline.content[:4]) == (True, b"\x89PNG")
    assert read("attachment-bad-base64").attachments[0].content == b"<html>\n"
    assert read("attachment-text-is-not-body").attachments[0].content == b"Test;Test\n"
    assert read("reply-pgp-signed").labels == ("signed",)


def test_reports_name_their_mail_and_their_weight() -> None:
    assert classify(read("bounce-dsn-failed")).bounce_class == "soft"
    assert classify(read("bounce-qmail-plain")).bounce_class == "hard"
    assert classify(read("bounce-qmail-plain")).original_message_id is not None
    assert classify(read("report-read-receipt")).original_message_id == (
        "<199509192301.23456@example.org>"
    )

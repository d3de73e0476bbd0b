"""The project's own mail by class, each row with what is right and what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cases.domain.intent import Kind, read_intent
from notifications.inbound.automatic import classify
from notifications.inbound.parse import parse_message
from notifications.inbound.reply_html import extract_reply_html
from notifications.inbound.reply_text import ReplyText, extract_reply
from tests.cases.domain.test_intent import TABLE, YES
from tests.notifications.inbound.messages import (
    read_clients,
    read_expected,
    read_kinds,
    read_pages,
    read_said,
)
from tests.notifications.inbound.reply_samples import read_samples
from tests.notifications.inbound.test_reply_clients import HTML, REPLY


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing to recognise: its class, its name, whether it was, and what was found."""

    kind: str
    name: str
    right: bool
    found: str


def measure_fields() -> list[Row]:
    """Every field of every message of tests/data/mail for which a value is written down."""
    return [row for name, wanted in read_expected().items() for row in _read_fields(name, wanted)]


def _read_fields(name: str, wanted: dict) -> Iterator[Row]:
    said = read_said(name, wanted)
    for key in wanted:
        found = str(said[key]).replace("\n", " / ")
        yield Row(kind=key, name=f"{name}: {key}", right=said[key] == wanted[key], found=found)


def measure_kinds() -> list[Row]:
    """People and machines."""
    rows = []
    for kind, envelope_from, raw in read_kinds():
        parsed = parse_message(raw)
        found = classify(parsed, envelope_from=envelope_from)
        rows.append(
            Row(
                kind=kind,
                name=parsed.subject or "(no subject)",
                right=found.kind == kind,
                found=f"{found.kind}: {found.evidence[0]}",
            )
        )
    return rows


def measure_replies() -> list[Row]:
    """The new text of written replies, to the letter."""
    rows = []
    for kind, extract in (("plain", extract_reply), ("html", extract_reply_html)):
        for sample in read_samples(kind):
            found = extract(sample.mail, subject=sample.subject)
            right = (found.text, found.kept_everything) == (sample.reply, sample.kept_everything)
            rows.append(Row(kind=kind, name=sample.name, right=right, found=sample.shows))
    return rows


def measure_clients() -> list[Row]:
    """One reply above the history of each mail program, to the letter."""
    rows = []
    for name, above, extract in (
        ("reply_clients.txt", REPLY, extract_reply),
        ("reply_clients_html.txt", HTML, extract_reply_html),
    ):
        kind = "html" if "html" in name else "plain"
        for client, below in read_clients(name):
            found: ReplyText = extract(above + below)
            words = "the reply alone" if found.text == REPLY else found.text[len(REPLY) :]
            rows.append(Row(kind=kind, name=client, right=found.text == REPLY, found=words))
    for name, reply, html in read_pages():
        said = extract_reply_html(html).text
        rows.append(
            Row(kind="html", name=name, right=said == reply, found=said.replace("\n", " / "))
        )
    return rows


def measure_intents() -> list[Row]:
    """What each sentence wants; nothing that is no wish may be read as a clear one."""
    rows = []
    for language, phase, meaning, text in TABLE:
        read = read_intent(text, locale=language, phase=phase)
        if meaning == "no":
            right = read.kind not in YES
        elif meaning == "doubt":
            right = not read.is_clear or read.kind is Kind.QUESTION
        else:
            right = read.kind == meaning.rstrip("!") and read.is_clear >= meaning.endswith("!")
        rows.append(
            Row(
                kind=f"{language}, {meaning.rstrip('!')}",
                name=" ".join(text.split()),
                right=right,
                found=f"{phase}: {read.kind} {read.confidence}",
            )
        )
    return rows


MEASURES: dict[str, Callable[[], list[Row]]] = {
    "fields of messages": measure_fields,
    "people and machines": measure_kinds,
    "replies": measure_replies,
    "mail programs": measure_clients,
    "what they want": measure_intents,
}

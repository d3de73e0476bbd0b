"""The pack to read: plain text set on pages. No HTML of a mail is ever rendered (THREATS 36)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer

from cases.queries.evidence.fonts import load_fonts, write_text

INK, MUTED = HexColor("#1b1f24"), HexColor("#59636e")
BODY = ParagraphStyle("body", fontName="Body", fontSize=9, leading=12.5, textColor=INK)
TITLE = ParagraphStyle("title", parent=BODY, fontName="Strong", fontSize=17, leading=22)
HEAD = ParagraphStyle(
    "head", parent=BODY, fontName="Strong", fontSize=11, leading=15, spaceBefore=12, spaceAfter=3
)
QUIET = ParagraphStyle("quiet", parent=BODY, fontSize=7.5, leading=10, textColor=MUTED)
SAID = ParagraphStyle("said", parent=BODY, leftIndent=10, fontSize=10, leading=14)
HASH = ParagraphStyle("hash", parent=QUIET, fontName="Mono", fontSize=6.5, leading=8.5)
MOST_EVENTS = 1500
MOST_LETTERS = 4000  # of one mail's text; the whole is in the JSON


def write_pdf(evidence: dict[str, Any]) -> bytes:
    """Set the evidence on A4. The same evidence gives the same bytes. Instants in their zone."""
    load_fonts()
    out = io.BytesIO()
    number = evidence["case"]["number"]
    document = SimpleDocTemplate(
        out, pagesize=A4, invariant=1, title=f"Evidence of case {number}", author="Lastcall",
        leftMargin=18 * mm, rightMargin=18 * mm, topMargin=16 * mm, bottomMargin=18 * mm,
    )  # fmt: skip

    def number_page(canvas: Any, _document: Any) -> None:
        canvas.setFont("Body", 7.5)
        canvas.setFillColor(MUTED)
        canvas.drawString(18 * mm, 10 * mm, f"Case {number}")
        canvas.drawRightString(A4[0] - 18 * mm, 10 * mm, f"Page {canvas.getPageNumber()}")

    document.build(list(set_parts(evidence)), onFirstPage=number_page, onLaterPages=number_page)
    return out.getvalue()


def set_parts(evidence: dict[str, Any]) -> Iterator[Flowable]:
    zone = ZoneInfo(evidence["case"]["timezone"])
    yield from set_case(evidence["case"], zone)
    yield from set_caller(evidence["verified"], evidence["consent"], zone)
    yield from set_promises(evidence["promises"], zone)
    yield from set_services(evidence["services"])
    yield from set_sent(evidence["sent"], zone)
    yield from set_received(evidence["received"], zone)
    yield from set_events(evidence["events"], evidence["history"], zone)


def line(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph(write_text(text), style)


def fact(label: str, value: Any) -> Paragraph:
    said = write_text("–" if value in (None, "", []) else str(value))
    return Paragraph(f'<font color="#59636e">{write_text(label)}:</font> {said}', BODY)


def say_instant(text: str | None, zone: ZoneInfo) -> str:
    if not text:
        return "–"
    return f"{datetime.fromisoformat(text).astimezone(zone):%a %d %b %Y %H:%M:%S %Z}"


def set_case(case: dict[str, Any], zone: ZoneInfo) -> Iterator[Flowable]:
    yield line(f"Evidence of case {case['number']}", TITLE)
    yield line(f"{case['brand']} · times are those of {case['timezone']}", QUIET)
    yield Spacer(1, 6)
    yield fact("Customer", f"{case['customer']}, account {case['account_number']}")
    yield fact("State", case["state"])
    yield fact("Came in by", f"{case['channel']}, {say_instant(case['received_at'], zone)}")
    yield fact("Opened by", case["opened_by"] or "the customer")
    yield fact("Scope", "the whole account" if case["whole_account"] else "some services")
    yield fact("Reason", case["reason"])
    yield fact("Wished date", case["wished_on"])
    yield fact("Promised date", case["effective_on"])


def set_caller(
    verified: dict[str, Any], consent: dict[str, Any], zone: ZoneInfo
) -> Iterator[Flowable]:
    yield line("Who asked, and how we knew", HEAD)
    yield fact("Caller", ", ".join(filter(None, [verified["caller"], verified["caller_phone"]])))
    yield fact("Contact on file", verified["contact"])
    yield fact("Address", verified["address"])
    yield fact("May cancel", {True: "yes", False: "no"}.get(verified["may_cancel"]))
    yield fact("Verified by", ", ".join(verified["checks"]))
    yield fact("Verified at", say_instant(verified["verified_at"], zone))
    yield fact("Trust level", verified["level"])
    yield line("What was read out, and agreed to", HEAD)
    for sentence in consent["said"] or ["Nothing was read out on the phone."]:
        yield line(sentence, SAID)
    yield fact("Read out at", say_instant(consent["read_out_at"], zone))
    yield fact("Agreed at", say_instant(consent["agreed_at"], zone))


def set_promises(promises: Sequence[dict[str, Any]], zone: ZoneInfo) -> Iterator[Flowable]:
    yield line("What was promised", HEAD)
    for made in promises:
        fee = f"fee {made['fee']} {made['currency']}" if made["fee"] else "no fee"
        bill = f", last bill {made['last_bill']} {made['currency']}" if made["last_bill"] else ""
        state = "superseded " + say_instant(made["superseded_at"], zone)
        yield line(
            f"{made['number']}. Services end on {made['effective_on']} ({made['timezone']}), "
            f"{fee}{bill}; {made['reason']}. Made {say_instant(made['made_at'], zone)}, "
            f"{state if made['superseded_at'] else 'in force'}."
        )
    if not promises:
        yield line("No date was promised.")


def set_services(services: Sequence[dict[str, Any]]) -> Iterator[Flowable]:
    yield line("Services in scope", HEAD)
    for row in services:
        name = " ".join(filter(None, [row["label"], row["identifier"]]))
        kept = f", number: {row['disposition']}" if row["disposition"] else ""
        yield line(f"{row['kind']} {name}: {row['outcome']}{kept}")


def set_sent(sent: Sequence[dict[str, Any]], zone: ZoneInfo) -> Iterator[Flowable]:
    yield line("What we sent, and what became of it", HEAD)
    for mail in sent:
        yield line(f"“{mail['subject']}” to {mail['to']}")
        yield line(
            f"queued {say_instant(mail['queued_at'], zone)} · {mail['status']}"
            f" {say_instant(mail['accepted_at'], zone)} {mail['response']}"
            f" · delivery: {mail['delivery'] or 'no news'}"
            f" {say_instant(mail['delivery_at'], zone)}",
            QUIET,
        )
        yield line(mail["message_id"], HASH)
        yield line(mail["text"][:MOST_LETTERS], QUIET)
        yield HRFlowable(width="100%", thickness=0.3, color=MUTED, spaceBefore=3, spaceAfter=4)
    if not sent:
        yield line("Nothing was sent.")


def set_received(received: Sequence[dict[str, Any]], zone: ZoneInfo) -> Iterator[Flowable]:
    yield line("What came in", HEAD)
    for mail in received:
        yield line(f"“{mail['subject']}” from {mail['from']}, {mail['kind']}")
        yield line(
            f"received {say_instant(mail['received_at'], zone)} · authenticity: "
            f"{mail['authenticity']} · {mail['disposition']} · {mail['file']}",
            QUIET,
        )
        yield line(f"sha256 {mail['sha256']}", HASH)
        yield line(mail["text"][:MOST_LETTERS], QUIET)
    if not received:
        yield line("Nothing came in by mail.")


def set_events(
    events: Sequence[dict[str, Any]], history: dict[str, Any], zone: ZoneInfo
) -> Iterator[Flowable]:
    yield line("What happened", HEAD)
    whole = "The chain is whole" if history["whole"] else "THE CHAIN IS BROKEN"
    yield line(f"{whole}: {history['events']} events, each hash covers the one before it.", QUIET)
    for event in events[:MOST_EVENTS]:
        yield line(
            f"{event['sequence']}. {say_instant(event['at'], zone)} · {event['by']}: "
            f"{event['summary']}"
        )
        yield line(event["hash"], HASH)
    if len(events) > MOST_EVENTS:
        yield line(f"{len(events) - MOST_EVENTS} more events are in evidence.json.")

"""A folder of raw messages of which nobody has written down what is right: what was recognised."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from notifications.inbound.parse import ParsedMessage, parse_message
from notifications.inbound.reply_html import html_to_text
from notifications.inbound.understanding import TooMuch, understand
from tests.hostile.storable import assert_storable

_AUTHSERV_ID = "mx.lastcall.example"


def print_raw_messages(folder: Path) -> int:
    """Print one line per message and totals; returns how many were not parsed or not storable."""
    paths = sorted(folder.glob("**/*.eml"))
    print(f"\nraw messages: {len(paths)}")
    print(f"  {'file':<42}{'kind':<12}{'from':<7}{'history':<9}{'files':>5} {'ms':>6}  text")
    totals: Counter[str] = Counter()
    for path in paths:
        totals.update(_print_message(path))
    print("  " + ", ".join(f"{count} {name}" for name, count in sorted(totals.items())))
    return totals["NOT STORABLE"]


def _print_message(path: Path) -> list[str]:
    """Print a message's line; returns the totals that it counts for."""
    raw = path.read_bytes()
    parsed = parse_message(raw)
    try:
        assert_storable(parsed)
    except AssertionError:
        print(f"  {path.name:<42}NOT STORABLE")
        return ["NOT STORABLE"]
    began = time.process_time()
    try:
        found = understand(raw, envelope_from=read_envelope(parsed), authserv_id=_AUTHSERV_ID)
    except TooMuch as excess:
        print(f"  {path.name:<42}held back: {excess}")
        return ["storable", "held back"]
    spent = 1000 * (time.process_time() - began)
    source = "plain" if parsed.text.strip() else "html" if parsed.html.strip() else "-"
    whole = (parsed.text if source == "plain" else html_to_text(parsed.html)).split()
    history = "kept" if found.keeps_history else "cut" if found.reply_text.split() != whole else "-"
    text = " / ".join(found.reply_text.split("\n"))[:60]
    print(
        f"  {path.name:<42}{found.classification.kind:<12}{source:<7}{history:<9}"
        f"{len(parsed.attachments):>5} {spent:>6.1f}  {text}"
    )
    return ["storable", found.classification.kind, *(["problem"] if found.problem else [])]


def read_envelope(parsed: ParsedMessage) -> str:
    """The envelope's sender, as the Return-Path says; without one, it is taken for the author's."""
    for name, value in parsed.headers:
        if name.lower() == "return-path":
            return value.strip().strip("<>").strip()
    return parsed.from_email or "unknown@example.com"

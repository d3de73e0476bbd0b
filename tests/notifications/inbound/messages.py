"""The project's own mail messages and what must be read from them."""

from __future__ import annotations

import base64
import re
import tomllib
from pathlib import Path
from typing import Any

from notifications.inbound.automatic import classify
from notifications.inbound.parse import parse_message

TABLES = Path(__file__).parent
FOLDER = Path(__file__).resolve().parents[2] / "data" / "mail"
SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "mail-samples"


def read_expected() -> dict[str, dict[str, Any]]:
    """Return what each message says, by its name."""
    with (FOLDER / "expected.toml").open("rb") as file:
        return tomllib.load(file)


def read_message(name: str) -> bytes:
    """Return a message's raw bytes."""
    return (FOLDER / f"{name}.eml").read_bytes()


def read_said(name: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what was read of a message, in the terms of `wanted`."""
    parsed = parse_message(read_message(name))
    found = classify(parsed)
    said: dict[str, Any] = {
        "subject": parsed.subject,
        "from_name": parsed.from_name,
        "from_email": parsed.from_email,
        "text": parsed.text.strip("\n"),
        "html": parsed.html.strip("\n"),
        "files": {
            file.name: base64.b64encode(file.content).decode() for file in parsed.attachments
        },
        "names": [file.name for file in parsed.attachments],
        "inline": [file.name for file in parsed.attachments if file.inline],
        "labels": list(parsed.labels),
        "kind": found.kind,
        "about": found.original_message_id,
        "bounce_class": found.bounce_class,
        "html_part": wanted.get("html_part") if wanted.get("html_part", "") in parsed.html else "",
    }
    return {key: said[key] for key in wanted}


def read_kinds() -> list[tuple[str, str | None, bytes]]:
    """The table of kinds.txt: kind, envelope sender ("" is null, None unknown), raw message."""
    rows = []
    for line in (TABLES / "kinds.txt").read_text("utf-8").splitlines():
        if not line or line[0] in "#[":
            continue
        kind, envelope, headers, text = (part.strip() for part in f"{line} ".split("|", 3))
        raw = headers.replace(" ~ ", "\r\n") + "\r\n\r\n" + text.replace("\\n", "\r\n")
        envelope_from = {"-": None, "<>": ""}.get(envelope, envelope)
        rows.append((kind, envelope_from, raw.encode()))
    return rows


def read_clients(name: str) -> list[tuple[str, str]]:
    """A table of reply_clients*.txt: mail program, and everything below the reply."""
    rows = (TABLES / name).read_text("utf-8").splitlines()
    pairs = (row.split(" | ", 1) for row in rows if not row.startswith("#"))
    return [(client, _unescape(text)) for client, text in pairs]


def read_pages() -> list[tuple[str, str, str]]:
    """The table of reply_pages.txt: name, the reply's text, the whole HTML."""
    rows = (TABLES / "reply_pages.txt").read_text("utf-8").splitlines()
    parts = (row.split(" | ", 2) for row in rows if not row.startswith("#"))
    return [(name, _unescape(text), _unescape(html)) for name, text, html in parts]


def _unescape(text: str) -> str:
    text = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match.group(1), 16)), text)
    return text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t")

"""A person's mail told from a machine's, over a table of both (MAIL.md 5, 6; THREATS 19, 20)."""

from pathlib import Path

import pytest

from notifications.inbound.automatic import classify
from notifications.inbound.parse import parse_message

pytestmark = pytest.mark.threat(19)


def read_table():
    rows = []
    for line in (Path(__file__).parent / "kinds.txt").read_text("utf-8").splitlines():
        if not line or line[0] in "#[":
            continue
        kind, envelope, headers, text = (part.strip() for part in f"{line} ".split("|", 3))
        raw = headers.replace(" ~ ", "\r\n") + "\r\n\r\n" + text.replace("\\n", "\r\n")
        rows.append((kind, {"-": None, "<>": ""}.get(envelope, envelope), raw))
    return rows


@pytest.mark.parametrize(("kind", "envelope_from", "raw"), read_table())
def test_kind(kind, envelope_from, raw):
    found = classify(parse_message(raw.encode()), envelope_from=envelope_from)
    assert found.kind == kind, found.evidence
    assert found.evidence


def test_machines_keep_their_mark_when_a_person_is_expected():
    """The mark of a machine outweighs `Re:`; a person's words outweigh a shared list's header."""
    for mark in ("Auto-Submitted: auto-replied", "X-Autoreply: yes", "Precedence: auto_reply"):
        raw = f"From: ann@acme.example\r\nSubject: Re: 4831\r\n{mark}\r\n\r\nYes, restore it."
        assert classify(parse_message(raw.encode())).kind == "auto_reply"

"""A person's mail told from a machine's, over a table of both (MAIL.md 5, 6; THREATS 19, 20)."""

import pytest

from notifications.inbound.automatic import classify
from notifications.inbound.parse import parse_message
from tests.notifications.inbound.messages import read_kinds
from tests.rows import each

pytestmark = pytest.mark.threat(19)


@each("kind, envelope_from, raw", read_kinds())
def test_kind(kind, envelope_from, raw):
    found = classify(parse_message(raw), envelope_from=envelope_from)
    assert found.kind == kind, found.evidence
    assert found.evidence


def test_machines_keep_their_mark_when_a_person_is_expected():
    """The mark of a machine outweighs `Re:`; a person's words outweigh a shared list's header."""
    for mark in ("Auto-Submitted: auto-replied", "X-Autoreply: yes", "Precedence: auto_reply"):
        raw = f"From: ann@acme.example\r\nSubject: Re: 4831\r\n{mark}\r\n\r\nYes, restore it."
        assert classify(parse_message(raw.encode())).kind == "auto_reply"

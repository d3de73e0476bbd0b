"""Every message of tests/data/mail is read as its line in expected.toml says."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from notifications.inbound.automatic import classify
from notifications.inbound.limits import find_excess
from notifications.inbound.parse import parse_message
from tests.notifications.inbound.messages import FOLDER, read_expected, read_message

EXPECTED = read_expected()


def read_said(name: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what was read, in the terms of `wanted`."""
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


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_message_is_read_as_expected(name: str) -> None:
    wanted = EXPECTED[name]
    assert find_excess(read_message(name)) is None
    assert read_said(name, wanted) == wanted


def test_every_message_has_its_expectation() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(name for name in EXPECTED if "kind" in EXPECTED[name]))
def test_every_verdict_names_its_evidence(name: str) -> None:
    assert all(classify(parse_message(read_message(name))).evidence)

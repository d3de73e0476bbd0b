"""Every message of tests/data/mail is read as its line in expected.toml says."""

from __future__ import annotations

from notifications.inbound.automatic import classify
from notifications.inbound.limits import find_excess
from notifications.inbound.parse import parse_message
from tests.notifications.inbound.messages import FOLDER, read_expected, read_message, read_said
from tests.rows import each

EXPECTED = read_expected()


@each("name", sorted(EXPECTED))
def test_a_message_is_read_as_expected(name: str) -> None:
    wanted = EXPECTED[name]
    assert find_excess(read_message(name)) is None
    assert read_said(name, wanted) == wanted


def test_every_message_has_its_expectation() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(EXPECTED)


@each("name", sorted(name for name in EXPECTED if "kind" in EXPECTED[name]))
def test_every_verdict_names_its_evidence(name: str) -> None:
    assert all(classify(parse_message(read_message(name))).evidence)

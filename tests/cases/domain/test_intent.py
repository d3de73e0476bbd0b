"""What an email means: tables per language, and what no wording may ever do."""

import re
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain.intent import CLEAR, Intent, Kind, read_intent
from tests.cases.domain.strategies import CALM
from tests.rows import each

LANGUAGES = {"english": "en", "german": "de", "french": "fr", "spanish": "es"}
YES = (Kind.RESTORE, Kind.WITHDRAW)


def read_table() -> list[tuple[str, str, str, str]]:
    """Language, phase, meaning and text of every line of `sentences.txt`."""
    rows, language = [], ""
    for line in (Path(__file__).parent / "sentences.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            language = LANGUAGES[line.strip("[]")]
        elif line and not line.startswith("#"):
            phase, meaning, text = (part.strip() for part in line.split("|", 2))
            text = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m.group(1), 16)), text)
            rows.append((language, phase, meaning, text.replace("\\n", "\n")))
    return rows


TABLE = read_table()


def check_quotes(read: Intent, text: str) -> None:
    for evidence in read.evidence:
        assert evidence.quote == text[evidence.start : evidence.end]
        assert evidence.quote.strip()
        assert len(evidence.quote) <= 320


def test_each_language_has_sixty_sentences():
    for code in LANGUAGES.values():
        assert len([row for row in TABLE if row[0] == code]) >= 60


@pytest.mark.rule("R22")
@pytest.mark.rule("R23")
@each("language, phase, meaning, text", TABLE)
def test_sentence(language, phase, meaning, text):
    read = read_intent(text, locale=language, phase=phase)
    check_quotes(read, text)
    if meaning == "no":
        assert read.kind not in YES
    elif meaning == "doubt":
        assert not read.is_clear or read.kind is Kind.QUESTION
    else:
        assert read.kind == meaning.rstrip("!")
        assert read.is_clear or not meaning.endswith("!")


@pytest.mark.rule("R22")
@each(
    "language, phase, meaning, text",
    [row for row in TABLE if row[2].endswith("!") and len(row[3]) > 20],
)
def test_locale_only_breaks_ties(language, phase, meaning, text):
    """An English customer who writes German is read as German."""
    wrong = {"en": "fr", "de": "es", "fr": "de", "es": "en"}[language]
    read = read_intent(text, locale=wrong, phase=phase)
    assert read.kind == meaning.rstrip("!")


def test_another_language_than_expected_is_understood_but_not_acted_on():
    read = read_intent("Wiederherstellen!", locale="en", phase="grace")
    assert (read.kind, read.is_clear) == (Kind.RESTORE, False)


def test_phase_decides_what_a_return_is_called():
    kinds = {
        phase: read_intent("Please undo the cancellation.", phase=phase).kind
        for phase in ("before", "questions", "grace", "after")
    }
    assert kinds == {
        "before": Kind.WITHDRAW,
        "questions": Kind.WITHDRAW,
        "grace": Kind.RESTORE,
        "after": Kind.RESTORE,
    }
    with pytest.raises(KeyError):
        read_intent("Hello", phase="never")


@pytest.mark.rule("R23")
def test_evidence_is_the_sentence_that_decided():
    text = "Hi, our new provider fell through. Please restore our lines, all of them. Bye"
    read = read_intent(text, phase="grace")
    assert [e.quote for e in read.evidence] == ["Please restore our lines, all of them."]
    assert (read.kind, read.language) == (Kind.RESTORE, "en")


REQUESTS = {
    "en": "Please restore our service",
    "de": "Bitte stellen Sie unsere Dienste wieder her",
    "fr": "Veuillez rétablir nos services",
    "es": "Por favor restauren nuestros servicios",
}


@pytest.mark.rule("R23")
@pytest.mark.threat(31)
@each("language, request_", REQUESTS.items())
@each(
    "frame",
    [
        "{}?",
        "“{}.”",
        "„{}.“",
        "«{}.»",
        '"{}."',
        "> {}.",
        "| {}.",
        "If it is free, {}.",
        "Wenn es nichts kostet, {}.",
        "Si c'est gratuit, {}.",
        "Siempre que sea gratis, {}.",
        "Not true: {}.",
        "On Monday, Acme wrote:\n{}.",
        "Am Montag schrieb Acme:\n{}.",
        "-----Original Message-----\n{}.",
        "From: Acme <a@acme.example.com>\n{}.",
        "You said “{}”, and we wonder why.",
    ],
)
def test_a_request_in_a_frame_is_not_a_request(language, request_, frame):
    read = read_intent(frame.format(request_), locale=language, phase="grace")
    assert not (read.kind is Kind.RESTORE and read.is_clear)


NOISE = st.text(
    st.sampled_from("abc ,.!?>\n\"'“”«»-:;()0123456789 not nicht ne pas no éß\u200b"), max_size=200
)


@pytest.mark.threat(30)
@CALM
@given(NOISE, st.sampled_from(["before", "questions", "grace", "after"]))
def test_any_text_is_read_without_error(text, phase):
    read = read_intent(text, phase=phase)
    check_quotes(read, text)
    assert 0 <= read.confidence <= 1
    assert read.language in LANGUAGES.values()


@CALM
@given(st.sampled_from([row for row in TABLE if row[2] == "no" and "?" not in row[3]]), NOISE)
def test_nothing_before_a_no_makes_it_a_clear_yes(row, noise):
    language, phase, _, text = row
    if any(mark in noise for mark in "“«»") or noise.count('"') % 2 or "'" in noise:
        return
    read = read_intent(f"{noise}\n\n{text}", locale=language, phase=phase)
    assert not (read.kind in YES and read.confidence >= CLEAR)


@pytest.mark.threat(30)
@pytest.mark.parametrize(
    "unit",
    [
        "a",
        " ",
        "\n",
        "\n \n",
        ".",
        ",",
        "?!",
        "“",
        "„",
        '"',
        "'",
        "' a",
        "(",
        ">",
        "-",
        "--\n",
        "_",
        "please restore ",
        "do not ",
        "if ",
        "want to come ",
        "stellen ",
        "ne n' pas ",
        "si ",
        "On wrote ",
        "On Monday wrote:\n",
        "From: a@b\n",
        "No. ",
        "thanks ",
        "restore, ",
        "é",
        "\u200b",
        "ﬃ",
        "keep keep line ",
    ],
)
def test_a_megabyte_is_read_within_a_second(unit):
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    read = read_intent(text, phase="grace")
    assert time.process_time() - started < 1
    assert not read.is_clear or read.kind is Kind.QUESTION


@pytest.mark.rule("R22")
@pytest.mark.parametrize(
    ("text", "wished_on"),
    [
        ("Please move the date to 31 March 2027.", date(2027, 3, 31)),
        ("Please postpone the cancellation. We need until 15 January.", date(2027, 1, 15)),
        ("Bitte verschieben Sie die Kündigung auf Ende März.", date(2027, 3, 31)),
        ("Veuillez reporter la résiliation au 31 mars 2027.", date(2027, 3, 31)),
        ("Por favor, aplacen la baja hasta el 31 de marzo.", date(2027, 3, 31)),
        ("Please postpone.", None),
        ("Please postpone to 31 March or 30 April.", None),
        ("Please postpone to next Friday.", None),
        ("Please postpone.\n\n> Your services end on 22 December 2026.", None),
    ],
)
def test_the_day_that_a_wish_for_another_date_names(text, wished_on):
    read = read_intent(text, today=date(2026, 11, 18))
    assert (read.kind, read.wished_on) == (Kind.RESCHEDULE, wished_on)


def test_only_a_wish_for_another_date_has_a_day():
    for text in ("Please undo the cancellation of 31 March.", "Thanks, 31 March is fine."):
        assert read_intent(text, today=date(2026, 11, 18)).wished_on is None


@pytest.mark.rule("R23")
def test_only_names_that_are_known_leave_a_wish_plain():
    for text in ("Please restore the lines of the South House.", "Restore all of Kestrel & Sons."):
        assert not read_intent(text, phase="grace").is_clear
        assert read_intent(text, phase="grace", names=["Kestrel & Sons", "South House"]).is_clear
    other = "Please restore the lines of the North House."
    assert not read_intent(other, phase="grace", names=["South House"]).is_clear

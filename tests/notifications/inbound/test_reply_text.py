"""The new text of plain replies: samples, languages, and prose that must stay whole."""

from __future__ import annotations

import pytest

from notifications.inbound.reply_text import ReplyText, extract_reply
from tests.rows import each

from .reply_languages import (
    ATTRIBUTIONS,
    FORWARD_BANNERS,
    HEADER_BLOCKS,
    HISTORY_BANNERS,
    SENT_FROM,
)
from .reply_samples import ReplySample, read_samples

SAMPLES = read_samples("plain")


@each("sample", SAMPLES)
def test_sample(sample: ReplySample) -> None:
    found = extract_reply(sample.mail, subject=sample.subject)

    assert found.text == sample.reply
    assert found.kept_everything is sample.kept_everything


@each("sample", SAMPLES)
def test_every_line_is_either_kept_or_quoted(sample: ReplySample) -> None:
    found = extract_reply(sample.mail, subject=sample.subject)

    words = sorted(sample.mail.split())
    assert sorted((found.text + "\n" + found.quoted).split()) == words


@each("attribution", ATTRIBUTIONS.values())
@each("history", ["> Which numbers?", "Which numbers?\nAcme"])
@each("gap", ["\n\n", "\n"])
def test_attribution_is_known(attribution: str, history: str, gap: str) -> None:
    found = extract_reply(f"All of them.\n\nDana{gap}{attribution}{gap}{history}\n")

    assert found.text == "All of them.\n\nDana"
    assert found.quoted.startswith(attribution)


@each("attribution", ATTRIBUTIONS.values())
def test_attribution_is_known_when_wrapped_before_the_address(attribution: str) -> None:
    wrapped = attribution.replace(" <desk@", "\n<desk@")
    found = extract_reply(f"All of them.\n\n{wrapped}\n\n> Which numbers?\n")

    assert found.text == "All of them."


@each("attribution", ATTRIBUTIONS.values())
def test_bottom_reply_is_kept_in_every_language(attribution: str) -> None:
    found = extract_reply(f"{attribution}\n> Which numbers?\n\nAll of them.\n")

    assert found.text == "All of them."


@each("keys", HEADER_BLOCKS.values())
@each("mark", ["", "*"])
def test_header_block_is_known(keys: tuple[str, ...], mark: str) -> None:
    values = (
        "Acme <desk@example.com>",
        "2026-03-03 09:14",
        "Dana Morgan <dana@example.com>",
        "Your cancellation",
    )
    block = "\n".join(f"{mark}{k}:{mark} {v}" for k, v in zip(keys, values, strict=True))
    found = extract_reply(f"All of them.\n\nDana\n\n{block}\n\nDear Ms Morgan,\n", subject="Re: x")

    assert found.text == "All of them.\n\nDana"
    assert not found.kept_everything


@each("words", HISTORY_BANNERS)
@each("dashes", ["-----", "-------- "])
def test_history_banner_is_known(words: str, dashes: str) -> None:
    found = extract_reply(f"Yes.\n\n{dashes}{words}{dashes[::-1]}\n\nAll of them?\n")

    assert found.text == "Yes."


@each("banner", FORWARD_BANNERS)
def test_forward_keeps_its_content(banner: str) -> None:
    mail = (
        f"Please see below.\n\n{banner}\n\nFrom: Lee <lee@example.com>\nSubject: fax\n\nCancel it."
    )
    found = extract_reply(mail)

    assert found == ReplyText(text=mail, quoted="", kept_everything=True)


@each("line", SENT_FROM)
def test_sent_from_is_cut(line: str) -> None:
    assert extract_reply(f"Yes, all of them.\n\n{line}\n").text == "Yes, all of them."


@pytest.mark.parametrize(
    "prose",
    [
        "On the other hand we keep it.",
        "On Monday I phoned and your colleague said it is fine",
        "On 3 March I wrote:\nplease cancel everything.",
        "Am Montag schrieb mir Ihr Kollege etwas anderes.",
        "Le paragraphe 3 de 2026 pose problème:\nvoir ci-dessous",
        "Il 3 marzo va bene: grazie",
        "At 10:00 we are closed: come at 11:00",
        "Op 3 maart is prima:\ngraag alles stoppen",
        "From: the beginning of March",
        "To: be honest, no",
        "Date: 31.03.2026\nNumber: 0100",
        "A: yes\nB: no\nC: 31 March",
        "Sent from our warehouse on Friday, tracking 1234",
        "Get rid of Outlook for Android please",
        "She wrote to desk@example.com and said:\nplease cancel.",
        "| Number | Ends |\n|--------|------|\n| 0100 | 31 March |",
        "1. yes\n2. no\n3. 31.03.2026 10:00, room 3",
        "Price > 100 and < 200",
        "*** Important ***\nPlease cancel 0100.",
        "Subject: to change\nwe say yes",
        "-1 is the extension\n-2 is the fax",
        "Regarding 2026/03/03 we agree",
        "Cc: is empty, why?",
        "As discussed on 3 May 2026 at 10:00 with Ann <ann@example.com>:\n- cancel 0100",
        "Reason: other\nDate: 31.03.2026\nFrom: 0100\nTo: 0105",
        "We sent it via the portal, as you wrote\nand so please cancel",
        "On 3 May I mailed ann@example.com and she wrote\nthat we should cancel",
        "On Monday 3 May I mailed ann@example.com, and she wrote:\nyes, cancel",
    ],
)
def test_prose_stays_whole(prose: str) -> None:
    assert extract_reply(prose) == ReplyText(text=prose, quoted="", kept_everything=False)


def test_strange_characters_survive() -> None:
    assert extract_reply("Yes\x00 \ud83d\n\n> q\n").text == "Yes\x00 \ud83d"


@pytest.mark.parametrize("nothing", ["", "\n", " \n\t\n", "\u200b\n"])
def test_nothing_stays_nothing(nothing: str) -> None:
    assert not extract_reply(nothing).text.strip("\u200b \t\n")


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Re: fax", False),
        ("AW: fax", False),
        ("[acme] RE: fax", False),
        ("Fwd: fax", True),
        ("fax", True),
    ],
)
def test_subject_tells_a_reply_from_a_forward(subject: str, kept: bool) -> None:
    mail = "See below.\n\n-----Original Message-----\nFrom: Lee <lee@example.com>\n\nCancel it."
    found = extract_reply(mail, subject=subject)

    assert found.kept_everything is kept
    assert found.text == (mail if kept else "See below.")


def test_quoted_consent_is_no_consent() -> None:
    """THREATS 31: what we asked, quoted back, is not what the customer said."""
    found = extract_reply(
        "No.\n\nOn 3 Mar 2026 Acme <desk@example.com> wrote:\n\n> Yes, please cancel everything.\n"
    )

    assert found.text == "No."

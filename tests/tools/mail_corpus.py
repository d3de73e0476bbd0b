"""Print what the desk recognises in sample mails: `python -m tests.tools.mail_corpus`.

Two tables. The first goes over this project's own replies in `tests/data/replies`, whose new text
is known: a row says whether it was found exactly. The second goes over a folder of raw messages, if
there is one (`MAIL_SAMPLES=folder`, or `mail-samples` in a folder `shared` beside the repository):
a row says what kind of mail it was taken for, where the text came from and how it begins.

Exits with 1 when one of the project's own replies is not found exactly.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from notifications.inbound.automatic import classify
from notifications.inbound.parse import ParsedMessage, parse_message
from notifications.inbound.reply_html import extract_reply_html
from notifications.inbound.reply_text import ReplyText, extract_reply
from tests.notifications.inbound.reply_samples import ReplySample, read_samples

REPOSITORY = Path(__file__).parents[2]
_EXTRACT = {"plain": extract_reply, "html": extract_reply_html}


def print_own_replies() -> int:
    """Print the first table; returns how many replies were not found exactly."""
    missed = 0
    for kind, extract in _EXTRACT.items():
        samples = read_samples(kind)
        found = [
            is_found(sample, extract(sample.mail, subject=sample.subject)) for sample in samples
        ]
        print(f"\n{kind}: {sum(found)} of {len(samples)} replies found exactly")
        for sample, exact in zip(samples, found, strict=True):
            print(f"  {'ok' if exact else 'MISSED':<7}{sample.name:<36}{sample.shows}")
        missed += found.count(False)
    return missed


def is_found(sample: ReplySample, found: ReplyText) -> bool:
    """True when the new text was found to the letter, and a kept history was owned up to."""
    return found.text == sample.reply and found.kept_everything is sample.kept_everything


def print_raw_messages(folder: Path) -> None:
    """Print the second table."""
    paths = sorted(folder.glob("*.eml"))
    print(f"\nraw messages: {len(paths)}")
    print(f"  {'file':<42}{'kind':<12}{'from':<7}{'history':<9}text")
    for path in paths:
        parsed = parse_message(path.read_bytes())
        kind = classify(parsed, envelope_from=read_envelope_from(parsed)).kind
        source = "plain" if parsed.text.strip() else "html" if parsed.html.strip() else "-"
        body = parsed.html if source == "html" else parsed.text
        found = _EXTRACT.get(source, extract_reply)(body, subject=parsed.subject)
        history = "kept" if found.kept_everything else "cut" if found.quoted else "-"
        text = " / ".join(found.text.split("\n"))[:60]
        print(f"  {path.name:<42}{kind:<12}{source:<7}{history:<9}{text}")


def read_envelope_from(parsed: ParsedMessage) -> str:
    """The envelope's sender, as the Return-Path says; without one, it is taken for the author's."""
    for name, value in parsed.headers:
        if name.lower() == "return-path":
            return value.strip().strip("<>").strip()
    return parsed.from_email or "unknown@example.com"


def find_raw_messages() -> Path | None:
    """The folder of raw messages, if there is one."""
    named = os.environ.get("MAIL_SAMPLES", "")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "mail-samples"
    return folder if folder.is_dir() else None


def main() -> int:
    """Print both tables."""
    missed = print_own_replies()
    folder = find_raw_messages()
    if folder is not None:
        print_raw_messages(folder)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

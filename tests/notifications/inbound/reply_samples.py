"""Read this project's own sample replies: `tests/data/replies/{plain,html}/*.txt`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "data" / "replies"
_MAIL = "--------8<-------- mail\n"
_REPLY = "--------8<-------- reply\n"


@dataclass(frozen=True, kw_only=True)
class ReplySample:
    """One written mail and the text that its author wrote in it."""

    name: str
    shows: str
    subject: str
    kept_everything: bool
    mail: str
    reply: str


def read_samples(kind: str) -> list[ReplySample]:
    """The samples of one kind, "plain" or "html", by name."""
    return [_read_sample(path) for path in sorted((FOLDER / kind).glob("*.txt"))]


def _read_sample(path: Path) -> ReplySample:
    with path.open(encoding="utf-8", newline="") as file:  # line ends are part of the sample
        head, rest = file.read().split(_MAIL)
    mail, reply = rest.split(_REPLY)
    fields = dict(line.split(": ", 1) for line in head.strip().split("\n"))
    return ReplySample(
        name=path.stem,
        shows=fields["shows"],
        subject=fields["subject"],
        kept_everything=fields["kept_everything"] == "yes",
        mail=mail,
        reply=reply.removesuffix("\n"),
    )

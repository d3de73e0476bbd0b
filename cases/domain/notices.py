"""What a member of staff is told about: the kinds, and how each one is told where nobody chose."""

from __future__ import annotations

from enum import StrEnum


class Notice(StrEnum):
    """The values are stored; the labels stand on the preferences page."""

    ASSIGNED = "assigned"
    REPLY = "reply"
    MENTIONED = "mentioned"
    TODO = "todo"
    DUE = "due"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return LABEL[self]


class How(StrEnum):
    """Where a kind of news is told: nowhere, in the page, or there and in the daily mail."""

    OFF = "off"
    PAGE = "page"
    EMAIL = "email"


LABEL: dict[Notice, str] = {
    Notice.ASSIGNED: "A case was given to me",
    Notice.REPLY: "A customer wrote on my case",
    Notice.MENTIONED: "A colleague mentioned me",
    Notice.TODO: "My case needs a decision",
    Notice.DUE: "A promised date of my case is near",
    Notice.FAILED: "A service of my case could not be cancelled",
}
DEFAULT: dict[Notice, How] = {
    Notice.ASSIGNED: How.EMAIL,
    Notice.REPLY: How.PAGE,
    Notice.MENTIONED: How.EMAIL,
    Notice.TODO: How.PAGE,
    Notice.DUE: How.PAGE,
    Notice.FAILED: How.PAGE,
}
DIGEST_HOUR = 8


def read_choice(chosen: dict[str, str], kind: Notice) -> How:
    """How this person hears of this kind: what they chose, else the default."""
    value = chosen.get(kind, "")
    return How(value) if value in set(How) else DEFAULT[kind]

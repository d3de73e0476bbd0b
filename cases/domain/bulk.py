"""What can be done to several cases at once: only what is harmless or can be taken back."""

from __future__ import annotations

from enum import StrEnum

UNDO_S = 60  # so long a bulk deed can be taken back; its mails leave afterwards


class BulkDeed(StrEnum):
    ASSIGN = "assign"
    RELEASE = "release"
    REMIND = "remind"
    NOTE = "note"


# The deed of accounts.roles that each one needs.
NEEDS = {
    BulkDeed.ASSIGN: "case.assign",
    BulkDeed.RELEASE: "case.assign",
    BulkDeed.REMIND: "case.ask",
    BulkDeed.NOTE: "case.note",
}
TITLE = {
    BulkDeed.ASSIGN: "Give these cases to somebody",
    BulkDeed.RELEASE: "Release these cases: nobody owns them",
    BulkDeed.REMIND: "Remind these customers",
    BulkDeed.NOTE: "Write a note on these cases",
}
BUTTON = {
    BulkDeed.ASSIGN: "Assign",
    BulkDeed.RELEASE: "Release",
    BulkDeed.REMIND: "Remind",
    BulkDeed.NOTE: "Write the note",
}
DID = {
    BulkDeed.ASSIGN: "given away",
    BulkDeed.RELEASE: "released",
    BulkDeed.REMIND: "reminded in a minute",
    BulkDeed.NOTE: "noted",
}

"""How far a sender is trusted, and what each level may do (R24, G15).

L0 unknown or unauthenticated · L1 authenticated mail from an address on file · L2 the same with
the reply token of this case · L3 the portal with a one-time code, or an agent who verified the
caller. What a contact is entitled to (may cancel, may restore) is asked apart from this.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """Higher is more; comparable."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3

    @property
    def label(self) -> str:
        return LABEL[self]


class Deed(StrEnum):
    """What somebody outside the desk can bring about."""

    BE_STORED = "be_stored"
    RAISE_TODO = "raise_todo"
    HOLD_DEADLINE_BRIEFLY = "hold_deadline_briefly"
    HOLD_DEADLINE = "hold_deadline"
    OPEN_CASE = "open_case"
    ANSWER_QUESTIONS = "answer_questions"
    ASK_WITHDRAWAL = "ask_withdrawal"
    ASK_OTHER_DATE = "ask_other_date"
    ASK_RESTORE = "ask_restore"
    RESTORE_BY_ITSELF = "restore_by_itself"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    RESCHEDULE = "reschedule"
    TERMINATE = "terminate"
    DISABLE_PROTECTION = "disable_protection"
    RELEASE_NUMBER = "release_number"
    ACCEPT_LOSS = "accept_loss"


LABEL: dict[Level, str] = {
    Level.L0: "unknown sender",
    Level.L1: "address on file",
    Level.L2: "verified reply",
    Level.L3: "verified in person or by code",
}

# The least level for each deed. Mail alone never reaches L3, so no mail, however genuine it
# looks, confirms a cancellation or does anything that cannot be undone.
LEAST: dict[Deed, Level] = {
    Deed.BE_STORED: Level.L0,
    Deed.RAISE_TODO: Level.L0,
    Deed.HOLD_DEADLINE_BRIEFLY: Level.L0,
    Deed.HOLD_DEADLINE: Level.L1,
    Deed.OPEN_CASE: Level.L1,
    Deed.ANSWER_QUESTIONS: Level.L1,
    Deed.ASK_WITHDRAWAL: Level.L1,
    Deed.ASK_OTHER_DATE: Level.L1,
    Deed.ASK_RESTORE: Level.L1,
    Deed.RESTORE_BY_ITSELF: Level.L2,
    Deed.CONFIRM: Level.L3,
    Deed.WITHDRAW: Level.L3,
    Deed.RESCHEDULE: Level.L3,
    Deed.TERMINATE: Level.L3,
    Deed.DISABLE_PROTECTION: Level.L3,
    Deed.RELEASE_NUMBER: Level.L3,
    Deed.ACCEPT_LOSS: Level.L3,
}


def level_of(
    *,
    authenticated: bool = False,
    address_on_file: bool = False,
    token: bool = False,
    one_time_code: bool = False,
    verified_by_agent: bool = False,
) -> Level:
    """The level of a message or a session.

    `authenticated` is an aligned DMARC pass; a token alone, or an address alone, proves nothing:
    both can be forwarded or forged.
    """
    if one_time_code or verified_by_agent:
        return Level.L3
    if not (authenticated and address_on_file):
        return Level.L0
    return Level.L2 if token else Level.L1


def level_of_caller(*, ticked: int, needed: int, may_cancel: bool) -> Level:
    """The level of somebody on the phone, by how many facts they knew and how many it takes.

    Without a check nobody is verified, whatever the brand asks for; a caller who may not cancel
    for this customer brings nothing about, however well they are known.
    """
    return level_of(verified_by_agent=may_cancel and ticked >= max(needed, 1))


def may(level: Level, deed: Deed | str) -> bool:
    """May somebody of this level bring this about? Raises `ValueError` for an unknown deed."""
    return level >= LEAST[Deed(deed)]

"""What becomes of the numbers: their disposition (R37) and the loss of one still porting (R35)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cases.actions.base import Actor, Change, NotPossible, change_case
from cases.domain.acknowledgement import is_typed, phrase_of_loss
from cases.domain.states import UNCONFIRMED
from cases.domain.trust import Deed
from cases.domain.words import join_words
from cases.models import Case, CaseItem, Disposition


class WrongPhrase(NotPossible):
    """What was typed is not the phrase that was shown."""

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        super().__init__(f"To go on, type exactly: {phrase}")


def set_disposition(
    *,
    case_id: int,
    case_item_id: int,
    disposition: str,
    note: str = "",
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Record what becomes of one number: ported, moved or released (R37).

    The last word counts until the confirmation; every one of them stays in the history. Raises
    `NotPossible` for what is no number, an unknown disposition, or after the confirmation.
    """
    trusted = Deed.RELEASE_NUMBER if disposition == Disposition.RELEASED else Deed.ANSWER_QUESTIONS
    with change_case(
        case_id=case_id,
        actor=actor,
        now=now,
        deed="case.edit",
        trusted=trusted,
        version=version,
    ) as change:
        if disposition not in Disposition.values:
            raise NotPossible("Choose what becomes of the number: ported, moved or released.")
        check_unconfirmed(change.case)
        case_item = find_number(change.case, case_item_id)
        note = note.strip()[:200]
        if (case_item.disposition, case_item.disposition_note) == (disposition, note):
            return change.case
        case_item.disposition, case_item.disposition_note = disposition, note
        label = Disposition(disposition).label
        case_item.disposition_event = change.record(
            "disposition_set",
            f"{name_number(case_item)}: {label}." + (f" {note}" if note else ""),
            item=case_item.item_id,
            disposition=disposition,
            note=note,
        )
        case_item.save(update_fields=["disposition", "disposition_note", "disposition_event"])
        return change.case


def acknowledge_loss(
    *,
    case_id: int,
    case_item_ids: Iterable[int],
    typed: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Accept in typing that these numbers, whose ports are running, may be lost (R35).

    The phrase is `phrase_of_loss` of the numbers in the customer's language. An agent may note it
    for a caller who was verified, where agents may end services at all. Raises `WrongPhrase`, and
    `NotPossible` when a number has no port under way.
    """
    with change_case(
        case_id=case_id,
        actor=actor,
        now=now,
        deed="case.edit",
        trusted=Deed.ACCEPT_LOSS,
        version=version,
    ) as change:
        case = change.case
        check_unconfirmed(case)
        check_staff_may_accept(change)
        case_items = [find_number(case, pk) for pk in dict.fromkeys(case_item_ids)]
        if not case_items or not all(is_porting(i) for i in case_items):
            raise NotPossible("There is no port under way for this number: nothing to accept.")
        numbers = [name_number(i) for i in case_items]
        phrase = phrase_of_loss(numbers, case.customer.locale)
        if not is_typed(typed, phrase):
            raise WrongPhrase(phrase)
        event = change.record(
            "loss_accepted",
            f"{change.actor.name} accepts that {join_words(numbers)} may be lost for good.",
            items=[i.item_id for i in case_items],
            typed=typed,
        )
        case.items.filter(pk__in=[i.pk for i in case_items]).update(loss_event=event)
        return case


def check_unconfirmed(case: Case) -> None:
    if case.status not in UNCONFIRMED:
        raise NotPossible(f"It is too late to change this: the case is “{case.status.label}”.")


def check_staff_may_accept(change: Change) -> None:
    """Staff only write down what a verified caller said, and never where R43 keeps them out."""
    if change.actor.user is None:
        return
    if not change.case.rules.agent_may_execute:
        raise NotPossible("Under this policy only the customer can accept this, on their page.")
    if change.case.verified_at is None:
        raise NotPossible("The caller has not been verified yet.")


def find_number(case: Case, case_item_id: int) -> CaseItem:
    case_item = case.items.select_related("item").filter(pk=case_item_id).first()
    if case_item is None or case_item.item.kind != "number":
        raise NotPossible("This is not a number of this case.")
    return case_item


def name_number(case_item: CaseItem) -> str:
    return case_item.item.identifier or case_item.item.label


def is_porting(case_item: CaseItem) -> bool:
    return case_item.item.ports.filter(status="pending").exists()

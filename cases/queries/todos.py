"""To-dos: what a person must look at."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.scoping import brands_of
from cases.models import Todo


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One click on a to-do: the verb that the case page knows, and its words."""

    verb: str
    label: str


ANSWERS = {
    "accept_reply": "It is the customer",
    "choose_contact": "Change the contact",
    "decline_restore": "Not a restore",
    "dismiss": "Nothing to do",
    "keep_items": "Keep them",
    "not_a_restore": "Not a restore",
    "note_told": "They have the questions",
    "open_mail": "Look at the mail",
    "open_new_case": "Open a new case",
    "reopen": "Reopen",
    "replay_mail": "Read it again",
    "reschedule": "Move the date",
    "restore": "Restore",
    "retry_items": "Try again",
    "send_again": "Send again",
    "set_mail_aside": "Set it aside",
    "withdraw": "They stay",
}


def list_todos(*, user: User) -> QuerySet[Todo]:
    """Open to-dos of the cases that this user may see, oldest first."""
    return (
        Todo.objects.filter(resolved_at=None)
        .filter(of_brands(user))
        .select_related("case__customer", "case__owner", "inbound", "item__customer")
        .defer("inbound__raw", "inbound__html", "inbound__text")
        .order_by("created_at", "id")
    )


def of_brands(user: User) -> Q:
    """What belongs to the user's brands, by its case or by its service; or to nobody yet."""
    brands = brands_of(user)
    nobodys = Q(case=None, item=None)
    return nobodys | Q(case__brand__in=brands) | Q(case=None, item__customer__brand__in=brands)


def read_answers(todo: Todo) -> list[Answer]:
    """The one-click answers of a to-do, in words."""
    return [Answer(verb=verb, label=ANSWERS[verb]) for verb in todo.answers if verb in ANSWERS]

"""To-dos: what a person must look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from accounts.models import User
from accounts.scoping import brand_ids_of
from cases.models import Todo
from cases.queries.queue_filters import UnknownFilter


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
    "grant": "Grant it",
    "keep_items": "Keep them",
    "not_a_restore": "Not a restore",
    "note_told": "They have the questions",
    "open_mail": "Look at the mail",
    "open_new_case": "Open a new case",
    "refuse_exception": "Do not grant it",
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
        .select_related("case__customer", "case__owner", "case__brand", "inbound", "item__customer")
        .defer("inbound__raw", "inbound__html", "inbound__text")
        .order_by("created_at", "id")
    )


@dataclass(frozen=True, kw_only=True)
class Group:
    """A cut of the list: the kinds that belong together, and what its empty list teaches."""

    key: str
    label: str
    kinds: tuple[str, ...]
    teaches: str


GROUPS = (
    Group(
        key="replies",
        label="What customers wrote",
        kinds=(),  # whatever no other group names
        teaches="Replies that can be read in more than one way, or that come too late, wait here. "
        "The desk never guesses: it shows the sentence and asks you.",
    ),
    Group(
        key="senders",
        label="Who wrote?",
        kinds=("unverified_sender", "mail_quarantined"),
        teaches="Mail from an address that is not on file, or that could not be read safely. Until "
        "you say who it is, it answers nothing.",
    ),
    Group(
        key="delivery",
        label="Mail that came back",
        kinds=("mail_undeliverable",),
        teaches="When a mail does not arrive, the customer's clock stands still and you are asked: "
        "send it again, or choose another contact.",
    ),
    Group(
        key="services",
        label="Services",
        kinds=("item_failed", "item_stopped", "execution_late"),
        teaches="Services that could not be ended or restored after three attempts, and promises "
        "that took too long.",
    ),
    Group(
        key="accounts",
        label="Bills and ports",
        kinds=("stuck", "port_billed"),
        teaches="Accounts that cannot close although nothing seems to be missing, and numbers that "
        "moved away but are still billed.",
    ),
    Group(
        key="approvals",
        label="To grant",
        kinds=("approve_fee", "approve_notice"),
        teaches="A lower fee or a shorter notice that a colleague asks for. Whoever asked does not "
        "grant it.",
    ),
)
NAMED = tuple(kind for group in GROUPS for kind in group.kinds)
WHOSE = (("mine", "Mine"), ("nobody", "Nobody's"), ("all", "All"))
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class TodoList:
    """One page of to-dos, with how many there are of each group among the same people's."""

    whose: str
    group: Group | None
    page: Page
    counts: dict[str, int]
    groups: tuple[Group, ...] = GROUPS

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def read_todos(*, user: User, whose: str, kind: str, page: int) -> TodoList:
    """The to-dos that this user asked for, oldest first; three queries. Raises `UnknownFilter`."""
    group = next((g for g in GROUPS if g.key == kind), None)
    if whose not in dict(WHOSE) or (kind and group is None):
        raise UnknownFilter(f"There are no to-dos “{kind}” of “{whose}”.")
    todos = of_whom(list_todos(user=user), user=user, whose=whose)
    rows = todos.order_by().values_list("kind").annotate(n=Count("id"))
    counts = Counter(dict.fromkeys((g.key for g in GROUPS), 0))
    for each, number in rows:
        counts[find_group(each).key] += number
    chosen = todos
    if group is not None:
        named = Q(kind__in=group.kinds) if group.kinds else ~Q(kind__in=NAMED)
        chosen = todos.filter(named)
    paginator = Paginator(chosen, PAGE)
    paginator.count = counts[group.key] if group else counts.total()  # counted already
    return TodoList(whose=whose, group=group, page=paginator.get_page(page), counts=dict(counts))


def find_group(kind: str) -> Group:
    return next((g for g in GROUPS if kind in g.kinds), GROUPS[0])


def of_whom(todos: QuerySet[Todo], *, user: User, whose: str) -> QuerySet[Todo]:
    """Those of the cases that somebody owns: the user, nobody, or anybody."""
    if whose == "mine":
        return todos.filter(case__owner=user)
    return todos.filter(case__owner=None) if whose == "nobody" else todos


def of_brands(user: User) -> Q:
    """What belongs to the user's brands, by its case or by its service; or to nobody yet."""
    brands = brand_ids_of(user)
    if brands is None:
        return Q()
    nobodys = Q(case=None, item=None)
    return nobodys | Q(case__brand__in=brands) | Q(case=None, item__customer__brand__in=brands)


def read_answers(todo: Todo) -> list[Answer]:
    """The one-click answers of a to-do, in words."""
    return [Answer(verb=verb, label=ANSWERS[verb]) for verb in todo.answers if verb in ANSWERS]

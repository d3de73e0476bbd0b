"""What the command bar offers: places, and the cases, customers and mails that a text may mean."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.folding import fold_name
from accounts.models import User
from accounts.roles import may
from cases.domain.numbers import normalise_number
from cases.models import Case
from cases.queries.possible import Possible, list_possible
from cases.queries.queue import visible_cases
from cases.queries.search import Found, search

FOUND_OF_EACH = 4


@dataclass(frozen=True, kw_only=True)
class Place:
    """A page of the desk: its address by name, what it is called, who may go there."""

    url_name: str
    label: str
    icon: str
    deed: str = "case.read"
    words: str = ""  # other names that people have for it


PLACES = (
    Place(url_name="desk:intake", label="New call", icon="phone-plus", deed="case.open",
          words="intake caller open case hello"),
    Place(url_name="desk:queue", label="Queue", icon="inbox", words="cases home needs us"),
    Place(url_name="desk:todos", label="To-dos", icon="checklist", words="todo waiting"),
    Place(url_name="desk:board", label="Board", icon="plug", words="execution failures services"),
    Place(url_name="desk:mailroom", label="Mailroom", icon="mail", deed="mail.read",
          words="inbound email unmatched quarantine"),
    Place(url_name="desk:outbox", label="Outbox", icon="send", words="outgoing email pause"),
    Place(url_name="desk:search", label="Search", icon="search", words="find"),
    Place(url_name="desk:notices", label="Your news", icon="bell", words="notifications bell"),
    Place(url_name="desk:notice_choice", label="What you hear of", icon="adjustments",
          words="notifications preferences digest mail"),
    Place(url_name="desk:reports", label="Reports", icon="chart-dots-3", deed="report.read",
          words="dashboard supervisor figures"),
    Place(url_name="desk:policies", label="Policies", icon="route", deed="policy.read",
          words="rules notice fee"),
    Place(url_name="desk:simulator", label="Policy simulator", icon="flask", deed="policy.read",
          words="try plan what if"),
    Place(url_name="desk:health", label="Health", icon="heartbeat", words="doors status timers"),
    Place(url_name="desk:notices", label="News", icon="bell", words="notices notifications digest"),
    Place(url_name="desk:roles", label="Who may do what", icon="users", words="roles rights deeds"),
    Place(url_name="desk:data", label="Personal data", icon="database", deed="data.manage",
          words="erase export hold privacy"),
    Place(url_name="mfa_index", label="Sign-in and security", icon="shield-lock",
          words="password passkey two factor account"),
    Place(url_name="admin:index", label="Administration", icon="settings", deed="settings.read",
          words="admin brands staff"),
    Place(url_name="account_logout", label="Sign out", icon="logout", words="log out leave"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Commands:
    """What fits a text, for one user. `verbs` are of the one case whose number was typed."""

    places: tuple[Place, ...]
    found: Found
    case: Case | None
    verbs: tuple[Possible, ...]


def list_commands(*, text: str, user: User) -> Commands:
    """Everything that may be meant; with an empty text the places alone and no search."""
    text = text.strip()[:200]
    found = search(text=text, user=user, limit=FOUND_OF_EACH)
    case = find_named_case(text, user)
    verbs = [v for v in list_possible(case=case, user=user) if v.allowed] if case else []
    return Commands(
        places=tuple(p for p in PLACES if may(user, p.deed) and fits(p, text)),
        found=found,
        case=case,
        verbs=tuple(verbs),
    )


def find_named_case(text: str, user: User) -> Case | None:
    """The case with exactly this number, as `list_possible` reads it."""
    number = normalise_number(text)
    if number is None:
        return None
    related = ("contact", "policy_version", "final_bill", "customer")
    cases = visible_cases(user).select_related(*related).prefetch_related("questions", "items")
    return cases.filter(number=number).first()


def fits(place: Place, text: str) -> bool:
    """Does every typed word begin a word of the place's names? Case and accents do not matter."""
    names = fold_name(f"{place.label} {place.words}").split()
    return all(any(name.startswith(word) for name in names) for word in fold_name(text).split())

"""Who may do what: one table, read by views, actions, admin and templates, and at /desk/roles/.

A deed is a change that somebody makes or a private thing that somebody looks at. The table is
the only source: ``is_superuser`` grants nothing here, so that a policy which forbids staff to
execute (R43) has no way around it.
"""

from typing import Any

from django.db.models import TextChoices


class Role(TextChoices):
    """What a member of staff is on this desk."""

    AGENT = "agent", "Agent"
    SUPERVISOR = "supervisor", "Supervisor"
    ADMINISTRATOR = "administrator", "Administrator"
    AUDITOR = "auditor", "Auditor"


GROUPS: dict[str, dict[str, str]] = {
    "Looking": {
        "case.read": "See cases, their mail and their history",
        "mail.read": "See the mailroom",
        "customer.read": "See customers and what they have",
        "policy.read": "See policies and try them in the simulator",
        "report.read": "See reports and the supervisors' dashboard",
        "report.export": "Take a list away as a file",
        "evidence.read": "See the evidence of ends that cannot be undone",
        "settings.read": "See brands, staff and switches in the admin",
    },
    "Cases": {
        "case.open": "Open a case for a caller",
        "case.edit": "Change a case's items, wished date, reason or answers",
        "case.ask": "Ask the customer for more information",
        "case.confirm": "Confirm a cancellation that the customer agreed to",
        "case.reschedule": "Move a promised date",
        "case.withdraw": "Withdraw a request at the customer's wish",
        "case.execute": "Retry or repair an item that could not be deactivated",
        "case.restore": "Restore during grace, or decline to",
        "case.reopen": "Reopen a case that was dropped",
        "case.settle": "Say that the final bill is paid and the balance cleared",
        "case.note": "Write an internal note",
        "case.assign": "Give a case to somebody",
        "case.export": "Take a case's evidence pack away as a file",
    },
    "Mail and to-dos": {
        "mail.reply": "Write to the customer from a case",
        "mail.file": "File an inbound email to a case, or set it aside",
        "todo.settle": "Settle a to-do",
    },
    "What needs a second look": {
        "notice.override": "Shorten the notice, or grant that a colleague does",
        "fee.waive": "Lower or waive a fee, or grant that a colleague does",
    },
    "Set-up": {
        "customer.edit": "Edit customers, contacts, services, contracts and ports",
        "macro.edit": "Edit the macros that replies are written with",
        "policy.edit": "Edit and publish policies",
        "brand.edit": "Edit brands and how they provision",
        "user.edit": "Edit staff and their roles",
        "switch.pause": "Pause and resume sending or destruction",
        "desk.resume": "Let a restored backup send and end services again",
        "data.manage": "Export or erase what is kept about a customer, and hold it for the law",
        "sandbox.use": "Use the sandbox: the customer's mailbox and the time machine",
    },
}
DEEDS = {deed: meaning for group in GROUPS.values() for deed, meaning in group.items()}

READING = frozenset(
    [
        "case.read",
        "mail.read",
        "customer.read",
        "policy.read",
        "report.read",
        "report.export",
        "evidence.read",
        "case.export",
        "settings.read",
    ]
)
DESK = frozenset(
    [
        "case.read",
        "mail.read",
        "customer.read",
        "policy.read",
        "case.open",
        "case.edit",
        "case.ask",
        "case.confirm",
        "case.reschedule",
        "case.withdraw",
        "case.execute",
        "case.restore",
        "case.reopen",
        "case.settle",
        "case.note",
        "case.assign",
        "case.export",
        "mail.reply",
        "mail.file",
        "todo.settle",
        "sandbox.use",
    ]
)
LEADING = frozenset(["notice.override", "fee.waive", "customer.edit", "macro.edit", "switch.pause"])
SETTING_UP = frozenset(["policy.edit", "brand.edit", "user.edit", "desk.resume", "data.manage"])

ROLE_DEEDS: dict[str, frozenset[str]] = {
    Role.AGENT: DESK,
    Role.SUPERVISOR: DESK | READING | LEADING,
    Role.ADMINISTRATOR: DESK | READING | LEADING | SETTING_UP,
    Role.AUDITOR: READING,
}


class UnknownDeed(LookupError):
    """A deed that the table does not name: a slip in our code, never a user's fault."""


def may(user: Any, deed: str) -> bool:
    """Tell whether ``user`` may do ``deed``. Nobody, anonymous and inactive users may nothing.

    Raises UnknownDeed when the table has no such deed, so that a typing error never reads as "no".
    """
    if deed not in DEEDS:
        raise UnknownDeed(deed)
    return deed in deeds_of(user)


def deeds_of(user: Any) -> frozenset[str]:
    """Return all that ``user`` may do."""
    if not getattr(user, "is_authenticated", False) or not getattr(user, "is_active", False):
        return frozenset()
    return ROLE_DEEDS.get(user.role, frozenset())


def list_table() -> list[tuple[str, list[tuple[str, str, list[bool]]]]]:
    """Return the table as people read it: (group, its rows of deed, meaning, and yes or no for
    each role in the order of Role).
    """
    return [
        (title, [(deed, meaning, _read_row(deed)) for deed, meaning in rows.items()])
        for title, rows in GROUPS.items()
    ]


def _read_row(deed: str) -> list[bool]:
    return [deed in ROLE_DEEDS[role] for role in Role]

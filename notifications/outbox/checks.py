"""Last looks at mails before they leave. Others register them; the outbox knows no case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from notifications.models import Email

Reasons = Mapping[int, str]
BeforeSend = Callable[[Sequence[Email]], Reasons]
_checks: list[BeforeSend] = []


def register_before_send(check: BeforeSend) -> None:
    """Have `check(emails)` asked about every claim of mails, right before they are sent (G6).

    It returns, by a mail's number, the reason to stop it; what it does not name may go.
    Registering twice counts once.
    """
    if check not in _checks:
        _checks.append(check)


def unregister_before_send(check: BeforeSend) -> None:
    """Undo `register_before_send`."""
    if check in _checks:
        _checks.remove(check)


def find_reasons_to_stop(emails: Sequence[Email]) -> dict[int, str]:
    """By a mail's number, the first registered check's reason against sending it."""
    reasons: dict[int, str] = {}
    for check in reversed(_checks):
        reasons.update(check(emails))
    return reasons

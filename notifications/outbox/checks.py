"""Last looks at a mail before it leaves. Others register them; the outbox knows no case."""

from __future__ import annotations

from collections.abc import Callable

from notifications.models import Email

BeforeSend = Callable[[Email], str | None]
_checks: list[BeforeSend] = []


def register_before_send(check: BeforeSend) -> None:
    """Have `check(email)` asked in the transaction in which a mail begins to be sent (G6).

    It returns None to let the mail go, or the reason to stop it. Registering twice counts once.
    """
    if check not in _checks:
        _checks.append(check)


def unregister_before_send(check: BeforeSend) -> None:
    """Undo `register_before_send`."""
    if check in _checks:
        _checks.remove(check)


def find_reason_to_stop(email: Email) -> str | None:
    """Return the first registered check's reason against sending `email`, or None."""
    for check in _checks:
        reason = check(email)
        if reason:
            return reason
    return None

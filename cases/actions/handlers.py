"""What each kind of timer does: the table that `timers.fire_due` looks up."""

from collections.abc import Callable

from cases.actions.base import Change
from cases.actions.closing import close_case, send_final_notice
from cases.actions.execution import execute_case
from cases.actions.information import drop_case, send_reminder
from cases.models import Timer

HANDLERS: dict[str, Callable[[Change, Timer], None]] = {
    "reminder": send_reminder,
    "drop": drop_case,
    "execute": execute_case,
    "final_notice": send_final_notice,
    "close": close_case,
}

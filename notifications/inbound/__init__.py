"""How mail arrives: a door stores the raw bytes and says yes; understanding comes later.

doors → `store` → `process`: limits → parse → classify → authenticate → thread → reply text.

The names below are loaded when they are first used, so that the pure modules of this folder
(parse, automatic, reply_text …) can be imported without Django.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notifications.inbound.claims import register_thread_check
    from notifications.inbound.health import (
        Outside,
        door_is_healthy,
        list_doors,
        look_outside,
        note_door_error,
        note_door_ok,
    )
    from notifications.inbound.mailboxes import (
        is_mailbox,
        register_domain_check,
        register_mailbox_check,
    )
    from notifications.inbound.processing import process, process_due, replay
    from notifications.inbound.storing import store, store_for_all
    from notifications.inbound.waiting import find_unprocessed_before, has_unprocessed_before

__all__ = [
    "Outside",
    "door_is_healthy",
    "find_unprocessed_before",
    "has_doubtful_before",
    "has_unprocessed_before",
    "is_mailbox",
    "list_doors",
    "look_outside",
    "note_door_error",
    "note_door_ok",
    "process",
    "process_due",
    "register_domain_check",
    "register_mailbox_check",
    "register_thread_check",
    "replay",
    "store",
    "store_for_all",
]

_HOMES = {
    "claims": ("register_thread_check",),
    "health": (
        "Outside",
        "door_is_healthy",
        "list_doors",
        "look_outside",
        "note_door_error",
        "note_door_ok",
    ),
    "mailboxes": ("is_mailbox", "register_domain_check", "register_mailbox_check"),
    "processing": ("process", "process_due", "replay"),
    "storing": ("store", "store_for_all"),
    "waiting": ("find_unprocessed_before", "has_doubtful_before", "has_unprocessed_before"),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)

"""Who works at the desk. Everybody's password is "lastcall"."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "lastcall"  # noqa: S105 - valid in the sandbox alone


@dataclass(frozen=True, kw_only=True)
class Staff:
    username: str
    first_name: str
    last_name: str
    role: str
    timezone: str = "America/Chicago"
    locale: str = "en"


STAFF = (
    Staff(username="mara", first_name="Mara", last_name="Agent", role="agent"),
    Staff(
        username="jonas",
        first_name="Jonas",
        last_name="Agent",
        role="agent",
        timezone="Europe/Berlin",
        locale="en",
    ),
    Staff(username="kim", first_name="Kim", last_name="Agent", role="agent", timezone="Asia/Tokyo"),
    Staff(username="sam", first_name="Sam", last_name="Supervisor", role="supervisor"),
    Staff(username="ada", first_name="Ada", last_name="Admin", role="administrator"),
    Staff(username="otto", first_name="Otto", last_name="Auditor", role="auditor"),
)

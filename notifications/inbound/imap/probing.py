"""Try a mailbox once, without touching its mail, and say in plain words what is right and wrong."""

from __future__ import annotations

from dataclasses import dataclass

from imapclient import IMAPClient

from notifications.inbound.imap.connection import (
    TROUBLE,
    CannotRead,
    explain,
    select_folder,
    sign_in,
)
from notifications.models import Mailbox

PATIENCE_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was tried."""

    is_good: bool
    words: str


def probe_mailbox(mailbox: Mailbox) -> list[Finding]:
    """Sign in, look at the folders, and sign out; the last finding is bad when it does not work."""
    findings: list[Finding] = []
    try:
        with sign_in(mailbox, timeout_s=PATIENCE_S) as client:
            _add(findings, f"Signed in to {mailbox.host} over an encrypted connection.")
            numbers = select_folder(client, mailbox.folder, readonly=True)
            count = numbers[b"EXISTS"]
            _add(findings, f"{mailbox.folder} holds {count} mail{'' if count == 1 else 's'}.")
            _look_at_archive(client, mailbox, findings)
            idle = client.has_capability("IDLE")
            _add(findings, "New mail is announced at once." if idle else LOOKS_AGAIN)
    except (CannotRead, *TROUBLE) as error:
        findings.append(Finding(is_good=False, words=explain(error)))
    return findings


LOOKS_AGAIN = "The server does not announce new mail; the desk looks every few seconds."


def _add(findings: list[Finding], words: str) -> None:
    findings.append(Finding(is_good=True, words=words))


def _look_at_archive(client: IMAPClient, mailbox: Mailbox, findings: list[Finding]) -> None:
    archive = mailbox.archive_folder
    if not archive:
        return
    if not client.folder_exists(archive):
        raise CannotRead(f"There is no folder “{archive}” to move mail to. Create it first.")
    if not (client.has_capability("MOVE") or client.has_capability("UIDPLUS")):
        raise CannotRead("This server cannot move mail. Leave the archive folder empty.")
    _add(findings, f"Stored mail can be moved to {archive}.")

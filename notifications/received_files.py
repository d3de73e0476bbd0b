"""Files of strangers, by mail or by the customer's page: scanned before anybody gets them.

One way for both (THREATS 42). What the scanner finds, and what it could not look at, stays where it
lies with its `problem`; each time that somebody asks, it is looked at again, so a scanner that
learned or came back decides anew.
"""

from __future__ import annotations

from notifications.inbound.scanning import Infected, ScannerDown, scan_bytes
from notifications.models.received import ReceivedFile


class FileHeld(Exception):
    """The file is in quarantine; the words say why and what to do."""


class FileLost(Exception):
    """The row is there, the bytes are not."""


def find_problem(content: bytes) -> str:
    """Return why nobody may have these bytes now, or "" when they are clean or none scans."""
    try:
        scan_bytes(content)
    except (Infected, ScannerDown) as found:
        return str(found)[:500]
    return ""


def read_file(file: ReceivedFile, *, may_take_malware: bool = False) -> bytes:
    """Return the bytes when the scanner lets them pass, and note what it said.

    `may_take_malware`: an administrator examines it. Raises FileHeld, FileLost.
    """
    try:
        with file.file.open("rb") as stored:
            content = bytes(stored.read())
    except OSError as error:
        raise FileLost(f"“{file}” cannot be read from the store. Ask who runs the desk.") from error
    problem = find_problem(content)
    if problem != file.problem:
        file.problem = problem
        file.save(update_fields=["problem"])
    if problem and not may_take_malware:
        raise FileHeld(
            f"“{file}” is held back. {problem.rstrip('.')}. "
            "Ask an administrator, or ask for the file once more."
        )
    return content

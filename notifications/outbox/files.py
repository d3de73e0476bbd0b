"""Files for mails that leave: what may be sent, stored once by content (THREATS 37–39, 41)."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile

from notifications.models import Email
from notifications.models.file import EmailFile, StoredFile

MOST_FILES = 10
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_MAIL = 20 * 1024 * 1024  # base64 makes it a third more, and many servers stop at 30 MB
# What the beginning of a file must be for its name's ending; None where a text has no mark.
KINDS: dict[str, tuple[str, tuple[bytes, ...] | None]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "txt": ("text/plain", None),
    "csv": ("text/csv", None),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)
    ),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
}  # fmt: skip


class FileRefused(ValueError):
    """A file that is not sent; the words are for the person who chose it."""


@dataclass(frozen=True, kw_only=True)
class OutgoingFile:
    """A file to send: checked by `check_files`, or a picture of ours with a `content_id`."""

    name: str
    content: bytes
    content_type: str = ""
    content_id: str = ""


def check_files(files: Sequence[OutgoingFile]) -> list[OutgoingFile]:
    """Return the files with a safe name and the type that they really have. Raises FileRefused."""
    if len(files) > MOST_FILES:
        raise FileRefused(f"At most {MOST_FILES} files go with one email.")
    if sum(len(file.content) for file in files) > LARGEST_MAIL:
        raise FileRefused(f"Together the files are larger than {LARGEST_MAIL // 2**20} MB.")
    return [check_file(file) for file in files]


def check_file(file: OutgoingFile) -> OutgoingFile:
    name = clean_file_name(file.name)
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise FileRefused(f"“{name}” cannot be sent: {', '.join(sorted(KINDS))} can.")
    if not file.content:
        raise FileRefused(f"“{name}” is empty.")
    if len(file.content) > LARGEST_FILE:
        raise FileRefused(f"“{name}” is larger than {LARGEST_FILE // 2**20} MB.")
    content_type, marks = kind
    agrees = file.content.startswith(marks) if marks else b"\x00" not in file.content
    if not agrees:
        raise FileRefused(f"“{name}” is not what its name says. Save it anew and try again.")
    return OutgoingFile(name=name, content=file.content, content_type=content_type)


def clean_file_name(name: str) -> str:
    """Return the last part of a name, without control and direction characters, 100 long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '"<>:|?*')
    stem, dot, ending = kept.strip(" .").rpartition(".")
    return f"{stem[:90]}{dot}{ending[:10]}" if dot else (ending[:100] or "file")


def attach(email: Email, files: Iterable[OutgoingFile]) -> None:
    """Attach files to a queued mail, in the caller's transaction."""
    rows = [
        EmailFile(
            email=email,
            stored=store_file(file.content),
            name=file.name,
            content_type=file.content_type,
            content_id=file.content_id,
        )
        for file in files
    ]
    if rows:
        EmailFile.objects.bulk_create(rows)


def repeat_files(email: Email) -> list[OutgoingFile]:
    """Return the files of a mail, to be sent with another one."""
    return [
        OutgoingFile(
            name=file.name,
            content=file.stored.read(),
            content_type=file.content_type,
            content_id=file.content_id,
        )
        for file in email.files.select_related("stored")
    ]


def store_file(content: bytes) -> StoredFile:
    """Keep a content once; the same bytes again are the same file."""
    digest = hashlib.sha256(content).hexdigest()
    known = StoredFile.objects.filter(sha256=digest).first()
    if known is not None:
        return known
    made, created = StoredFile.objects.get_or_create(
        sha256=digest, defaults={"size": len(content), "content": "pending"}
    )
    if created:
        made.content.save("", ContentFile(content), save=True)
    return made

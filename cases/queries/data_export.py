"""Everything that is kept of one customer as a zip, made while it is sent (G27).

`customer.json` holds the account, `cases/<number>/case.json` each case with its history; mail is
beside it as it came (.eml) or as it was sent, and every file under its own name. Secrets are not
in it: hashes of links and codes open nothing and say nothing.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.db.models.fields.files import FieldFile

from accounts.models import Customer, Port
from cases.models import Case
from notifications import erasing
from notifications.models import Email, Inbound

PIECE = 256 * 1024
CASE_PARTS = ("items", "questions", "promises", "timers", "todos", "events", "uploads")
ACCOUNT_PARTS = ("contacts", "locations", "items", "contracts", "bills", "data_requests")
Entry = tuple[str, Iterable[bytes]]


class Outlet:
    """What zipfile writes to: it keeps the bytes until somebody takes them."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._kept.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """zipfile asks for it; nothing is held back here."""

    def close(self) -> None:
        """zipfile may ask for it; what is kept can still be taken."""

    def take(self) -> bytes:
        data, self._kept = b"".join(self._kept), []
        return data


def stream_zip(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Pack (path, pieces) one after the other; a few hundred kilobytes are in memory at a time."""
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, pieces in entries:
            with archive.open(zipfile.ZipInfo(path), "w", force_zip64=True) as entry:
                for piece in pieces:
                    entry.write(piece)
                    if data := outlet.take():
                        yield data
    yield outlet.take()


def list_entries(*, customer: Customer, now: datetime) -> Iterator[Entry]:
    """Path and content of everything, a case at a time."""
    account = {"exported_at": now, "customer": dress(customer)}
    account |= {name: dress_all(getattr(customer, name).all()) for name in ACCOUNT_PARTS}
    account["ports"] = dress_all(Port.objects.filter(item__customer=customer))
    yield "customer.json", [write_json(account)]
    cases = Case.objects.filter(customer=customer).select_related("thread").order_by("id")
    for case in cases.iterator(chunk_size=100):
        yield from list_case(case)
    senders = customer.contacts.values_list("email", flat=True)
    yield from list_inbound("mail", erasing.list_unfiled(senders=senders))


def list_case(case: Case) -> Iterator[Entry]:
    """One case, its mail both ways, and its files."""
    home = f"cases/{case.number}"
    parts = {name: dress_all(getattr(case, name).all()) for name in CASE_PARTS}
    yield f"{home}/case.json", [write_json({"case": dress(case), **parts})]
    for email in case.thread.emails.order_by("id").iterator(chunk_size=50):
        yield f"{home}/mail/out-{email.pk}.eml", [write_email(email)]
        for file in email.files.select_related("stored"):
            path = f"{home}/mail/out-{email.pk}-{name_file(file.pk, file.name)}"
            yield path, read_file(file.stored.content)
    yield from list_inbound(f"{home}/mail", case.thread.inbound.all())
    for upload in case.uploads.all():
        yield f"{home}/files/{name_file(upload.pk, upload.name)}", read_file(upload.file)


def list_inbound(home: str, mails: QuerySet[Inbound]) -> Iterator[Entry]:
    """Received mail exactly as it came: its files are inside."""
    for mail in mails.order_by("id").iterator(chunk_size=20):
        yield f"{home}/in-{mail.pk}.eml", [bytes(mail.raw)]


def dress_all(rows: QuerySet) -> list[dict[str, Any]]:
    return [dress(row) for row in rows.order_by("pk").iterator(chunk_size=500)]


def dress(row: Model) -> dict[str, Any]:
    """Every stored field by name; a file by its path, another row by its key."""
    values = {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields}
    return {name: str(v) if isinstance(v, FieldFile) else v for name, v in values.items()}


def write_json(value: Any) -> bytes:
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, default=str)
    return text.encode()


def write_email(email: Email) -> bytes:
    """A sent mail as a file that mail programs open."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{email.from_name} <{email.from_email}>"
    message["To"] = email.to_email
    message["Subject"] = email.subject
    message["Message-ID"] = email.message_id
    message["Date"] = email.accepted_at or email.created_at
    message["X-Lastcall-Status"] = email.status
    message.set_content(email.text)
    if email.html:
        message.add_alternative(email.html, subtype="html")
    return message.as_bytes()


def name_file(pk: int, name: str) -> str:
    """A name that is safe in every zip program; the stored one may be a stranger's."""
    return f"{pk}-{re.sub(r'[^A-Za-z0-9._-]+', '_', name).strip('._')[:80] or 'file'}"


def read_file(file: FieldFile) -> Iterator[bytes]:
    """A file in pieces; one that is gone says so instead of breaking the whole export."""
    try:
        with file.open("rb") as opened:
            yield from iter(lambda: opened.read(PIECE), b"")
    except (OSError, ValueError):
        yield b"This file is not there any more.\n"

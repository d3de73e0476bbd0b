"""The pack as a zip, written while it is sent: never whole in memory, never without an end."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from cases.models import Case
from cases.queries.evidence.gather import gather_evidence, list_received, name_mail
from cases.queries.evidence.pdf import write_pdf
from notifications.inbound.scanning import MALWARE
from notifications.models import Inbound
from notifications.received_files import FileHeld, FileLost, read_file

MOST_BYTES = 100 * 2**20  # of raw mail and files; the rest is named with its hash alone
HASHES = "SHA256SUMS"
LEFT_OUT = "LEFT-OUT.txt"
READ_ME = """Evidence of case {number}.

evidence.pdf    to read
evidence.json   the same and more, for programs; instants are UTC
mail/           every mail that came in, byte for byte
files/          what the customer handed in
SHA256SUMS      check all of it with: sha256sum -c SHA256SUMS

Each event carries the SHA-256 of itself and of the event before it. The events of this pack were
{whole} when it was made.
"""


class Pipe(io.RawIOBase):
    """What the zip writes, to be taken away piece by piece. It cannot be sought in."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def stream_pack(case: Case) -> Iterator[bytes]:
    """Yield the zip of this case. The same case gives the same bytes."""
    evidence = gather_evidence(case)
    pipe, hashes = Pipe(), {}
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in list_contents(case, evidence):
            hashes[name] = hashlib.sha256(content).hexdigest()
            archive.writestr(make_entry(case, name), content)
            yield pipe.take()
        listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items()))
        archive.writestr(make_entry(case, HASHES), listed)
    yield pipe.take()


def make_entry(case: Case, name: str) -> zipfile.ZipInfo:
    """An entry dated by the case's last move (UTC), so that packs can be compared."""
    at = case.state_since
    entry = zipfile.ZipInfo(name, (max(at.year, 1980), *at.timetuple()[1:6]))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def list_contents(case: Case, evidence: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file, in order; every mail is read when its turn comes."""
    whole = "whole" if evidence["history"]["whole"] else "NOT whole"
    yield "README.txt", READ_ME.format(number=case.number, whole=whole).encode()
    yield "evidence.pdf", write_pdf(evidence)
    text = json.dumps(evidence, indent=1, ensure_ascii=False, sort_keys=True)
    yield "evidence.json", text.encode()
    left_out: list[str] = []
    room = MOST_BYTES
    for name, content in list_originals(case, left_out):
        if len(content) > room:
            digest = hashlib.sha256(content).hexdigest()
            left_out.append(f"{name}: the pack is full; sha256 {digest}")
            continue
        room -= len(content)
        yield name, content
    if left_out:
        yield LEFT_OUT, "\n".join([*left_out, ""]).encode()


def list_originals(case: Case, left_out: list[str]) -> Iterator[tuple[str, bytes]]:
    """Raw mail, then files. What is held back is named in `left_out` with the reason."""
    for mail in list_received(case):
        if mail.problem.startswith(MALWARE):
            left_out.append(f"{name_mail(mail)}: held back, {mail.problem}; sha256 {mail.sha256}")
            continue
        yield name_mail(mail), bytes(Inbound.objects.values_list("raw", flat=True).get(pk=mail.pk))
    for upload in case.uploads.all():
        name = f"files/{upload.pk}"
        try:
            yield name, read_file(upload, may_take_malware=False)
        except (FileHeld, FileLost) as held:
            left_out.append(f"{name}: {held} sha256 {upload.sha256}")

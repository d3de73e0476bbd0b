"""Files that unfold into more than they are: never unfolded (THREATS 41)."""

from __future__ import annotations

import base64
import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from notifications import inbound
from notifications.models import Attachment, Inbound
from tests.notifications.conftest import NOW

pytestmark = pytest.mark.django_db


def make_zip(levels: int = 3) -> bytes:
    """Return archives within archives, in the end 300 MB of nothing."""
    content = bytes(30_000_000)
    for level in range(levels):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10 if level else 1):
                archive.writestr(f"{number}.zip", content)
        content = packed.getvalue()
    return content


def make_picture() -> bytes:
    """Return a PNG of 60,000 by 60,000 pixels: 10 GB once it is drawn."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1_000_000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def make_entities() -> bytes:
    """Return an SVG whose entities make a billion words of one."""
    rows = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "lol">{rows}]><svg>&l9;</svg>'.encode()


BOMBS = {
    "application/zip": make_zip,
    "application/gzip": lambda: zlib.compress(bytes(50_000_000), wbits=31),
    "image/png": make_picture,
    "image/svg+xml": make_entities,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": make_zip,
}


@pytest.mark.threat(41)
@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_kept_as_the_bytes_that_it_is(kind: str) -> None:
    bomb = BOMBS[kind]()
    raw = (
        f"From: a@customer.example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: {kind}; name=bomb\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment; filename=bomb\r\n\r\n"
    ).encode() + base64.encodebytes(bomb)
    inbound.store(
        channel="test", recipient="desk@acme.example.com", envelope_from="", raw=raw, now=NOW
    )
    tracemalloc.start()
    began = time.process_time()
    inbound.process_due(now=NOW)
    spent, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert Inbound.objects.get().status == "processed"
    file = Attachment.objects.get()
    assert Path(file.file.path).read_bytes() == bomb
    assert (file.size, spent < 3) == (len(bomb), True)
    assert peak < 20_000_000 + 10 * len(bomb)

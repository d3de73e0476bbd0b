"""Ask clamd whether a mail or a file carries malware, where one is configured (THREATS 42).

`CLAMD_URL` is `tcp://host:port` or `unix:///path`; without it nothing is scanned. The whole
message goes over, as clamd takes mail apart by itself: nothing is unpacked here (THREATS 41).
"""

from __future__ import annotations

import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

TIMEOUT_S = 30.0
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096
MALWARE = "Malware"  # how the problem of such a mail begins


class Infected(Exception):
    """The scanner found something; the words name it."""


class ScannerDown(Exception):
    """Nobody could look: a mail waits, and goes to quarantine when that lasts; a file stays."""


def scan_bytes(content: bytes) -> None:
    """Raise Infected or ScannerDown; return when it is clean or no scanner is configured."""
    url = settings.CLAMD_URL
    if not url:
        return
    try:
        answer = ask_clamd(url, content)
    except OSError as error:
        raise ScannerDown(f"The malware scanner does not answer: {error}.") from error
    if answer.endswith("FOUND"):
        name = answer.removeprefix("stream:").removesuffix("FOUND").strip()
        raise Infected(f"{MALWARE}: {name[:200]}")
    if not answer.endswith("OK"):
        raise ScannerDown(f"The malware scanner could not look at it: {answer[:200]}")


def ask_clamd(url: str, content: bytes) -> str:
    """Send bytes by clamd's INSTREAM and return its answer. Raises OSError."""
    with connect(url) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            piece = content[start : start + CHUNK]
            connection.sendall(struct.pack("!L", len(piece)) + piece)
        connection.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            piece = connection.recv(LONGEST_ANSWER)
            if not piece:
                break
            answer += piece
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(TIMEOUT_S)
        connection.connect(parts.path)
        return connection
    return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 3310), TIMEOUT_S)

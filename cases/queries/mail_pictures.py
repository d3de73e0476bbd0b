"""The pictures inside a mail's layout, from our own copies of what came with it.

They are put into the page itself: the closed frame that shows a mail has no session to fetch them
with, and nothing remote is fetched at all (THREATS 28).
"""

from __future__ import annotations

from base64 import b64encode

from notifications.models import Attachment, Inbound
from notifications.received_files import FileHeld, FileLost, read_file

MOST_PICTURES = 20
MOST_BYTES = 3 * 1024 * 1024  # of all pictures of a mail together
# By what they are, not by what they are called: an SVG is a document, and never shown.
BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def read_pictures(mail: Inbound) -> dict[str, str]:
    """A `data:` address for each picture that the layout names, by its Content-ID.

    What the scanner holds back, what is no picture and what would be too much is left out.
    """
    shown: dict[str, str] = {}
    left = MOST_BYTES
    for file in list_named(mail):
        if file.size > left or len(shown) == MOST_PICTURES:
            continue
        try:
            content = read_file(file)
        except (FileHeld, FileLost):
            continue
        if kind := read_kind(content):
            left -= len(content)
            shown[file.content_id] = f"data:{kind};base64,{b64encode(content).decode('ascii')}"
    return shown


def list_named(mail: Inbound) -> list[Attachment]:
    """The files of a mail that its layout refers to. No query when it refers to none."""
    html = mail.html.lower()
    if "cid:" not in html:
        return []
    files = Attachment.objects.filter(inbound=mail).exclude(content_id="")
    return [file for file in files if f"cid:{file.content_id.lower()}" in html]


def read_kind(content: bytes) -> str:
    """The type of picture by its first bytes, or "" for anything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for first, kind in BEGINNINGS.items() if content.startswith(first)), "")

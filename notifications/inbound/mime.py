"""Split a message into its parts: a linear splitter that forgives what mailers get wrong.

Not the standard library's parser: that one drops a part's headers at the first odd line, wants
boundaries to the letter, cannot look into encoded multiparts, and has no caps. This one works on
offsets into the raw bytes and searches each boundary once per level, at most MAX_DEPTH levels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from notifications.inbound.headers import Header, read_headers
from notifications.inbound.parameters import (
    Parameters,
    read_disposition,
    read_token,
    read_type,
)
from notifications.inbound.transfer import decode_transfer, is_encoded

MAX_DEPTH = 20
MAX_PARTS = 200

_NOTHING = Parameters("")
_BOUNDARY_LINE = re.compile(rb"(?:\A|\n)--([^\s][^\r\n]{0,200}?)(?:--)?[ \t]*\r?(?=\n|\Z)")
_END_OF_LINE = re.compile(rb"[ \t]*(?:\r?\n|\r?\Z)")


@dataclass(slots=True)
class Part:
    """One part: `buffer[start:end]` is its body, still transfer-encoded."""

    buffer: bytes
    headers: list[Header]
    by_name: dict[str, list[bytes]]  # the same, by name in lower case
    start: int
    end: int
    depth: int
    content_type: str
    type_fields: Parameters
    disposition: Parameters
    encoding: str
    children: list[Part] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def first(self, name: str) -> bytes:
        """Return the first value of a header (its name in lower case), or b""."""
        values = self.by_name.get(name)
        return values[0] if values else b""

    def all(self, name: str) -> list[bytes]:
        """Return every value of a header (its name in lower case), in its order."""
        return self.by_name.get(name, [])

    @property
    def is_multipart(self) -> bool:
        return self.content_type.startswith("multipart/")

    def decode(self) -> bytes:
        """Return the body's bytes without the transfer encoding; notes what was wrong."""
        is_text = self.content_type.startswith("text/")
        data, problem = decode_transfer(
            self.buffer[self.start : self.end], self.encoding, is_text=is_text
        )
        if problem:
            self.problems.append(problem)
        return data


@dataclass(slots=True)
class _Splitter:
    max_depth: int
    max_parts: int
    into_messages: bool
    count: int = 0
    excess: str = ""

    def read(
        self, buffer: bytes, start: int, end: int, depth: int, default: str, *, top: bool = False
    ) -> Part:
        self.count += 1
        headers, body = read_headers(buffer, start, end, top=top)
        if top:
            headers, body = _rejoin_headers(buffer, headers, body, end)
        part = _make_part(buffer, headers, body, end, depth, default)
        if part.is_multipart:
            self.split(part)
        elif self.into_messages and part.content_type in ("message/rfc822", "message/global"):
            self.open_message(part)
        return part

    def may_add_to(self, part: Part) -> bool:
        if part.depth >= self.max_depth:
            self.excess = f"the message is nested more than {self.max_depth} levels deep"
        elif self.count >= self.max_parts:
            self.excess = f"the message has more than {self.max_parts} parts"
        return not self.excess

    def split(self, part: Part) -> None:
        boundary = part.type_fields.get("boundary")
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        ranges = _find_ranges(part, boundary.rstrip()) if boundary else []
        if not ranges and is_encoded(part.encoding):
            part.buffer = part.decode()
            part.start, part.end, part.encoding = 0, len(part.buffer), ""
            ranges = _find_ranges(part, boundary.rstrip()) if boundary else []
        if not ranges:
            ranges = self.guess_ranges(part)
        for start, end in ranges:
            if not self.may_add_to(part):
                break
            part.children.append(self.read(part.buffer, start, end, part.depth + 1, default))

    def guess_ranges(self, part: Part) -> list[tuple[int, int]]:
        """Without a boundary that occurs: take the one that does, or the body as one part."""
        start = max(0, part.start - 1)  # with the line ending above the first line
        match = _BOUNDARY_LINE.search(part.buffer, start, min(part.end, part.start + 20_000))
        if match:
            part.problems.append("the boundary is wrong or missing")
            guessed = match[1].decode("latin-1")
            if ranges := _find_ranges(part, guessed, encoding="latin-1"):
                return ranges
        if part.buffer[part.start : part.end].strip():
            part.problems.append("a multipart without parts")
            return [(part.start, part.end)]
        return []

    def open_message(self, part: Part) -> None:
        if not self.may_add_to(part):
            return
        buffer, start, end = part.buffer, part.start, part.end
        if is_encoded(part.encoding):
            buffer = part.decode()
            start, end = 0, len(buffer)
        part.children.append(self.read(buffer, start, end, part.depth + 1, "text/plain", top=True))


def split_message(
    raw: bytes,
    *,
    max_depth: int = MAX_DEPTH,
    max_parts: int = MAX_PARTS,
    into_messages: bool = False,
) -> tuple[Part, str]:
    """Return (the tree of parts, what was too much of it in plain words or "").

    Beyond the caps nothing is split further (THREATS 25). Attached messages stay closed unless
    `into_messages`: their words are not this sender's.
    """
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    splitter = _Splitter(max_depth, max_parts, into_messages)
    root = splitter.read(raw, 0, len(raw), 0, "text/plain", top=True)
    return root, splitter.excess


def read_part_headers(data: bytes) -> list[Header]:
    """Return the headers that stand at the top of `data` (a returned message, say)."""
    return read_headers(data, 0, min(len(data), 200_000), top=True)[0]


def _make_part(
    buffer: bytes, headers: list[Header], body: int, end: int, depth: int, default: str
) -> Part:
    by_name: dict[str, list[bytes]] = {}
    for name, value in headers:
        by_name.setdefault(name.lower(), []).append(value)
    types = by_name.get("content-type", [])
    read = [read_type(value) for value in types[:5]]
    chosen = next((one for one in read if one.value), read[0] if read else _NOTHING)
    placed = [read_disposition(value) for value in by_name.get("content-disposition", [])[:5]]
    disposition = next(
        (one for one in placed if one.get("filename")), placed[0] if placed else _NOTHING
    )
    encodings = [value for value in by_name.get("content-transfer-encoding", []) if value]
    return Part(
        buffer=buffer,
        headers=headers,
        by_name=by_name,
        start=body,
        end=end,
        depth=depth,
        content_type=chosen.value or _type_without_name(bool(types), disposition, chosen, default),
        type_fields=chosen,
        disposition=disposition,
        encoding=read_token(encodings[0]) if encodings else "",
    )


def _type_without_name(
    named: bool, disposition: Parameters, fields: Parameters, default: str
) -> str:
    """`Content-Type: ; name="face.jpg"` is a file; no Content-Type at all is text."""
    has_file = disposition.get("filename") or fields.get("name")
    return "application/octet-stream" if named and has_file else default


def _find_ranges(part: Part, boundary: str, *, encoding: str = "utf-8") -> list[tuple[int, int]]:
    """Return where the parts between the delimiter lines begin and end."""
    delimiter = b"--" + boundary.encode(encoding, "replace")
    buffer, position, stop = part.buffer, part.start, part.end
    ranges: list[tuple[int, int]] = []
    opened = -1
    while (found := buffer.find(delimiter, position, stop)) >= 0:
        position = found + len(delimiter)
        if found > part.start and buffer[found - 1] not in b"\r\n":
            continue
        closing, following = _read_delimiter_end(buffer, position, stop)
        if following < 0:
            continue
        if opened >= 0:
            ranges.append((opened, max(opened, _before_newline(buffer, found))))
        opened = -1 if closing else following
        position = following if following > position else position
        if closing or len(ranges) > MAX_PARTS:
            break
    if opened >= 0 and buffer[opened:stop].strip():
        ranges.append((opened, stop))  # the closing delimiter is missing
    return ranges


def _read_delimiter_end(buffer: bytes, position: int, stop: int) -> tuple[bool, int]:
    """Return (closing?, where the next line begins), or -1 when this is another boundary."""
    if match := _END_OF_LINE.match(buffer, position, stop):
        return False, match.end()
    if buffer[position : position + 2] == b"--":
        following = buffer[position + 2 : min(position + 3, stop)]
        if not following.isalnum() and following not in (b"-", b"_", b"="):
            newline = buffer.find(b"\n", position, stop)
            return True, stop if newline < 0 else newline + 1
    return False, -1


def _before_newline(buffer: bytes, position: int) -> int:
    """The line ending before a delimiter belongs to the delimiter."""
    if buffer[position - 1 : position] == b"\n":
        position -= 1
    if buffer[position - 1 : position] == b"\r":
        position -= 1
    return position


_MAX_TORN = 64_000  # bytes in which the torn headers must end
_USUAL = {"from", "subject", "to", "date", "content-type", "message-id", "mime-version"}


def _rejoin_headers(
    buffer: bytes, headers: list[Header], body: int, end: int
) -> tuple[list[Header], int]:
    """Take up headers again that an empty line tore off, when the sender is still missing."""
    if not headers or any(name.lower() == "from" for name, _ in headers):
        return headers, body
    more, after = read_headers(buffer, body, min(end, body + _MAX_TORN), top=True)
    names = {name.lower() for name, _ in more}
    if "from" in names and len(names & _USUAL) >= 3:
        return headers + more, after
    return headers, body

"""Who wrote this? One sender, or the reason why that is not clear (THREATS 8, 9, 13).

Two programs that read one From differently are how a forged sender passes: so whatever is not
plainly one address is reported, and the pipeline keeps such a human mail in quarantine.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from notifications.inbound.headers import decode_header, settle_bytes
from notifications.inbound.sanitise import clean_line

MAX_ADDRESS = 320
MAX_NAME = 320
_MAX_HEADER = 20_000  # bytes of one From
_MAX_RECIPIENTS = 60_000

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\u0080-\U0010ffff-]{1,128}"
_DOMAIN = r"[A-Za-z0-9\u0080-\U0010ffff_-][A-Za-z0-9.\u0080-\U0010ffff_-]{0,253}"
_ADDRESS = re.compile(rf"{_LOCAL}@{_DOMAIN}\Z")
_QUOTED_LOCAL = re.compile(rf'"(?:[^"\\\x00-\x1f\x7f]|\\.){{1,64}}"@{_DOMAIN}\Z')
_FOUND = re.compile(rf"(?<![\w.+-]){_LOCAL}@[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{1,8}}")
_SPACE_AROUND = re.compile(r"\s*([.@])\s*")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
# `Ann Lee <ann@customer.example>`: nothing in it needs a closer look.
_USUAL = re.compile(
    rb"([A-Za-z0-9 '.-]{0,100})"
    rb"<([A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})>"
)
_SPECIAL = re.compile(r'["\\(),:;<>]')


@dataclass(frozen=True, kw_only=True)
class Sender:
    """A From header. `email` is as written, "" when there is none; `problem` says why not sure."""

    name: str
    email: str
    problem: str
    notice: str = ""  # worth showing, but no reason to doubt: a name that holds an address


@dataclass(slots=True)
class _Mailbox:
    phrase: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    angle: str | None = None

    @property
    def is_blank(self) -> bool:
        return self.angle is None and not "".join(self.phrase).strip()

    @property
    def holds_address(self) -> bool:
        return self.angle is not None or "@" in "".join(self.phrase) or "=?" in str(self.phrase)


def read_sender(values: list[bytes], *, hint: str | None = None) -> Sender:
    """Return who a mail says it is from, given every From header in its order."""
    if not values:
        return Sender(name="", email="", problem="there is no From")
    if len(values) == 1 and (usual := _USUAL.fullmatch(values[0])):
        name, email = usual[1].decode("ascii"), usual[2].decode("ascii")
        return Sender(name=" ".join(name.split()), email=email, problem="")
    boxes, problem = _split_mailboxes(_to_text(values[0][:_MAX_HEADER], hint))
    boxes = _join_commas([box for box in boxes if not box.is_blank])
    if not boxes:
        return Sender(name="", email="", problem=problem or "the From is empty")
    sender = _read_mailbox(boxes[0], hint)
    if len(values) > 1:
        problem = "there are several From headers"
    elif len(boxes) > 1:
        problem = "the From names several addresses"
    elif len(values[0]) > _MAX_HEADER:
        problem = "the From is too long"
    return Sender(
        name=sender.name,
        email=sender.email,
        problem=problem or sender.problem,
        notice=sender.notice,
    )


def read_addresses(value: bytes) -> tuple[str, ...]:
    """Return the addresses of a To or Cc, as written; what is unclear is left out."""
    boxes, _ = _split_mailboxes(_to_text(value[:_MAX_RECIPIENTS], None))
    found = (_read_mailbox(box, None) for box in boxes if not box.is_blank)
    return tuple(sender.email for sender in found if "@" in sender.email)


def normalise_address(address: str) -> str | None:
    """Return an address for comparison: lower-case, domain as A-label; None when it is none.

    The domain is encoded without mapping look-alikes onto each other: `straße` is not `strasse`.
    """
    local, at, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    if not at or not local or len(address) > MAX_ADDRESS:
        return None
    ascii_domain = encode_domain(domain)
    return f"{local.lower()}@{ascii_domain}" if ascii_domain else None


def encode_domain(domain: str) -> str | None:
    """Return a domain as lower-case A-labels, or None when it cannot be one."""
    domain = unicodedata.normalize("NFC", domain.strip().rstrip(".").lower())
    if not domain or len(domain) > 253:
        return None
    labels = []
    for label in domain.split("."):
        if not label.isascii():
            try:
                label = "xn--" + label.encode("punycode").decode("ascii")
            except UnicodeError:
                return None
        if not _LABEL.match(label):
            return None
        labels.append(label)
    return ".".join(labels)


def find_addresses(text: str) -> list[str]:
    """Return what looks like an address in a text (a display name, say)."""
    return _FOUND.findall(text[:2_000])


def _to_text(value: bytes, hint: str | None) -> str:
    # latin-1 keeps every byte, so that encoded names can still be read by their own charset.
    return settle_bytes(value, hint).decode("latin-1")


def _join_commas(boxes: list[_Mailbox]) -> list[_Mailbox]:
    """Undo the split of `Doe, John <j@doe.example>`: one address alone is clear."""
    last = boxes[-1] if boxes else None
    if last is None or last.angle is None or any(box.holds_address for box in boxes[:-1]):
        return boxes
    phrases = ["".join(box.phrase).strip() for box in boxes]
    last.phrase = [", ".join(phrase for phrase in phrases if phrase)]
    return [last]


def _split_mailboxes(text: str) -> tuple[list[_Mailbox], str]:
    """Split at the commas that separate. Returns (mailboxes, problem). One pass, no recursion."""
    boxes = [_Mailbox()]
    problem = ""
    position = 0
    while position < len(text):
        match = _SPECIAL.search(text, position)
        mark = match.start() if match else len(text)
        if mark > position:
            _add_phrase(boxes, text[position:mark])
        if match is None:
            break
        character = match[0]
        position = mark + 1
        if character == '"':
            piece, position = _read_quoted(text, position)
            if text[position : position + 1] == "@":  # a quoted local part
                boxes[-1].phrase.append(f'"{piece}"')
            else:
                boxes[-1].quoted.append(piece)
                boxes[-1].phrase.append(piece)
        elif character == "(":
            piece, position = _read_comment(text, position)
            boxes[-1].comments.append(piece)
        elif character == "<":
            position, trouble = _take_angle(boxes, text, position)
            problem = problem or trouble
        elif character in ",;":
            boxes.append(_Mailbox())
        elif character == ":":
            problem = problem or _take_colon(boxes, text, position)
        elif character == "\\":
            _add_phrase(boxes, text[position : position + 1])
            position += 1
    return boxes, problem


def _add_phrase(boxes: list[_Mailbox], piece: str) -> None:
    if boxes[-1].angle is not None and piece.strip():
        boxes.append(_Mailbox())  # `A <a@x> B <b@y>`: the comma is missing
    boxes[-1].phrase.append(piece)


def _take_angle(boxes: list[_Mailbox], text: str, start: int) -> tuple[int, str]:
    """Read `<…>`. Returns (where it ends, problem)."""
    if boxes[-1].angle is not None:
        boxes.append(_Mailbox())
    end = text.find(">", start)
    inner = text[start:] if end < 0 else text[start:end]
    problem = ""
    if end < 0:
        problem = "the address has no closing bracket"
    elif "<" in inner:
        inner = inner.rpartition("<")[2]
        problem = "an address stands inside another"
    boxes[-1].angle = inner
    return (len(text) if end < 0 else end + 1), problem


def _take_colon(boxes: list[_Mailbox], text: str, position: int) -> str:
    """A group's name ends here, unless the colon is only part of an unquoted name."""
    opening = text.find("<", position)
    semicolon = text.find(";", position)
    if semicolon < 0 and opening >= 0:
        boxes[-1].phrase.append(":")
        return ""
    boxes[-1] = _Mailbox()
    return "the From is a group"


def _read_quoted(text: str, position: int) -> tuple[str, int]:
    pieces: list[str] = []
    while position < len(text):
        character = text[position]
        if character == "\\":
            pieces.append(text[position + 1 : position + 2])
            position += 2
            continue
        if character == '"':
            return "".join(pieces), position + 1
        pieces.append(character)
        position += 1
    return "".join(pieces), position


def _read_comment(text: str, position: int) -> tuple[str, int]:
    """Read a comment with those inside it, by counting."""
    start, depth = position, 1
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return text[start:position], position + 1
        position += 1
    return text[start:], position


def _read_mailbox(box: _Mailbox, hint: str | None) -> Sender:
    phrase = "".join(box.phrase)
    if box.angle is None:
        return _read_bare(box, phrase, hint)
    email, problem = _read_spec(box.angle)
    name = _decode_name(phrase, hint)
    if not name:
        name = _decode_name(" ".join(box.comments), hint)
    notice = _find_other_address(name, email)
    if notice:
        unquoted = find_addresses(phrase if not box.quoted else "")
        if unquoted and not problem:
            problem = "a second address stands before the sender's"
    return Sender(name=name, email=email, problem=problem, notice=notice)


def _read_bare(box: _Mailbox, phrase: str, hint: str | None) -> Sender:
    """Read `a@b`, `a@b (Name)`, or words without any address."""
    name = _decode_name(" ".join(box.comments), hint)
    words = phrase.split()
    holding = [word for word in words if "@" in word]
    if len(holding) > 1 and len(words) == len(holding):
        email, _ = _read_spec(holding[0])
        return Sender(name=name, email=email, problem="the From names several addresses")
    email, problem = _read_spec(phrase)
    if email and "@" in email:
        notice = _find_other_address(name, email)
        return Sender(name=name, email=email, problem=problem, notice=notice)
    decoded = _decode_name(phrase, hint)
    if found := find_addresses(decoded):
        rest = clean_line(decoded.replace(found[0], "").strip(" <>\"'"))
        problem = (
            "the address is hidden in an encoded name"
            if "=?" in phrase
            else "the address is written without brackets"
        )
        return Sender(name=rest or name, email=found[0], problem=problem)
    if len(words) == 1 and not box.quoted:  # `MAILER-DAEMON (Mail Delivery System)`
        return Sender(name=name, email=email, problem="the sender's address has no domain")
    return Sender(name=decoded or name, email="", problem="the From holds no address")


def _read_spec(spec: str) -> tuple[str, str]:
    """Return (address, problem) of what stands between the brackets."""
    bare = _drop_comments(spec).strip()
    if bare.lower().startswith("mailto:"):
        bare = bare[7:]
    if not bare:
        return "", "the sender's address is empty"
    bare = _SPACE_AROUND.sub(r"\1", bare) if any(c.isspace() for c in bare) else bare
    if not bare.isascii():
        try:
            bare = bare.encode("latin-1").decode("utf-8")
        except UnicodeError:
            pass
    address = clean_line(bare, max_length=MAX_ADDRESS)
    if address != bare.strip():
        return address, "the sender's address holds control characters"
    if bare.startswith("@") and ":" in bare:
        return clean_line(bare.rpartition(":")[2]), "the sender's address is a route"
    if "@" not in bare:
        return address, "the sender's address has no domain"
    if bare.startswith('"'):
        inner = bare[1:].rpartition('"@')[0]
        if _QUOTED_LOCAL.match(bare) and "@" not in inner:
            return address, ""
        return address, "the sender's address is unclear"
    if bare.count("@") > 1:
        return address, "the sender's address holds two @"
    if not _ADDRESS.match(bare) or "=?" in bare:
        return address, "the sender's address is unclear"
    return address, ""


def _drop_comments(spec: str) -> str:
    if "(" not in spec:
        return spec
    pieces: list[str] = []
    position = 0
    while (opening := spec.find("(", position)) >= 0:
        pieces.append(spec[position:opening])
        _, position = _read_comment(spec, opening + 1)
    pieces.append(spec[position:])
    return "".join(pieces)


def _decode_name(phrase: str, hint: str | None) -> str:
    name = decode_header(phrase.encode("latin-1"), hint=hint)
    return clean_line(" ".join(name.split()).strip('" '), max_length=MAX_NAME)


def _find_other_address(name: str, email: str) -> str:
    """Return the notice when a name holds an address that is not the sender's, or ""."""
    others = [found for found in find_addresses(name) if found.lower() != email.lower()]
    return f"the sender's name holds another address, {others[0][:100]}" if others else ""

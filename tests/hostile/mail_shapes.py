"""Mail that is made to cost time or memory: the worst shapes that were found, a megabyte each."""

from __future__ import annotations

SIZE = 1_000_000  # bytes


def fill(unit: bytes | str) -> bytes:
    """Return `unit` again and again, up to SIZE."""
    data = unit.encode() if isinstance(unit, str) else unit
    return data * (SIZE // len(data))


def nest_multiparts(depth: int) -> bytes:
    """Return multiparts within multiparts, with words in the innermost."""
    levels = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level)
        for level in range(depth)
    )
    return levels + b"Content-Type: text/plain\n\nwords\n"


def widen_multipart(parts: int) -> bytes:
    """Return one multipart of many parts."""
    return b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + (
        b"--b\nContent-Type: text/plain\n\nx\n" * parts
    )


def _body(headers: str, unit: bytes | str) -> bytes:
    return f"From: a@b.example\n{headers}\n\n".encode() + fill(unit)


MIXED = "Content-Type: multipart/mixed; boundary=b"
PLAIN = "Content-Type: text/plain; charset="
DAEMON = "From: MAILER-DAEMON\nSubject: failure notice"
REPORT = "Content-Type: message/delivery-status"

SHAPES: dict[str, bytes] = {
    "encoded words": b"Subject: " + fill("=?utf-8?q?a?= "),
    "unfinished words": b"Subject: " + fill("=?a?q?"),
    "words in the sender": b"From: " + fill("=?utf-8?b?YQ==?= "),
    "brackets": b"From: " + fill("("),
    "bracket pairs": b"From: " + fill("()"),
    "angles": b"From: " + fill("<"),
    "quotes": b"From: " + fill('"'),
    "backslashes": b"From: " + fill("\\"),
    "senders": b"From: " + fill("a@b,"),
    "groups": b"From: " + fill("a:"),
    "recipients": b"To: " + fill("a@b,"),
    "long domain": b"From: a@" + fill("\u00fc."),
    "headers": fill("A: b\n"),
    "hops": fill("Received: x\n"),
    "folds": b"Subject: a\n" + fill(" b\n"),
    "junk and headers": fill("a: b\njunk\n"),
    "no headers": fill("a\n"),
    "references": b"References: " + fill("<a@b> "),
    "open references": b"References: " + fill("<"),
    "dates": b"Date: " + fill("1,"),
    "parameters": b"Content-Type: text/plain; " + fill("a=b;"),
    "parameter pieces": b"Content-Type: multipart/mixed; " + fill('boundary*0="a";'),
    "blank parameters": b"Content-Type: a/b" + fill(" "),
    "torn parameters": b"Content-Type: a/b; " + fill(" x"),
    "file name path": b"Content-Disposition: attachment; filename=" + fill("a/"),
    "results": b"From: a@b.example\nAuthentication-Results: us; " + fill("dkim=pass header.d=x;"),
    "result comments": b"From: a@b.example\nAuthentication-Results: us; " + fill("("),
    "boundaries": _body(MIXED, "--b\n"),
    "parts": _body(MIXED, "--b\n\nx\n"),
    "parts of parts": _body(MIXED, f"--b\n{MIXED}\n\n"),
    "false boundaries": _body(MIXED, "--bx\n"),
    "guessed boundaries": _body("Content-Type: multipart/mixed", "--b%d\n"),
    "attached messages": _body(MIXED, "--b\nContent-Type: message/rfc822\n\n"),
    "messages in messages": fill("Content-Type: message/rfc822\n\n"),
    "alternatives": _body("Content-Type: multipart/alternative; boundary=b", "--b\n\nx\n"),
    "deep": nest_multiparts(18_000),
    "long boundary": b"Content-Type: multipart/mixed; boundary=" + b"b" * 500_000 + b"\n\n--"
    + b"b" * 500_000,
    "base64 pieces": _body("Content-Transfer-Encoding: base64", "YQ==\n"),
    "base64 padding": _body("Content-Transfer-Encoding: base64", "="),
    "quoted breaks": _body("Content-Transfer-Encoding: quoted-printable", "=\n"),
    "quoted blanks": _body("Content-Transfer-Encoding: quoted-printable", "=  "),
    "uuencode lines": _body("Content-Transfer-Encoding: x-uuencode", "M\n"),
    "flowed": _body("Content-Type: text/plain; format=flowed", "a \n"),
    "flowed blanks": _body("Content-Type: text/plain; format=flowed; delsp=yes", " "),
    "quotation": _body("", ">"),
    "high bytes": _body("", b"\xff\xfe"),
    "half letters": _body(PLAIN + "shift_jis", b"\x81"),
    "escapes": _body(PLAIN + "iso-2022-jp", b"\x1b$B"),
    "korean escapes": _body(PLAIN + "iso-2022-kr", b"\x1b$)C\x0e"),
    "shifted": _body(PLAIN + "utf-7", b"+AA"),
    "surrogates": _body(PLAIN + "utf-16", b"\x00\xd8"),
    "big5": _body(PLAIN + "big5", b"\xa4"),
    "nothing": fill("\0"),
    "blanks": fill(" "),
    "blank lines": fill(" \n"),
    "carriage returns": fill("\r"),
    "header returns": fill("a: b\r"),
    "doubled returns": fill("\r\r\n"),
    "html depth": _body("Content-Type: text/html", "<div>"),
    "html misnested": _body("Content-Type: text/html", "<b></p>"),
    "html ampersands": _body("Content-Type: text/html", "&"),
    "html openings": _body("Content-Type: text/html", "<"),
    "html charset": _body("Content-Type: text/html", "<meta "),
    "html report": f"{DAEMON}\nContent-Type: text/html\n\n".encode() + fill("<"),
    "returned ids": f"{DAEMON}\n\n".encode() + fill("Message-ID: "),
    "wrapped ids": f"{DAEMON}\n\n".encode() + fill("message-id:\n"),
    "marked ids": f"{DAEMON}\n\n".encode() + fill(">|> "),
    "endless id": f"{DAEMON}\n\nMessage-ID: ".encode() + fill("a@"),
    "codes": f"{DAEMON}\n\n".encode() + fill("5.1.1 "),
    "report fields": _body(REPORT, "A: b\n"),
    "report actions": _body(REPORT, "Action: \n"),
    "report folds": f"{REPORT}\n\nStatus: ".encode() + fill("\n b"),
    "absence": b"Subject: out of office\nPrecedence: bulk\n\n" + fill("out of "),
}  # fmt: skip

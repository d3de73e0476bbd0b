"""Is the sender who the From says? By what our own mail server found (THREATS 11, 12), or we.

Only the topmost Authentication-Results with our server's own id counts (RFC 8601): anybody can
write the header, and our server writes its own above all others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from notifications.inbound.addresses import encode_domain, normalise_address
from notifications.inbound.domains import are_aligned
from notifications.inbound.message import ParsedMessage
from notifications.inbound.signed import check_signatures

_MAX_HEADER = 10_000
_METHOD = re.compile(r"([a-z][a-z0-9._-]*)(?:/\d+)?\s*=\s*([a-z][a-z0-9_-]*)")
_PROPERTY = re.compile(r"([a-z][a-z0-9-]*)\s*\.\s*([a-z][a-z0-9._-]*)\s*=\s*(\"[^\"]*\"|[^\s;]+)")
_REASON = re.compile(r"\breason\s{0,9}=\s{0,9}(?:\"[^\"]*\"|[^\s;]+)")  # quotes what strangers say
_HEADER = "authentication-results"


@dataclass(frozen=True, kw_only=True)
class Authentication:
    """`result` is pass, fail or none; `detail` says in plain words what it rests on."""

    result: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class _Verdict:
    method: str
    result: str
    properties: dict[str, str]


def authenticate(
    parsed: ParsedMessage, *, authserv_id: str, raw: bytes | None = None
) -> Authentication:
    """Return whether the From's domain is proven. Never raises.

    DMARC decides where our server looked at it: none and errors are then no proof (THREATS 12).
    Where it did not, an aligned DKIM signature or an aligned SPF pass is. What our server has said
    nothing about is looked at here when `raw` is given, which may take seconds.
    """
    address = normalise_address(parsed.from_email)
    if address is None or parsed.from_problem:
        return Authentication(result="none", detail="The sender's address is not clear.")
    domain = address.rpartition("@")[2]
    header = _find_own_header(parsed, authserv_id)
    if header is None:
        if raw is not None:
            proof = check_signatures(raw, domain=domain)
            return Authentication(result=proof.result, detail=proof.detail)
        nobody = authserv_id or "Our mail server"
        return Authentication(result="none", detail=f"{nobody} has said nothing about it.")
    verdicts = _read_verdicts(header)
    dmarc = [verdict for verdict in verdicts if verdict.method == "dmarc"]
    if dmarc:
        return _judge_dmarc(dmarc, domain)
    return _judge_parts(verdicts, domain)


def _judge_dmarc(dmarc: list[_Verdict], domain: str) -> Authentication:
    results = {verdict.result for verdict in dmarc}
    if "fail" in results:
        return Authentication(result="fail", detail=f"DMARC failed for {domain}.")
    if results != {"pass"}:
        return Authentication(result="none", detail=f"DMARC says {', '.join(sorted(results))}.")
    named = {_domain_of(verdict.properties.get("header.from", "")) for verdict in dmarc}
    if named != {domain}:
        said = ", ".join(sorted(filter(None, named))) or "no domain"
        return Authentication(
            result="none", detail=f"DMARC passed for {said}, but the mail is from {domain}."
        )
    return Authentication(result="pass", detail=f"DMARC passed for {domain}.")


def _judge_parts(verdicts: list[_Verdict], domain: str) -> Authentication:
    for verdict in verdicts:
        if verdict.method == "dkim" and verdict.result == "pass":
            signer = verdict.properties.get("header.d") or verdict.properties.get("header.i", "")
            if are_aligned(_domain_of(signer), domain):
                return Authentication(
                    result="pass", detail=f"Signed by {_domain_of(signer)} (DKIM)."
                )
    for verdict in verdicts:
        if verdict.method == "spf" and verdict.result == "pass":
            sender = verdict.properties.get("smtp.mailfrom") or verdict.properties.get(
                "smtp.mail", ""
            )
            if are_aligned(_domain_of(sender), domain):
                return Authentication(
                    result="pass", detail=f"Sent by a server of {_domain_of(sender)} (SPF)."
                )
    failed = [v.method.upper() for v in verdicts if v.result in ("fail", "hardfail")]
    if failed:
        return Authentication(
            result="fail", detail=f"{' and '.join(dict.fromkeys(failed))} failed for {domain}."
        )
    return Authentication(result="none", detail=f"Nothing proves that it is from {domain}.")


def _find_own_header(parsed: ParsedMessage, authserv_id: str) -> str | None:
    """Return the topmost results that bear our id, comments taken out."""
    wanted = authserv_id.strip().lower()
    for value in parsed.all_headers(_HEADER):
        bare = _drop_comments(value[:_MAX_HEADER].lower())
        words = bare.split(";", 1)[0].split()
        if wanted and words and words[0].strip('"') == wanted:
            return bare
    return None


def _drop_comments(value: str) -> str:
    """Take comments out, nested ones too; what stands in quotes is no comment."""
    if "(" not in value and "\\" not in value:
        return value
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for character in value:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
            continue
        elif character == '"' and not depth:
            quoted = not quoted
        elif character == "(" and not quoted:
            depth += 1
            continue
        elif character == ")" and not quoted and depth:
            depth -= 1
            continue
        if not depth:
            kept.append(character)
    return "".join(kept)


def _read_verdicts(header: str) -> list[_Verdict]:
    verdicts: list[_Verdict] = []
    for statement in _split_statements(header)[1:]:
        text = _REASON.sub("", statement).strip()
        if match := _METHOD.match(text):
            found = _PROPERTY.findall(text, match.end())
            properties = {f"{kind}.{name}": value.strip('"') for kind, name, value in found}
            verdicts.append(_Verdict(method=match[1], result=match[2], properties=properties))
    return verdicts


def _split_statements(header: str) -> list[str]:
    """Split at semicolons that stand outside quotes."""
    pieces = header.split('"')
    statements = [""]
    for number, piece in enumerate(pieces):
        if number % 2:
            statements[-1] += f'"{piece}"'
            continue
        first, *rest = piece.split(";")
        statements[-1] += first
        statements.extend(rest)
    return statements


def _domain_of(value: str) -> str | None:
    return encode_domain(value.strip().strip('"<>').rpartition("@")[2])

"""What the doctor says: what was looked at, what was seen, what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`level` is ok, warning or problem; `remedy` says what to do about the last two."""

    subject: str
    level: str
    seen: str
    remedy: str = ""


def ok(subject: str, seen: str) -> Finding:
    return Finding(subject=subject, level="ok", seen=seen)


def warn(subject: str, seen: str, remedy: str) -> Finding:
    return Finding(subject=subject, level="warning", seen=seen, remedy=remedy)


def bad(subject: str, seen: str, remedy: str) -> Finding:
    return Finding(subject=subject, level="problem", seen=seen, remedy=remedy)

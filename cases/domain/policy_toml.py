"""A policy as a TOML file that a person can read and keep under version control.

`tomllib` reads it back to an equal policy. Every field is written, with what it does beside it;
standard library only, and exactly what a policy is made of.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import time
from decimal import Decimal
from typing import Any

from cases.domain.policy import Policy, PolicyError
from cases.domain.policy_words import SECTIONS, WORDS, flatten

TABLES = ("exclusions", "questions")


def read_toml(text: str) -> Policy:
    """The policy of a file. Raises `PolicyError`, for what is no TOML as well."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError({"file": str(error)}) from error
    return Policy.from_dict(data)


def write_toml(policy: Policy) -> str:
    """The whole policy, section by section; tables come last, as TOML wants it."""
    flat = flatten(policy)
    lines = [f"code = {write_value(policy.code)}"]
    for title, paths in SECTIONS.items():
        plain = [p for p in paths if p not in TABLES and not p.startswith("fee.")]
        lines += ["", f"# {title}", *write_fields(plain, flat)]
    lines += ["", "[fee]", *write_fee(policy)]
    for name in TABLES:
        for row in flat[name]:
            lines += ["", f"[[{name}]]", *write_row(row)]
    return "\n".join(lines) + "\n"


def write_fields(paths: list[str], flat: dict[str, Any]) -> Iterator[str]:
    for path in paths:
        if flat[path] is None:
            continue  # TOML has no word for nothing: leaving it out is that word
        if WORDS[path].help:
            yield f"# {WORDS[path].help}"
        yield f"{path} = {write_value(flat[path])}"


def write_fee(policy: Policy) -> Iterator[str]:
    for field in fields(policy.fee):
        value = getattr(policy.fee, field.name)
        if field.name == "steps":
            rows = ", ".join(
                f'{{ from_year = {s.from_year}, percent = "{s.percent}" }}' for s in value
            )
            yield f"steps = [{rows}]"
        elif value is not None:
            yield f"{field.name} = {write_value(value)}"


def write_row(row: Any) -> Iterator[str]:
    for field in fields(row):
        yield f"{field.name} = {write_value(getattr(row, field.name))}"


def write_value(value: Any) -> str:
    """One value in TOML; its strings are those of JSON, but for the delete character."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, time):
        return f'"{value.isoformat("minutes") if not value.second else value.isoformat()}"'
    if isinstance(value, Decimal):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(write_value(v) for v in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

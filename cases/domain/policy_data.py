"""Reading a frozen dataclass from plain data and writing it back, with errors for a person.

Standard library only; understands exactly what a policy is made of: text, numbers, yes/no, times,
Decimals, literals, tuples and nested dataclasses.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class PolicyError(ValueError):
    """The data is not a policy; `problems` maps each field's path to what is wrong with it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{path}: {what}" for path, what in self.problems.items()))


def load(kind: type[T], data: Mapping[str, Any]) -> T:
    """Build `kind` from `data`. Raises `PolicyError` naming every wrong field at once."""
    problems: dict[str, str] = {}
    built = build(kind, data, "", problems)
    if problems:
        raise PolicyError(problems)
    return built


def build(kind: Any, data: Any, path: str, problems: dict[str, str]) -> Any:
    if not isinstance(data, Mapping):
        problems[path or "policy"] = "must be a table of names and values"
        return None
    hints = get_type_hints(kind)
    known = {f.name: f for f in fields(kind)}
    for name in data:
        if name not in known:
            problems[join(path, str(name))] = "is not a field of a policy"
    values = {}
    for name, field in known.items():
        if name in data:
            values[name] = convert(hints[name], data[name], join(path, name), problems)
        elif field.default is MISSING and field.default_factory is MISSING:
            problems[join(path, name)] = "is missing"
    return None if problems else kind(**values)


def convert(hint: Any, value: Any, path: str, problems: dict[str, str]) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = next(arg for arg in get_args(hint) if arg is not type(None))
        return None if value is None else convert(inner, value, path, problems)
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            problems[path] = "must be a list"
            return ()
        inner = get_args(hint)[0]
        return tuple(
            convert(inner, one, f"{path}[{index}]", problems) for index, one in enumerate(value)
        )
    if origin is Literal:
        if value not in get_args(hint):
            problems[path] = f"is “{value}”, but must be one of {', '.join(get_args(hint))}"
        return value
    if is_dataclass(hint):
        return build(hint, value, path, problems)
    return convert_plain(hint, value, path, problems)


def convert_plain(hint: type, value: Any, path: str, problems: dict[str, str]) -> Any:
    try:
        if hint is Decimal and isinstance(value, (str, int, float)) and value is not True:
            number = Decimal(str(value))
            if number.is_finite():
                return number
        elif hint is time and isinstance(value, time):
            return value.replace(tzinfo=None)
        elif hint is time and isinstance(value, str):
            return time.fromisoformat(value).replace(tzinfo=None)
        elif type(value) is hint:
            return value
    except (ValueError, InvalidOperation):
        pass
    names = {str: "text", int: "a whole number", bool: "true or false", Decimal: "a number"}
    problems[path] = f"is {value!r}, but must be {names.get(hint, 'a time such as 09:00')}"
    return None


def join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def dump(value: Any) -> Any:
    """The same as plain JSON values: Decimals and times become text, tuples become lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: dump(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [dump(one) for one in value]
    if isinstance(value, time):
        return value.isoformat("minutes") if not value.second else value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value

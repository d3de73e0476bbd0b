"""Two versions of a policy, field by field, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cases.domain.policy import Policy
from cases.domain.policy_words import WORDS, flatten, say_part, say_value


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field that is not the same. For lists `gone` and `come` say which lines changed."""

    field: str
    label: str
    before: str
    after: str
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()

    @property
    def is_list(self) -> bool:
        return bool(self.gone or self.come)


def compare_policies(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """What differs, in the order of the fields; empty when they are the same."""
    old, new = flatten(before), flatten(after)
    return tuple(describe(path, old[path], new[path]) for path in WORDS if old[path] != new[path])


def describe(path: str, old: Any, new: Any) -> Difference:
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()
    if isinstance(old, tuple) and isinstance(new, tuple) and path not in ("reminder_days",):
        gone = tuple(say_part(part) for part in old if part not in new)
        come = tuple(say_part(part) for part in new if part not in old)
    return Difference(
        field=path,
        label=WORDS[path].label,
        before=say_value(path, old),
        after=say_value(path, new),
        gone=gone,
        come=come,
    )

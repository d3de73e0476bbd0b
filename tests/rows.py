"""Asks one test of many rows, where a test of its own for each would cost more than its work."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any


def each(names: str, rows: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """pytest's `parametrize` as one test; several multiply as there.

    The rows share the fixtures: what one leaves in the database, the next one finds.
    A test of pytest's costs some 4 ms before it begins, for its name, its fixtures and its way from
    worker to report: sentences in four languages are read in a tenth of that. All rows are asked,
    and those that fail are named.
    """
    columns, known = names.replace(" ", "").split(","), list(rows)
    assert known, f"no rows for {names}"

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def ask_all(**others: Any) -> None:
            failed = []
            for row in known:
                values = row if len(columns) > 1 else [row]
                try:
                    test(**dict(zip(columns, values, strict=True)), **others)
                except AssertionError as error:
                    failed.append(f"{row!r}: {error}")
            assert not failed, "\n".join([f"{len(failed)} of {len(known)} fail", *failed])

        # Where pytest reads which fixtures to give: all but the rows.
        asked = inspect.signature(test)
        left = [given for name, given in asked.parameters.items() if name not in columns]
        ask_all.__signature__ = asked.replace(parameters=left)  # type: ignore[attr-defined]
        del ask_all.__wrapped__  # type: ignore[attr-defined]
        return ask_all

    return decorate

"""Asks one test of many rows, where a test of its own for each would cost more than its work."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any


def each(names: str, rows: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """pytest's `parametrize` as one test, for what needs no fixture; several multiply as there.

    A test of pytest's costs 5 ms before it begins, for its name, its fixtures and its way from
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

        del ask_all.__wrapped__  # type: ignore[attr-defined]  # where pytest looks for fixtures
        return ask_all

    return decorate

"""What a transaction writes: one case's rows at once, or those of many cases together.

An action says what is to be written and does not care which of the two it is. In between, whoever
reads the tables sees what `Work` wrote, and does not see what `BulkWork` still holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator
from typing import Any

from django.db.models import Model

from cases.models import Case
from notifications import outbox
from notifications.bulk import find_changes, insert_all, take_ids, update_all

# One statement on the rows of these numbers, with what is the same for all of them.
ForMany = Callable[..., None]


class Work:
    """Everything is written as soon as it is said."""

    def __init__(self) -> None:
        self.mails = outbox.Mailbag()

    def watch(self, case: Case) -> None:
        """Remember the case as it is, so that `save` can tell what changed."""

    def save(self, case: Case) -> None:
        case.save()

    def add(self, row: Model) -> None:
        """Insert a new row."""
        row.save(force_insert=True)

    def together(self, action: ForMany, row_id: int, **shared: Hashable) -> None:
        """Call `action` with this number, and with all others that it is wanted for."""
        action([row_id], **shared)

    def flush(self) -> None:
        """Write what is still only gathered."""


class BulkWork(Work):
    """Everything is written by `flush`, in a few statements. Belongs into one transaction.

    Statements of `together` come first, in the order in which they were first said; then the
    cases, then new rows, then mails. Foreign keys are checked at the commit.
    """

    def __init__(self, cases: Collection[Case], *, block: int = 0) -> None:
        """`block` is how many numbers are taken at once for new rows; else one for each case."""
        self.mails = outbox.BulkMailbag([case.thread_id for case in cases])
        self._block = max(len(cases), block, 1)
        self._before: dict[int, dict[str, Any]] = {}
        self._saved: dict[int, dict[str, Any]] = {}
        self._added: defaultdict[type[Model], list[Model]] = defaultdict(list)
        self._ids: dict[type[Model], Iterator[int]] = {}
        self._together: defaultdict[tuple[ForMany, tuple[tuple[str, Any], ...]], list[int]]
        self._together = defaultdict(list)

    def watch(self, case: Case) -> None:
        self._before.setdefault(case.pk, case.__dict__.copy())

    def save(self, case: Case) -> None:
        self._saved[case.pk] = find_changes(case, self._before[case.pk])

    def add(self, row: Model) -> None:
        row.pk = self._take_id(type(row))
        self._added[type(row)].append(row)

    def together(self, action: ForMany, row_id: int, **shared: Hashable) -> None:
        self._together[action, tuple(shared.items())].append(row_id)

    def flush(self) -> None:
        for (action, shared), ids in self._together.items():
            action(ids, **dict(shared))
        update_all(Case, self._saved)
        for rows in self._added.values():
            insert_all(rows)
        self.mails.flush()

    def _take_id(self, model: type[Model]) -> int:
        found = next(self._ids.get(model, iter(())), None)
        if found is None:
            self._ids[model] = iter(take_ids(model, self._block))
            found = next(self._ids[model])
        return found

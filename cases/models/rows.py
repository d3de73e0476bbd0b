"""Rows by one of their keys, with what they point at, without the ORM's writing of the statement.

Django takes three to ten times as long to write a small statement as PostgreSQL to answer it, and
a page asks a dozen. Each statement is written once here, and kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, kw_only=True)
class Part:
    """The columns of one model in a statement's answer, and the row that they belong to."""

    model: type[models.Model]
    names: tuple[str, ...]
    columns: tuple[str, ...]
    start: int
    end: int
    convert: tuple[tuple[str, Callable[..., Any]], ...]  # by column
    link: Any = None  # the foreign key that leads here, of the part `parent`
    parent: int = 0

    def make(self, values: Sequence[Any], known: dict[Any, models.Model]) -> models.Model | None:
        """The row, or the one of `known` that was made before; None where no key leads here."""
        key = (self.start, values[self.start])
        if key[1] is None:
            return None
        if key not in known:
            own = dict(zip(self.names, values[self.start : self.end], strict=True))
            for name, load in self.convert:
                own[name] = load(own[name], None, connection)
            known[key] = make_row(self.model, own)
        return known[key]


def make_row(model: type[models.Model], values: dict[str, Any]) -> models.Model:
    """What `Model.from_db` returns, in a quarter of its time: no model of ours listens to it."""
    row = model.__new__(model)
    row.__dict__ = values
    row._state = ModelState()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


@dataclass(frozen=True, kw_only=True)
class Statement:
    sql: str
    parts: tuple[Part, ...]

    def make(self, values: Sequence[Any], known: dict[Any, models.Model]) -> models.Model:
        """The row of an answer's line, which knows the rows that it points at; those are shared."""
        made: list[models.Model | None] = []
        for part in self.parts:
            row = part.make(values, known)
            made.append(row)
            owner = made[part.parent] if part.link else None
            if owner is not None:
                part.link.set_cached_value(owner, row)
        assert made[0] is not None
        return made[0]


def read_rows(
    model: type[Row],
    column: str,
    keys: Iterable[int | str | None],
    *,
    with_: Sequence[str] = (),
    where: str = "true",
    order: str = "t.id",
    without: Sequence[str] = (),
    lock: bool = False,
) -> list[Row]:
    """Return the rows whose `column` is one of `keys`. One query; none where there is no key.

    `with_` names the foreign keys that are followed, as `select_related` does: "item",
    "item__location". The columns in `without`, such as "html" or "inbound__raw", stay in the
    database until they are asked for. `where` and `order` are SQL of our own about the table `t`,
    never anybody's words. `lock` keeps the rows of `t` for this transaction (FOR UPDATE).
    """
    wanted = [key for key in keys if key is not None]
    if not wanted:
        return []
    # One key is asked for as such: PostgreSQL keeps a plan for it, and would make one for a list
    # each time, which takes 2.5 ms for a case with the eight rows that it points at.
    is_one = len(wanted) == 1
    statement = write_statement(
        model, column, tuple(with_), where, order, tuple(without), lock, is_one=is_one
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, wanted if is_one else [wanted])
        known: dict[Any, models.Model] = {}
        return [statement.make(line, known) for line in cursor.fetchall()]  # type: ignore[misc]


@lru_cache(maxsize=256)
def write_statement(
    model: type[models.Model],
    column: str,
    with_: tuple[str, ...],
    where: str,
    order: str,
    without: tuple[str, ...],
    lock: bool,
    *,
    is_one: bool,
) -> Statement:
    """Each column is named: a prepared "all columns" fails once a release adds one."""
    parts = [make_part(model, start=0, path="", without=without)]
    places, joins = {"": 0}, ""
    for path in with_:
        before, _, name = path.rpartition("__")
        parent = places[before]
        link: Any = parts[parent].model._meta.get_field(name)
        places[path] = len(parts)
        own, its = name_table(places[path]), name_table(parent)
        last = parts[-1]
        parts.append(
            make_part(
                link.related_model, start=last.end, path=f"{path}__",
                without=without, link=link, parent=parent,
            )
        )  # fmt: skip
        table = parts[-1].model._meta.db_table
        joins += f' LEFT JOIN "{table}" {own} ON {own}.id = {its}."{link.column}"'
    columns = ", ".join(
        f'{name_table(place)}."{name}"' for place, part in enumerate(parts) for name in part.columns
    )
    table = model._meta.db_table
    sql = (
        f'SELECT {columns} FROM "{table}" t{joins}'  # noqa: S608 - our own names
        f' WHERE t."{column}" = {"%s" if is_one else "ANY(%s)"} AND {where} ORDER BY {order}'
        + (" FOR UPDATE OF t" if lock else "")
    )
    return Statement(sql=sql, parts=tuple(parts))


def make_part(
    model: type[models.Model], *, start: int, path: str, without: Sequence[str], **place: Any
) -> Part:
    fields = [field for field in model._meta.concrete_fields if path + field.name not in without]
    convert = [
        (field.attname, field.from_db_value) for field in fields if hasattr(field, "from_db_value")
    ]
    names = tuple(field.attname for field in fields)
    columns = tuple(str(field.column) for field in fields)
    return Part(
        model=model, names=names, columns=columns, start=start, end=start + len(names),
        convert=tuple(convert), **place,
    )  # fmt: skip


def name_table(place: int) -> str:
    return f"t{place}" if place else "t"


def follow(rows: Sequence[models.Model], name: str) -> None:
    """Let rows of one model know what their foreign key `name` points at, each read once.

    For what few rows have in common; `read_rows(…, with_=…)` reads along what each has of its own.
    """
    if not rows:
        return
    link: Any = type(rows[0])._meta.get_field(name)
    keys = {getattr(row, link.attname) for row in rows}
    found = {row.pk: row for row in read_rows(link.related_model, "id", keys)}
    for row in rows:
        link.set_cached_value(row, found.get(getattr(row, link.attname)))


def gather(rows: Sequence[models.Model], name: str, *, where: str = "true") -> None:
    """Let `row.<name>.all()` of each be the rows that point at it, in their model's order.

    As `prefetch_related` does; `where` is SQL of our own about the table `t`. One query.
    """
    if not rows:
        return
    relation: Any = type(rows[0])._meta.get_field(name)
    model, key = relation.related_model, relation.field.attname
    order = ", ".join(
        f't."{model._meta.get_field(field).column}"' for field in model._meta.ordering
    )
    found = defaultdict(list)
    for one in read_rows(model, key, [row.pk for row in rows], where=where, order=order):
        found[getattr(one, key)].append(one)
    for row in rows:
        keep_related(row, name, found[row.pk])


def keep_related(row: models.Model, name: str, related: Iterable[models.Model]) -> None:
    """Let `row.<name>.all()` be these rows, which point at it, as after `prefetch_related`.

    Whatever else is asked of `row.<name>` goes to the database, which is why the query is kept
    with them; Django writes it only then.
    """
    relation: Any = row._meta.get_field(name)
    kept: Any = relation.related_model._default_manager.all()
    kept._deferred_filter = False, (), {relation.field.name: row}
    kept._result_cache = list(related)
    kept._prefetch_done = True
    for one in kept._result_cache:
        relation.field.set_cached_value(one, row)
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = kept

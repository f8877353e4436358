"""The list of cases: visible ones of one cycle, in official order, by pages of keys.

The page, the counts, the search and the export share one condition. A page costs the same wherever
it begins: it starts at a key of the order's index and stops after ``PAGE`` rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from cases.models import Case, Cycle, Unit
from cases.queries.kept import Same, built
from cases.queries.people import After, named_like
from cases.queries.visibility import visible
from workflow.permissions import Actor
from workflow.vocabulary import CaseKind, Permission, State

PAGE = 50
COUNTED = 1_000
"""Counts are told up to here; beyond it a page would pay for the size of the table."""
UNITS = 6
EXPORTED = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader chose. ``find`` is a name, a piece of one, or the beginning of a number."""

    cycle_id: int
    state: State | None = None
    kind: CaseKind | None = None
    class_code: str | None = None
    unit_id: int | None = None
    find: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the beginning of a case's number was typed."""
        return self.find.isascii() and any(c.isdigit() for c in self.find)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: rows of ``cases``, and the keys after which the next one begins."""

    rows: tuple[Any, ...]
    after: After | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are of each; ``more`` when there are more than were counted."""

    total: int = 0
    more: bool = False
    states: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)


_ROW = (
    Case.id, Case.ref, Case.kind, Case.subject_name, Case.subject_post, Case.unit_id,
    Case.unit_name, Case.class_code, Case.state, Case.due_on, Case.sort_key, Case.person_id,
)  # fmt: skip


_CYCLES = sa.select(Cycle.id, Cycle.ref, Cycle.title).order_by(Cycle.year.desc(), Cycle.id.desc())


def cycles(conn: sa.Connection) -> list[Any]:
    """(id, ref, title) of every cycle, the newest first."""
    return list(conn.execute(_CYCLES))


def page(
    conn: sa.Connection, actor: Actor, asked: Asked, after: After | None = None, most: int = PAGE
) -> Listed:
    """Cases in official order from after the given keys. Two queries."""
    return _page(conn, visible(conn, actor, Permission.CASE_READ), asked, after, most)


def everything(conn: sa.Connection, actor: Actor, asked: Asked) -> Iterator[Any]:
    """Every row of the list, for the export; read in parts of ``EXPORTED``."""
    condition = visible(conn, actor, Permission.CASE_READ)
    after: After | None = None
    while True:
        part = _page(conn, condition, asked, after, EXPORTED)
        yield from part.rows
        if part.after is None:
            return
        after = part.after


def counts(conn: sa.Connection, actor: Actor, asked: Asked) -> Counts:
    """Counts of what the list could be narrowed to, within cycle, unit and search."""
    condition = visible(conn, actor, Permission.CASE_READ)
    wide = replace(asked, state=None, kind=None, class_code=None)
    query = _statement(wide, condition, None, _counted)
    if query is None:
        return Counts()
    rows = conn.execute(query, _values(wide, None, COUNTED)).all()
    return Counts(
        total=sum(r.n for r in rows if _fits(r, asked)),
        more=sum(r.n for r in rows) > COUNTED,
        states=_summed((r.state, r.n) for r in rows),
        kinds=_summed((r.kind, r.n) for r in rows),
        classes=_summed((r.class_code, r.n) for r in rows if r.class_code),
    )


def _summed(parts: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for word, n in parts:
        found[word] += n
    return found


def units_like(conn: sa.Connection, text: str) -> list[Any]:
    """(id, name) of units with this in their names, in official order; a few."""
    if len(text) < 2:
        return []
    query = sa.select(Unit.id, Unit.name).where(
        Unit.active, Unit.name.contains(text, autoescape=True)
    )
    return list(conn.execute(query.order_by(Unit.sort_no, Unit.id).limit(UNITS)))


def unit_name(conn: sa.Connection, unit_id: int) -> str | None:
    """The name of one unit."""
    return conn.execute(sa.select(Unit.name).where(Unit.id == unit_id)).scalar()


def _fits(row: Any, asked: Asked) -> bool:
    return (
        (asked.state is None or row.state == asked.state)
        and (asked.kind is None or row.kind == asked.kind)
        and (asked.class_code is None or row.class_code == asked.class_code)
    )


def _page(
    conn: sa.Connection, condition: Any, asked: Asked, after: After | None, most: int
) -> Listed:
    query = _statement(asked, condition, after, _listed)
    if query is None:
        return Listed((), None)
    rows = conn.execute(query, _values(asked, after, most)).all()
    last = rows[most - 1] if len(rows) > most else None
    return Listed(tuple(rows[:most]), None if last is None else (last.first, last.second))


_MOST: Any = sa.bindparam("most", type_=sa.Integer)


def _listed(asked: Asked, condition: Any, after: After | None) -> Any:
    query = _query(asked, condition, after, _ROW)
    return None if query is None else query.limit(_MOST)


def _counted(asked: Asked, condition: Any, after: After | None) -> Any:
    query = _query(asked, condition, after, (Case.state, Case.kind, Case.class_code))
    if query is None:
        return None
    few = query.limit(_MOST).subquery()
    kinds = (few.c.state, few.c.kind, few.c.class_code)
    return sa.select(*kinds, sa.func.count().label("n")).group_by(*kinds)


def _statement(asked: Asked, condition: Any, after: After | None, make: Any) -> Any:
    """The statement with its values left open; a search by name is made for its name."""
    if asked.find and not asked.is_number:
        return make(asked, condition, after)
    chosen = tuple(name for name, _, value in _chosen(asked) if value is not None)
    # The condition is part of the key as itself, so it can't be forgotten while this is kept.
    key = (make, Same(condition), chosen, after is None, asked.is_number)
    return built(key, lambda: make(asked, condition, after))


def _values(asked: Asked, after: After | None, most: int) -> dict[str, Any]:
    first, second = after or (0, 0)
    find = asked.find.lower()
    for mark in "/%_":
        find = find.replace(mark, f"/{mark}")
    return {
        "cycle": asked.cycle_id,
        "first": first,
        "second": second,
        "find": f"{find}%",
        "most": most + 1,
        **{name: value for name, _, value in _chosen(asked) if value is not None},
    }


def _query(
    asked: Asked, condition: Any, after: After | None, columns: tuple[Any, ...]
) -> sa.Select[Any] | None:
    """The one condition; a search by name follows the order of the grams, all else the cases'."""
    first: Any
    second: Any
    if asked.find and not asked.is_number:
        people = named_like(asked.find, after)
        if people is None:
            return None
        found = people.order_by(None).subquery()
        first, second = found.c.order_key, found.c.person_id
        query = sa.select(*columns, first.label("first"), second.label("second"))
        query = query.select_from(found).join(Case, Case.person_id == found.c.person_id)
    else:
        first, second = Case.sort_key, Case.id
        query = sa.select(*columns, first.label("first"), second.label("second"))
        if after is not None:
            query = query.where(sa.tuple_(Case.sort_key, Case.id) > sa.tuple_(_FIRST, _SECOND))
        if asked.find:
            query = query.where(sa.func.lower(Case.ref).like(sa.bindparam("find"), escape="/"))
    cycle = sa.bindparam("cycle", type_=sa.BigInteger)
    query = query.where(Case.cycle_id == cycle, condition, *_narrowed(asked))
    return query.order_by(first, second)


_FIRST: Any = sa.bindparam("first", type_=sa.BigInteger)
_SECOND: Any = sa.bindparam("second", type_=sa.BigInteger)


def _narrowed(asked: Asked) -> list[Any]:
    return [
        column == sa.bindparam(name, type_=column.type)
        for name, column, value in _chosen(asked)
        if value is not None
    ]


def _chosen(asked: Asked) -> tuple[tuple[str, Any, Any], ...]:
    """(name of the value, column, value) of what the list is narrowed by."""
    return (
        ("state", Case.state, asked.state),
        ("kind", Case.kind, asked.kind),
        ("class_code", Case.class_code, asked.class_code),
        ("unit", Case.unit_id, asked.unit_id),
    )

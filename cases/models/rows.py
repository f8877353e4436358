"""Many new rows handed straight to the driver.

SQLAlchemy builds a dictionary of parameters for every row of an ``insert()``; for a hundred
thousand rows that costs more than the database does. Here the statement is built once and the rows
are tuples, with the column types applied by hand. For bulk work only: no defaults are filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from cases.models.base import Base

CHUNK = 10_000
"""Rows per call of the driver: enough to forget the call, few enough to hold in memory."""

Row = tuple[Any, ...]


def insert_rows(
    conn: sa.Connection,
    model: type[Base],
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    unless_there: str = "",
) -> None:
    """Insert rows given in the order of ``columns``. Every column without a default of the database
    must be named; words are given as plain text (``.value``). A row whose unique column
    ``unless_there`` has its value already is passed over."""
    statement, binders = _prepared(conn.dialect, model, tuple(columns), unless_there)
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        conn.exec_driver_sql(statement, [_bound(row, binders) for row in part] if binders else part)


Binders = tuple[tuple[int, Callable[[Any], Any]], ...]


@lru_cache(maxsize=64)
def _prepared(
    dialect: sa.Dialect, model: type[Base], columns: tuple[str, ...], unless_there: str
) -> tuple[str, Binders]:
    """The statement, and for each column whose type converts its place and how."""
    table: Any = model.__table__
    quote = dialect.identifier_preparer.quote
    mark = "?" if dialect.name == "sqlite" else "%s"
    names = ", ".join(quote(name) for name in columns)
    marks = ", ".join([mark] * len(columns))
    binders = []
    for place, name in enumerate(columns):
        convert = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            binders.append((place, convert))
    end = f" ON CONFLICT ({quote(unless_there)}) DO NOTHING" if unless_there else ""
    return (
        f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks}){end}",  # noqa: S608
        tuple(binders),
    )


def _bound(row: Row, binders: Binders) -> Row:
    values = list(row)
    for place, convert in binders:
        values[place] = convert(values[place])
    return tuple(values)

"""A statement over numbers and texts, compiled once and handed to the driver.

SQLAlchemy prepares every execution anew (cache key, parameters, result types); where no column
needs a conversion that costs several times what SQLite does. For the few statements that every
move runs.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


class Plain:
    """``statement`` has no expanding parameter, and only columns that every driver knows."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, dict[str, Any], tuple[str, ...] | None]] = {}

    def run(self, conn: sa.Connection, **values: Any) -> Any:
        """The result (a CursorResult) with these values of its named parameters."""
        name = conn.dialect.name
        text, own, places = self._compiled.get(name) or self._compile(conn.dialect)
        given = {**own, **values}
        if places is None:
            return conn.exec_driver_sql(text, given)
        return conn.exec_driver_sql(text, tuple([given[place] for place in places]))

    def _compile(self, dialect: sa.Dialect) -> tuple[str, dict[str, Any], tuple[str, ...] | None]:
        compiled = self._statement.compile(dialect=dialect)
        places = tuple(compiled.positiontup) if compiled.positional else None
        found = self._compiled[dialect.name] = (str(compiled), dict(compiled.params), places)
        return found

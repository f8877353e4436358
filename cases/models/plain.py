"""A statement over numbers and texts, compiled once and handed to the driver.

SQLAlchemy prepares every execution anew (cache key, parameters, result types); where no column
needs a conversion that costs several times what SQLite does. For the few statements that every
move or every page runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class _Text:
    """What one dialect makes of the statement: its text, its own values as the driver takes them,
    the names by place (None where the driver takes names), what prepares the values given."""

    text: str
    own: Mapping[str, Any]
    places: tuple[str, ...] | None
    prepare: Mapping[str, Callable[[Any], Any]]


class Plain:
    """``statement`` has only columns that every driver knows; a list in it is its own and written
    out once."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._made: dict[str, _Text] = {}

    def run(self, conn: sa.Connection, **values: Any) -> Any:
        """The result (a CursorResult) with these values of its named parameters, none a list."""
        made = self._made.get(conn.dialect.name) or self._make(conn.dialect, values)
        for name, prepared in made.prepare.items():
            values[name] = prepared(values[name])
        given = {**made.own, **values}
        if made.places is None:
            return conn.exec_driver_sql(made.text, given)
        return conn.exec_driver_sql(made.text, tuple([given[place] for place in made.places]))

    def _make(self, dialect: sa.Dialect, values: Mapping[str, Any]) -> _Text:
        """Lists are written out only when no value is missing, hence the first values given; the
        text holds none of them."""
        compiled = self._statement.compile(dialect=dialect)
        written = compiled.construct_expanded_state(values)
        acts = {name: _preparing(bind.type, dialect) for name, bind in compiled.binds.items()}
        acts |= written.processors
        made = self._made[dialect.name] = _Text(
            written.statement,
            {
                name: act(value) if (act := acts.get(name)) else value
                for name, value in written.parameters.items()
                if name not in values
            },
            None if written.positiontup is None else tuple(written.positiontup),
            {name: act for name in values if (act := acts.get(name))},
        )
        return made


def _preparing(kind: Any, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    """What makes of a value of this type what the driver takes; None where nothing has to."""
    act: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return act

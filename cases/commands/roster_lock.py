"""The lock of the roster: whoever changes units, names or codes waits for who does already."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from cases.models import RosterState

_FIRST = {
    dialect.name: insert(RosterState).values(id=1, version=0).on_conflict_do_nothing()
    for dialect, insert in (
        (sqlite.dialect, sqlite.insert),
        (postgresql.dialect, postgresql.insert),
    )
}
_LOCKED = sa.select(RosterState.version).with_for_update()


def lock_roster(conn: sa.Connection) -> int:
    """The roster's version, its row locked until the end: two changes go one after the other."""
    found = conn.execute(_LOCKED).scalar()
    if found is None:  # the first change of all, of which there may be two at once
        conn.execute(_FIRST[conn.dialect.name])
        found = conn.execute(_LOCKED).scalar_one()
    return int(found)

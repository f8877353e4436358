"""Are leaders in charge of the units their entries say, for the days they say?"""

from __future__ import annotations

import json

import sqlalchemy as sa

from cases.journal.bases import StrayBase, entries_of
from cases.models import Person, Portfolio, Unit

SUBJECT = "portfolio"
ASSIGNING, ENDING, WITHDRAWING = "assign_leader", "end_leader", "withdraw_leader"
KEYS = ("unit", "person", "since", "until")


def stray_portfolio(conn: sa.Connection) -> StrayBase | None:
    """The first charge that differs from its last entry, has none, or is gone.

    Where an entry's payload was purged, nothing is said of its days.
    """
    said: dict[int, tuple[int, dict[str, object] | None]] = {}
    for seq, one, action, payload in entries_of(conn, SUBJECT, sa.true()):
        told = None if payload is None else json.loads(payload)
        if action == WITHDRAWING:
            said.pop(one, None)
        elif action == ASSIGNING or one not in said or told is None:
            said[one] = (seq, told)
        else:
            before = said[one][1]
            said[one] = (seq, None if before is None else before | told)
    rows = conn.execute(
        sa.select(
            Portfolio.id, Portfolio.unit_id, Portfolio.person_id, Portfolio.since, Portfolio.until,
            Person.name, Unit.name.label("unit"),
        )
        .join(Person, Person.id == Portfolio.person_id)
        .join(Unit, Unit.id == Portfolio.unit_id)
        .order_by(Portfolio.id)
    )  # fmt: skip
    for row in rows:
        if row.id not in said:
            return StrayBase("portfolio", SUBJECT, row.id, None, (row.name, row.unit))
        seq, told = said.pop(row.id)
        now = (row.unit_id, row.person_id, str(row.since), row.until and str(row.until))
        if told is not None and tuple(told.get(key) for key in KEYS) != now:
            return StrayBase("portfolio", SUBJECT, row.id, seq, (row.name, row.unit))
    if not said:
        return None
    one = min(said, key=lambda lost: said[lost][0])
    seq, told = said[one]
    place = told or {}
    names = _name(conn, Person, place.get("person")), _name(conn, Unit, place.get("unit"))
    return StrayBase("portfolio", SUBJECT, one, seq, names)


def _name(conn: sa.Connection, model: type[Person] | type[Unit], number: object) -> str:
    if number is None:
        return ""
    return conn.execute(sa.select(model.name).where(model.id == number)).scalar() or ""

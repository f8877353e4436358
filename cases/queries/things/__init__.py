"""Facts and resources of the things beside the case: one file per thing, rhyming with workflow.

Each room offers ``TABLE`` (the model with ``state`` and ``version``), ``facts(conn, row, on)`` ->
the counts, flags and days its guards read, and ``resource(conn, row)`` -> whom it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import JournalEntry
from cases.queries.things import (
    canvassing,
    correction,
    cycle,
    data_sheet,
    filing,
    hold,
    inquiry,
    measure,
    meeting,
    negative_rating,
    objection,
    opinion_request,
    pool,
    review,
    survey,
)
from cases.queries.things.read import Read
from workflow.facts import Step, ThingFacts
from workflow.permissions import Resource
from workflow.vocabulary import Thing

ROOMS: dict[Thing, ModuleType] = {
    Thing.CANVASSING: canvassing,
    Thing.CORRECTION: correction,
    Thing.CYCLE: cycle,
    Thing.DATA_SHEET: data_sheet,
    Thing.FILING: filing,
    Thing.HOLD: hold,
    Thing.INQUIRY: inquiry,
    Thing.MEASURE: measure,
    Thing.MEETING: meeting,
    Thing.NEGATIVE_RATING: negative_rating,
    Thing.OBJECTION: objection,
    Thing.OPINION_REQUEST: opinion_request,
    Thing.POOL: pool,
    Thing.REVIEW: review,
    Thing.SURVEY: survey,
}


def table_of(thing: Thing) -> Any:
    """The model a thing is stored in."""
    return ROOMS[thing].TABLE


def key_of(thing: Thing) -> Any:
    """The column that identifies a thing: its id, or the case's where there is one per case."""
    table = table_of(thing)
    return table.id if hasattr(table, "id") else table.case_id


def row_of(conn: sa.Connection, thing: Thing, thing_id: int, *, lock: bool = False) -> Any:
    """The row of a thing. Raises NotVisible when there is none."""
    query = sa.select(table_of(thing)).where(key_of(thing) == thing_id)
    row = conn.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotVisible(f"{thing}:{thing_id}")
    return row


def rows_of(
    conn: sa.Connection, thing: Thing, ids: Sequence[int], *, lock: bool = False
) -> Sequence[Any]:
    """The rows of things in the order of their ids. Raises NotVisible where one is missing."""
    key = key_of(thing)
    query = sa.select(table_of(thing)).where(key.in_(ids)).order_by(key)
    rows = conn.execute(query.with_for_update() if lock else query).all()
    if len(rows) != len(set(ids)):
        raise NotVisible(f"{thing}:{sorted(ids)}")
    return rows


def facts_of_thing(
    conn: sa.Connection, thing: Thing, row: Any, thing_id: int, on: date
) -> ThingFacts:
    """What the guards of a thing may look at, as of ``on``."""
    read = ROOMS[thing].facts(conn, row, on)
    mine = sa.and_(JournalEntry.subject == thing.value, JournalEntry.subject_id == thing_id)
    case_id = getattr(row, "case_id", None)
    if case_id is not None:  # who decided the case may not decide on its review
        mine = sa.or_(mine, JournalEntry.case_id == case_id)
    steps = conn.execute(
        sa.select(JournalEntry.action, JournalEntry.actor_person_id)
        .where(mine, JournalEntry.actor_person_id.is_not(None))
        .order_by(JournalEntry.seq)
    )
    return _facts(thing, row, thing_id, on, read, [(a, p) for a, p in steps])


def facts_of_things(
    conn: sa.Connection, thing: Thing, rows: Sequence[Any], on: date
) -> dict[int, ThingFacts]:
    """The same of many things of a kind that reads in sets and has no case, by their ids."""
    read = ROOMS[thing].facts_of_many(conn, rows, on)
    steps: dict[int, list[tuple[str, int]]] = {row.id: [] for row in rows}
    entries: Any = conn.execute(
        sa.select(JournalEntry.subject_id, JournalEntry.action, JournalEntry.actor_person_id)
        .where(
            JournalEntry.subject == thing.value,
            JournalEntry.subject_id.in_(list(steps)),
            JournalEntry.actor_person_id.is_not(None),
        )
        .order_by(JournalEntry.seq)
    )
    for thing_id, action, person in entries:
        steps[thing_id].append((action, person))
    return {row.id: _facts(thing, row, row.id, on, read[row.id], steps[row.id]) for row in rows}


def _facts(
    thing: Thing, row: Any, thing_id: int, on: date, read: Read, steps: Sequence[tuple[str, Any]]
) -> ThingFacts:
    return ThingFacts(
        thing=thing,
        thing_id=thing_id,
        state=row.state,
        version=row.version,
        today=on,
        due_on=getattr(row, "due_on", None),
        counts=read.counts,
        flags=frozenset(read.flags),
        days=read.days,
        steps=tuple(Step(action, person) for action, person in steps if person is not None),
    )


def resources_of_things(
    conn: sa.Connection, thing: Thing, rows: Sequence[Any]
) -> dict[int, Resource]:
    """Whom many things of a kind that reads in sets belong to, by their ids."""
    found: dict[int, Resource] = ROOMS[thing].resources(conn, rows)
    return found


def resource_of_thing(conn: sa.Connection, thing: Thing, row: Any) -> Resource:
    """Whom a thing belongs to, for ``permits``."""
    found: Resource = ROOMS[thing].resource(conn, row)
    return found

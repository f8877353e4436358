"""The door of the things beside the case: sheets, meetings, pools, requests, measures, filings.

Same order as the door of the case: lock the row, read facts, permit, decide, write state and
version, record, post effects, journal last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.outbox import document, notice, post_many
from cases.commands.payload import plain
from cases.commands.recording import THING_RECORDERS, MovedThing
from cases.errors import Refused, Stale
from cases.journal import Draft, append
from cases.queries.relations import assessed_in, relations_to, relations_to_figures
from cases.queries.things import facts_of_thing, key_of, resource_of_thing, row_of, table_of
from workflow.machine import Decision, decide_thing
from workflow.permissions import Actor, Context, Permit, permits
from workflow.process import PROCESS
from workflow.vocabulary import Relation, Thing, ThingAction

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ThingOutcome:
    """Where a thing stands after its move."""

    thing: Thing
    thing_id: int
    state: str
    version: int


def move(
    conn: sa.Connection,
    thing: Thing,
    thing_id: int,
    action: ThingAction,
    *,
    actor: Actor,
    at: datetime,
    payload: Payload | None = None,
    expected_version: int | None = None,
    follows: bool = False,
) -> ThingOutcome:
    """Move one thing. Raises NotVisible, Stale or Refused with every reason.

    ``follows`` marks a move that follows from what stands on the thing, every part of it entered
    and vouched for by its own people: whoever did the last part needs no right to the whole.
    """
    row = row_of(conn, thing, thing_id, lock=True)
    if expected_version is not None and row.version != expected_version:
        raise Stale(f"{thing}:{thing_id}", row.state, row.version)
    filled = dict(payload or {})
    facts = facts_of_thing(conn, thing, row, thing_id, date_of(at))
    case_id = getattr(row, "case_id", None)
    permit = Permit(True) if follows else _permit(conn, thing, row, action, facts, actor)
    decision = decide_thing(facts, action, permit, filled)
    if not decision:
        raise Refused(decision.refusals)
    assert decision.next_state is not None
    moved = MovedThing(
        thing, thing_id, action, facts, decision.next_state.value, row.version + 1, filled
    )
    _write(conn, moved)
    if action in THING_RECORDERS:
        THING_RECORDERS[action](conn, moved, actor, at)
    _post(conn, moved, decision, case_id, at)
    append(conn, _entry(moved, case_id, actor, at))
    return ThingOutcome(thing, thing_id, moved.state, moved.version)


def _permit(
    conn: sa.Connection, thing: Thing, row: Any, action: ThingAction, facts: Any, actor: Actor
) -> Permit:
    resource = resource_of_thing(conn, thing, row)
    if thing is Thing.DATA_SHEET:
        right = PROCESS.declared(action).permission
        relations = relations_to_figures(conn, actor, row.unit_id, right, resource.working_unit_ids)
    else:
        case_id = getattr(row, "case_id", None)
        thing_id: int = row.case_id if thing is Thing.FILING else row.id  # keyed by its case
        relations = _relations(conn, thing, thing_id, case_id, actor)
    return permits(actor, action, resource, Context(relations=relations, steps=facts.steps))


def _relations(
    conn: sa.Connection, thing: Thing, thing_id: int, case_id: int | None, actor: Actor
) -> frozenset[Relation]:
    """What the actor is to the subject of the thing: of its case, or of the cases in a pool."""
    if thing is Thing.POOL and assessed_in(conn, actor.person_id, thing_id):
        return frozenset({Relation.SELF})
    if case_id is None:
        return frozenset()
    return relations_to(conn, actor.person_id, [case_id]).get(case_id, frozenset())


def created(
    conn: sa.Connection,
    thing: Thing,
    thing_id: int,
    *,
    actor: Actor,
    at: datetime,
    case_id: int | None = None,
    payload: Payload | None = None,
    action: str = "",
) -> None:
    """Journal a new thing and tell those its declaration names; the row is already written.

    The row's foreign key holds the case shared until commit, so a move of the case, which locks
    it alone, comes wholly before or after. Don't lock the case here: two new things would wait for
    one another.
    """
    spec = PROCESS.things[thing].spec
    told = [
        notice(n.kind, thing, thing_id, to=n.to, version=1, at=at, case_id=case_id)
        for n in spec.notices_on_creation
    ]
    post_many(conn, told)
    append(
        conn,
        Draft(
            subject=thing.value,
            subject_id=thing_id,
            case_id=case_id,
            action=action or f"create_{thing.value}",
            at=at,
            state_to=spec.initial.value,
            process=PROCESS.version,
            payload=plain(payload or {}),
        ).by(actor),
    )


def _write(conn: sa.Connection, moved: MovedThing) -> None:
    table = table_of(moved.thing)
    written = conn.execute(
        sa.update(table)
        .where(key_of(moved.thing) == moved.thing_id, table.version == moved.version - 1)
        .values(state=moved.state, version=moved.version)
    )
    if written.rowcount != 1:
        raise Stale(f"{moved.thing}:{moved.thing_id}")


def _post(
    conn: sa.Connection, moved: MovedThing, decision: Decision, case_id: int | None, at: datetime
) -> None:
    rows = [
        notice(
            n.kind, moved.thing, moved.thing_id, to=n.to, version=moved.version, at=at,
            case_id=case_id,
        )
        for n in decision.notices
    ]  # fmt: skip
    rows += [
        document(kind, moved.thing, moved.thing_id, version=moved.version, at=at, case_id=case_id)
        for kind in decision.documents
    ]
    post_many(conn, rows)


def _entry(moved: MovedThing, case_id: int | None, actor: Actor, at: datetime) -> Draft:
    return Draft(
        subject=moved.thing.value,
        subject_id=moved.thing_id,
        case_id=case_id,
        action=moved.action.value,
        at=at,
        state_from=moved.before.state,
        state_to=moved.state,
        process=PROCESS.version,
        payload=plain(moved.payload),
    ).by(actor)

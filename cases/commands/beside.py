"""The door of the things beside the case: sheets, meetings, pools, requests, measures, filings.

Same order as the door of the case: lock the row, read facts, permit, decide, write state and
version, record, post effects, journal last.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.outbox import OutboxRow, document, notice, post_many
from cases.commands.payload import plain
from cases.commands.recording import SET_RECORDERS, THING_RECORDERS, MovedThing
from cases.errors import Refused, Stale
from cases.journal import Draft, append, append_many
from cases.queries.relations import (
    assessed_in,
    figures_of_own,
    own_figures,
    relations_to,
    relations_to_figures,
)
from cases.queries.things import (
    facts_of_thing,
    facts_of_things,
    key_of,
    resource_of_thing,
    resources_of_things,
    row_of,
    rows_of,
    table_of,
)
from workflow.machine import Decision, decide_thing
from workflow.permissions import Actor, Context, Permit, permits
from workflow.process import PROCESS
from workflow.vocabulary import Relation, Thing, ThingAction

Payload = Mapping[str, Any]
CHUNK = 900


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


def move_many(
    conn: sa.Connection,
    thing: Thing,
    ids: Collection[int],
    action: ThingAction,
    *,
    actor: Actor,
    at: datetime,
    payload: Payload | None = None,
    follows: bool = False,
) -> None:
    """Move things of a kind that reads and records in sets, all or none, in a few statements.

    Raises NotVisible, Stale, or Refused with every reason of the first that can't move.
    """
    kept = sorted(ids)
    for start in range(0, len(kept), CHUNK):
        part = kept[start : start + CHUNK]
        _move_set(conn, thing, part, action, actor, at, dict(payload or {}), follows)


def _move_set(
    conn: sa.Connection, thing: Thing, ids: list[int], action: ThingAction, actor: Actor,
    at: datetime, filled: dict[str, Any], follows: bool,
) -> None:  # fmt: skip
    rows = rows_of(conn, thing, ids, lock=True)
    facts = facts_of_things(conn, thing, rows, date_of(at))
    permits_ = {} if follows else _permits(conn, thing, rows, action, facts, actor)
    moved: list[MovedThing] = []
    effects: list[OutboxRow] = []
    for row in rows:
        decision = decide_thing(facts[row.id], action, permits_.get(row.id, Permit(True)), filled)
        if not decision:
            raise Refused(decision.refusals)
        assert decision.next_state is not None
        one = MovedThing(
            thing, row.id, action, facts[row.id], decision.next_state.value, row.version + 1, filled
        )
        moved.append(one)
        effects += _effects(one, decision, None, at)
    for state in sorted({one.state for one in moved}):
        _write_set(conn, [one for one in moved if one.state == state])
    if action in SET_RECORDERS:
        SET_RECORDERS[action](conn, moved, actor, at)
    post_many(conn, effects)
    append_many(conn, [_entry(one, None, actor, at) for one in moved])


def _permits(
    conn: sa.Connection, thing: Thing, rows: Sequence[Any], action: ThingAction,
    facts: Mapping[int, Any], actor: Actor,
) -> dict[int, Permit]:  # fmt: skip
    """The right to each of some data sheets, the only things that move in sets."""
    resources = resources_of_things(conn, thing, rows)
    right = PROCESS.declared(action).permission
    own = own_figures(conn, actor)
    return {
        row.id: permits(
            actor, action, resources[row.id],
            Context(
                relations=figures_of_own(
                    own, row.unit_id, right, resources[row.id].working_unit_ids
                ),
                steps=facts[row.id].steps,
            ),
        )
        for row in rows
    }  # fmt: skip


def _write_set(conn: sa.Connection, moved: Sequence[MovedThing]) -> None:
    """State and version of locked rows that all go to one state."""
    table, ids = table_of(moved[0].thing), [one.thing_id for one in moved]
    written = conn.execute(
        sa.update(table)
        .where(key_of(moved[0].thing).in_(ids))
        .values(state=moved[0].state, version=table.version + 1)
    )
    if written.rowcount != len(ids):
        raise Stale(f"{moved[0].thing}:{ids}")


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
    _created(conn, thing, {thing_id: payload or {}}, actor, at, case_id, action)


def created_many(
    conn: sa.Connection, thing: Thing, made: Mapping[int, Payload], *, actor: Actor, at: datetime
) -> None:
    """The same of several new things of a kind that hang on no case: id -> payload."""
    _created(conn, thing, made, actor, at)


def _created(
    conn: sa.Connection, thing: Thing, made: Mapping[int, Payload], actor: Actor, at: datetime,
    case_id: int | None = None, action: str = "",
) -> None:  # fmt: skip
    spec = PROCESS.things[thing].spec
    told = [
        notice(n.kind, thing, thing_id, to=n.to, version=1, at=at, case_id=case_id)
        for thing_id in made
        for n in spec.notices_on_creation
    ]
    post_many(conn, told)
    drafts = [
        Draft(
            subject=thing.value,
            subject_id=thing_id,
            case_id=case_id,
            action=action or f"create_{thing.value}",
            at=at,
            state_to=spec.initial.value,
            process=PROCESS.version,
            payload=plain(payload),
        ).by(actor)
        for thing_id, payload in made.items()
    ]
    append_many(conn, drafts)


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
    post_many(conn, _effects(moved, decision, case_id, at))


def _effects(
    moved: MovedThing, decision: Decision, case_id: int | None, at: datetime
) -> list[OutboxRow]:
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
    return rows


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

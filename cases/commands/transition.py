"""THE DOOR. Only this module changes the state of a case.

State, what the move records, outbox rows and journal entries are one transaction, which the caller
owns. Lock order: pools, then cases by id, then the head of the chain; the journal is therefore the
last thing written. Effects (mail, papers) leave afterwards, from the outbox.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.outbox import OutboxRow, document, notice, post_many
from cases.commands.payload import plain
from cases.commands.recording import CLEARED, CLEARERS, RECORDERS, SETTERS, Moved, Setter
from cases.errors import NotVisible, Refused, Stale
from cases.journal import Draft, append_many
from cases.models import Case, Pool
from cases.queries.due_days import due_day
from cases.queries.facts import rows_and_facts
from cases.queries.pool_facts import pool_facts_of
from cases.queries.relations import Ties, relations_of_row, ties_of
from cases.queries.visibility import assignments_of, resource_of
from workflow.facts import CaseFacts
from workflow.machine import Decision, decide, decide_batch
from workflow.permissions import Actor, Context, Permit, permits, scopes
from workflow.process import PROCESS
from workflow.vocabulary import Action, ScopeKind, Stage, State, Thing
from workflow.words import Sentence, m

Payload = Mapping[str, Any]
NOTHING: Payload = {}
_BATCH_BY_POOL = (Action.DECIDE, Action.REGRADE, Action.CORRECT_GRADE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case: moved, or refused with every reason."""

    case_id: int
    ref: str
    done: bool
    state: State
    version: int
    reasons: tuple[Sentence, ...] = ()


def perform(
    conn: sa.Connection,
    case_id: int,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    payload: Payload | None = None,
    expected_version: int | None = None,
    on_behalf_of: int | None = None,
) -> Outcome:
    """Move one case. Raises NotVisible, Stale (``expected_version`` is past) or Refused."""
    versions = {} if expected_version is None else {case_id: expected_version}
    (outcome,) = perform_many(
        conn,
        [case_id],
        action,
        actor=actor,
        at=at,
        payload=payload,
        expected_versions=versions,
        on_behalf_of=on_behalf_of,
    )
    if not outcome.done:
        raise Refused(outcome.reasons, outcome.ref)
    return outcome


def perform_many(
    conn: sa.Connection,
    case_ids: Collection[int],
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    payload: Payload | None = None,
    payloads: Mapping[int, Payload] | None = None,
    expected_versions: Mapping[int, int] | None = None,
    on_behalf_of: int | None = None,
) -> list[Outcome]:
    """Move a set of cases by one action; the refused ones stay as they are and say why.

    ``payloads`` give a payload per case over the common one. A fixed number of statements per set.
    Raises NotVisible when a case does not exist, Stale when one moved since ``expected_versions``.
    """
    if not case_ids:
        return []
    if action in _BATCH_BY_POOL:
        lock_pools(conn, case_ids)
    rows, facts = rows_and_facts(conn, case_ids, on=date_of(at), stages=_stages(action))
    _present(case_ids, rows, expected_versions or {})
    common = payload or NOTHING
    filled = {i: {**common, **(payloads or {}).get(i, NOTHING)} for i in rows}
    given = _permits(conn, actor, action, rows, facts)
    decisions = {i: decide(facts[i], action, given[i], filled[i]) for i in sorted(rows)}
    if action in _BATCH_BY_POOL:
        decisions = decide_batch(pool_facts_of(conn, rows.values()), facts, decisions, filled)
    moved = [_moved(rows[i], facts[i], action, d, filled[i]) for i, d in decisions.items() if d]
    if moved:
        _write(conn, moved, rows, actor, at)
        post_many(conn, _effects(moved, decisions, at))
        append_many(conn, [_entry(x, actor, at, on_behalf_of) for x in moved])
    return [_outcome(rows[i], action, d) for i, d in decisions.items()]


@lru_cache(maxsize=len(Action))
def _stages(action: Action) -> tuple[Stage, ...]:
    """The stages whose facts the guards of an action read: those that declare it."""
    return tuple(
        spec.stage for spec in PROCESS.stages if any(t.action is action for t in spec.transitions)
    )


def lock_pools(conn: sa.Connection, case_ids: Collection[int]) -> None:
    """Lock the pools of cases in the order of their ids: seats are counted under these locks.

    For whoever takes the cases themselves before the door is asked.
    """
    pools = sa.select(Case.pool_id).where(Case.id.in_(case_ids), Case.pool_id.is_not(None))
    conn.execute(
        sa.select(Pool.id).where(Pool.id.in_(pools)).order_by(Pool.id).with_for_update()
    ).all()


def _present(
    case_ids: Collection[int], rows: Mapping[int, Any], expected: Mapping[int, int]
) -> None:
    for case_id in case_ids:
        if case_id not in rows:
            raise NotVisible(str(case_id))
        row = rows[case_id]
        if expected.get(case_id, row.version) != row.version:
            raise Stale(row.ref, row.state, row.version)


def _permits(
    conn: sa.Connection,
    actor: Actor,
    action: Action,
    rows: Mapping[int, Any],
    facts: Mapping[int, CaseFacts],
) -> dict[int, Permit]:
    ties: Ties | None = None
    assigned: dict[int, Any] = {}
    if actor.person_id is not None:
        ties = ties_of(conn, actor.person_id)
        if _by_assignment(actor, action):
            assigned = assignments_of(conn, actor.person_id, list(rows))
    given: dict[int, Permit] = {}
    for case_id, row in rows.items():
        relations = relations_of_row(ties, row) if ties else frozenset()
        context = Context(relations=relations, steps=facts[case_id].steps)
        resource = resource_of(row, assigned.get(case_id, frozenset()))
        given[case_id] = permits(actor, action, resource, context)
    return given


def _by_assignment(actor: Actor, action: Action) -> bool:
    """Whether an assignment to the case could be what opens this action to the actor."""
    permission = PROCESS.declared(action).permission
    return any(s.kind is ScopeKind.ASSIGNED for s in scopes(actor, permission))


def _moved(
    row: Any, facts: CaseFacts, action: Action, decision: Decision, payload: Payload
) -> Moved:
    assert decision.next_state is not None
    return Moved(
        row.id, row.ref, action, facts, State(decision.next_state), row.version + 1, payload
    )


@lru_cache(maxsize=64)
def _update(columns: tuple[str, ...]) -> Any:
    return (
        sa.update(Case)
        .where(Case.id == sa.bindparam("the_id"), Case.version == sa.bindparam("the_version"))
        .values({name: sa.bindparam(f"b_{name}") for name in columns})
    )


def _write(
    conn: sa.Connection,
    moved: Sequence[Moved],
    rows: Mapping[int, Any],
    actor: Actor,
    at: datetime,
) -> None:
    """State, columns and records. What a move clears depends on the state it leaves."""
    tables = {(rows[x.case_id].cycle_id, x.state): rows[x.case_id].timetable for x in moved}
    days = {key: due_day(conn, key[1], table, date_of(at)) for key, table in tables.items()}
    action = moved[0].action
    for left in {x.before.state: None for x in moved}:
        group = [x for x in moved if x.before.state is left]
        move = PROCESS.move(left, action)
        clears = move.clears if move else ()
        setters = [CLEARED[c] for c in clears if c in CLEARED]
        setters += [SETTERS[action]] if action in SETTERS else []
        due = {x.case_id: days[rows[x.case_id].cycle_id, x.state] for x in group}
        _update_rows(conn, group, [_columns(x, at, due[x.case_id], setters) for x in group])
        for clearing in clears:
            if clearing in CLEARERS:
                CLEARERS[clearing](conn, group, actor, at)
    if action in RECORDERS:
        RECORDERS[action](conn, moved, actor, at)


def _columns(x: Moved, at: datetime, due: date | None, setters: Sequence[Setter]) -> dict[str, Any]:
    """What changes in the row of a case: its state, then what is cleared, then what is set."""
    found = {"state": x.state, "version": x.version, "entered_at": at, "due_on": due}
    for setter in setters:
        found |= setter(x)
    return found


def _update_rows(
    conn: sa.Connection, moved: Sequence[Moved], columns: Sequence[Mapping[str, Any]]
) -> None:
    values = [
        {
            "the_id": x.case_id,
            "the_version": x.version - 1,
            **{f"b_{name}": value for name, value in row.items()},
        }
        for x, row in zip(moved, columns, strict=True)
    ]
    if conn.execute(_update(tuple(columns[0])), values).rowcount != len(moved):
        raise Stale(moved[0].ref)


def _effects(
    moved: Sequence[Moved], decisions: Mapping[int, Decision], at: datetime
) -> list[OutboxRow]:
    found: list[OutboxRow] = []
    for x in moved:
        for one in decisions[x.case_id].notices:
            found.append(
                notice(one.kind, Thing.CASE, x.case_id, to=one.to, version=x.version, at=at)
            )
        for kind in decisions[x.case_id].documents:
            found.append(document(kind, Thing.CASE, x.case_id, version=x.version, at=at))
    return found


def _entry(x: Moved, actor: Actor, at: datetime, on_behalf_of: int | None) -> Draft:
    return Draft(
        subject="case",
        subject_id=x.case_id,
        case_id=x.case_id,
        case_version=x.version,
        action=x.action.value,
        at=at,
        behalf_id=on_behalf_of,
        state_from=x.before.state.value,
        state_to=x.state.value,
        process=PROCESS.version,
        payload=plain(x.payload),
    ).by(actor)


def _outcome(row: Any, action: Action, decision: Decision) -> Outcome:
    if decision:
        assert decision.next_state is not None
        return Outcome(row.id, row.ref, True, State(decision.next_state), row.version + 1)
    reasons = decision.refusals or (m("现在不能“%(move)s”", move=action),)
    return Outcome(row.id, row.ref, False, State(row.state), row.version, tuple(reasons))

"""What this actor did last, and what of it lies with others now. Both are read from the journal.

Only the newest ``READ`` of his moves are looked at, so neither grows with the table. A thing is
told only while he may still read it: the state of a case behind closed doors stays there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from cases.models import Case, JournalEntry
from cases.queries import worklist_things
from cases.queries.case_file import BEHIND_DOORS
from cases.queries.relations import Ties, ties_of
from cases.queries.visibility import visible
from cases.queries.worklist import Row
from workflow.grammar import StateSpec, Transition
from workflow.permissions import Actor
from workflow.process import PROCESS
from workflow.vocabulary import CycleState, Permission, Role, State, Thing
from workflow.work import ways_on

READ = 400
SHOWN = 5
_CYCLE_ENDS = (Thing.CYCLE, CycleState.OPEN.value)
_e = JournalEntry
_MINE: Any = (
    sa.select(_e.seq, _e.subject, _e.subject_id, _e.case_id, _e.action, _e.at, _e.state_to)
    .where(
        _e.actor_person_id == sa.bindparam("me", type_=sa.BigInteger),
        _e.state_to.is_not(None),
        _e.subject_id.is_not(None),
        _e.subject.in_([sa.literal_column(f"'{t.value}'") for t in Thing]),
        _e.action.in_([sa.literal_column(f"'{name}'") for name in PROCESS.by_action]),
    )
    .order_by(_e.seq.desc())
    .limit(READ)
)
"""The newest moves of a person. Words stand in it as they are: they are ours, and an IN of bound
values is written anew at every execution."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Things in one state that others have now: what is awaited, from whom, rows by last day."""

    thing: Thing
    state: str
    verbs: tuple[Any, ...]
    roles: tuple[Role, ...]
    rows: tuple[Row, ...]

    @property
    def first_due(self) -> date:
        """The nearest last day."""
        return min((r.due_on for r in self.rows if r.due_on is not None), default=date.max)


@dataclass(frozen=True, slots=True)
class Act:
    """A move as made: one thing, or several in one go. ``back`` undoes it, where that is open."""

    at: datetime
    action: Any
    thing: Thing
    ids: tuple[int, ...]
    state: str
    back: Any = None

    @property
    def row(self) -> Row:
        """The first thing moved, to be named by."""
        return Row(self.thing, self.ids[0], None)


def beside(
    conn: sa.Connection, actor: Actor, own: Iterable[tuple[Thing, str]]
) -> tuple[tuple[Elsewhere, ...], tuple[Act, ...]]:
    """What others have of what he sent on, and his newest moves. One query for who never moved
    anything, else at most four.

    ``own`` are the (thing, state) groups that wait for himself and stand on the list beside.
    """
    acts = _recent(conn, actor) if actor.person_id is not None else []
    if not acts or actor.person_id is None:
        return (), ()
    ties = ties_of(conn, actor.person_id)
    return _elsewhere(conn, actor, own, ties), _with_ways_back(conn, actor, acts, ties)


def _recent(conn: sa.Connection, actor: Actor) -> list[Act]:
    """The newest moves, those made in one go as one."""
    acts: list[Act] = []
    for key, group in groupby(
        conn.execute(_MINE, {"me": actor.person_id}), lambda r: (r.subject, r.action, r.at)
    ):
        if len(acts) == SHOWN:
            break
        rows = list(group)
        acts.append(_act(key, rows))
    return acts


def _act(key: tuple[str, str, datetime], rows: Sequence[Any]) -> Act:
    subject, action, at = key
    ids = tuple(dict.fromkeys(r.subject_id for r in reversed(rows)))
    move = PROCESS.by_action[action]
    return Act(at, move.action, Thing(subject), ids, rows[0].state_to)


def _with_ways_back(
    conn: sa.Connection, actor: Actor, acts: Sequence[Act], ties: Ties
) -> tuple[Act, ...]:
    """Moves of one case that still stands where it was put, with a way back he may take."""
    asked: dict[int, Transition[Any]] = {}
    for act in acts:
        back = _way_back(act)
        if back is not None and act.ids[0] not in asked:
            asked[act.ids[0]] = back
    if not asked:
        return tuple(acts)
    parts = [
        sa.and_(
            Case.id == case_id,
            Case.state.in_([s.value for s in _sources(back)]),
            visible(conn, actor, back.permission, ties=ties),
        )
        for case_id, back in asked.items()
    ]
    open_ones = set(conn.execute(sa.select(Case.id).where(sa.or_(*parts))).scalars())
    found, told = [], set()
    for act in acts:
        first = act.ids[0]
        way = asked[first].action if first in open_ones and first not in told else None
        told.add(first)
        found.append(Act(act.at, act.action, act.thing, act.ids, act.state, way))
    return tuple(found)


def _way_back(act: Act) -> Transition[Any] | None:
    if act.thing is not Thing.CASE or len(act.ids) > 1:
        return None
    back = PROCESS.by_action[str(act.action)].back
    return None if back is None else PROCESS.by_action[back.value]


def _sources(move: Transition[Any]) -> tuple[Any, ...]:
    return tuple(
        state
        for state in State
        if any(m.action == move.action for m in PROCESS.moves_from(state.value))
    )


def _elsewhere(
    conn: sa.Connection, actor: Actor, own: Iterable[tuple[Thing, str]], ties: Ties
) -> tuple[Elsewhere, ...]:
    """What he sent on and others have now, the nearest last day first."""
    mine = _MINE.subquery()
    parts = [
        part
        for thing in Thing
        if (part := _now(conn, actor, thing, mine, ties)) is not None
    ]  # fmt: skip
    skipped = {*own, _CYCLE_ENDS}
    found: dict[tuple[Thing, str], list[Row]] = {}
    me = {"me": actor.person_id}
    for name, number, state, due in conn.execute(sa.union(*parts), me) if parts else ():
        thing = Thing(name)
        if (thing, state) not in skipped:
            found.setdefault((thing, state), []).append(Row(thing, number, _day(due)))
    groups = [g for key, rows in found.items() if (g := _group(*key, rows)) is not None]
    return tuple(sorted(groups, key=lambda g: (g.first_due, g.thing, g.state)))


def _group(thing: Thing, state: str, rows: list[Row]) -> Elsewhere | None:
    spec, ways = _ways(thing, state)
    if not ways:
        return None
    rows.sort(key=lambda r: (r.due_on or date.max, r.id))
    verbs = tuple(w.action for w in ways)
    return Elsewhere(thing, state, verbs, spec.waits_for, tuple(rows))


def _ways(thing: Thing, state: str) -> tuple[StateSpec, tuple[Transition[Any], ...]]:
    if thing is Thing.CASE:
        spec = PROCESS.state_spec(State(state))
        return spec, ways_on(spec, PROCESS.moves_from(state))
    process = PROCESS.things[thing]
    spec = next(s for s in process.spec.states if s.state.value == state)
    return spec, ways_on(spec, process.moves_from(state))


def _now(
    conn: sa.Connection, actor: Actor, thing: Thing, mine: sa.Subquery, ties: Ties
) -> sa.Select[Any] | None:
    """(thing, id, state, due) of the moved things of one kind that he may still read."""
    if thing is Thing.CASE:
        inside = visible(conn, actor, Permission.SYNTHESIS_READ, ties=ties)
        open_ones = Case.state.not_in([s.value for s in BEHIND_DOORS])
        read = visible(conn, actor, Permission.CASE_READ, ties=ties)
        rows = worklist_things.states(thing, sa.and_(read, sa.or_(open_ones, inside)))
    else:
        rights = dict.fromkeys(m.permission for m in PROCESS.things[thing].spec.transitions)
        reach = [worklist_things.within(conn, actor, thing, p, ties) for p in rights]
        known = [c for c in reach if c is not None]
        if not known:
            return None
        rows = worklist_things.states(thing, sa.or_(*known))
    inner = rows.subquery()
    return sa.select(
        sa.literal(thing.value).label("thing"), inner.c.id, inner.c.state, inner.c.due
    ).where(inner.c.id.in_(sa.select(mine.c.subject_id).where(mine.c.subject == thing.value)))


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


__all__ = ["Act", "Elsewhere", "beside"]

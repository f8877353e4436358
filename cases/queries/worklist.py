"""Waiting for me: what this actor has to do, derived from the declared process.

A group is a state of the case, or of a thing beside it, with the moves that lead on from it. It is
somebody's work when the state waits for one of his roles and the move's permission reaches the row.
Moves that must be justified (exclusion, provisional passes) are exceptions and nobody's daily work.
Rows are cut at ``MOST`` a group, so the cost does not grow with the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from cases.models import Case, Cycle, DataSheet, LeaderComment, Statement, Talk
from cases.models.plain import Plain
from cases.queries import item_duties, result_duties, sealed_urns, standing_in, worklist_things
from cases.queries.matters import Matter, matters
from cases.queries.relations import Ties, ties_of
from cases.queries.visibility import visible
from workflow.grammar import StateSpec, Transition
from workflow.permissions import Actor
from workflow.process import PROCESS
from workflow.vocabulary import (
    CycleState,
    DataSheetState,
    Permission,
    Role,
    SignState,
    State,
    Thing,
)
from workflow.words import Sentence, m
from workflow.work import awaited_roles, ways_on

MOST = 300
YEAR_LONG = (Thing.CYCLE, CycleState.OPEN.value)
"""Ending the year is possible all year, so it is nobody's daily work."""
COMMENT = m("写评语和等次建议")
STATEMENT = m("填写本人意见")
TALK = m("在谈话记录上签名")
URN = m("启封计票")
CONFIRM = m("确认本单位数据")

Way = tuple[StateSpec, tuple[Transition[Any], ...]]


class Row(NamedTuple):
    """One thing to do: the case or thing, and its last day."""

    thing: Thing
    id: int
    due_on: date | None

    @property
    def key(self) -> tuple[Thing, int]:
        """How its name is asked for."""
        return (self.thing, self.id)


@dataclass(frozen=True, slots=True)
class Named:
    """A row's case or thing in words, and the number in its address ('' where it has an id)."""

    matter: Matter
    ref: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What is done in one state: its verbs, the rows that wait (at most ``MOST``)."""

    key: str
    thing: Thing
    state: str
    verbs: tuple[Any, ...]
    actions: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def total(self) -> int:
        """How many wait, cut at ``MOST``."""
        return len(self.rows)

    @property
    def more(self) -> bool:
        """Whether there may be more than are counted."""
        return len(self.rows) >= MOST

    @property
    def first_due(self) -> date:
        """The nearest last day; groups are ordered by it."""
        return min((r.due_on for r in self.rows if r.due_on is not None), default=date.max)


@dataclass(frozen=True, slots=True)
class _Source:
    key: str
    thing: Thing
    state: str
    verbs: tuple[Any, ...]
    actions: tuple[str, ...]
    rows: sa.Select[Any]


def worklist(conn: sa.Connection, actor: Actor, on: date = date.min) -> tuple[Group, ...]:
    """Every group with rows, the most urgent first, rows without names. At most two queries.

    ``on`` leaves out what can only be done up to a day that has passed.
    """
    question = _question(conn, actor)
    if question is None:
        return ()
    by_key = question.sources
    found: dict[str, list[Row]] = {key: [] for key in by_key}
    for key, number, due in conn.execute(question.rows, {"on": on}).all():
        found[key].append(Row(by_key[key].thing, number, _day(due)))
    groups = [_group(by_key[key], rows) for key, rows in found.items() if rows]
    return tuple(sorted(groups, key=lambda g: (g.first_due, g.key)))


def named(conn: sa.Connection, rows: Iterable[Row]) -> dict[tuple[Thing, int], Named]:
    """What the rows are called and by which number their pages are found.

    At most three queries for each kind of thing among them, however many rows.
    """
    wanted: dict[Thing, set[int]] = {}
    for row in rows:
        wanted.setdefault(row.thing, set()).add(row.id)
    keys = [(thing, number) for thing, ids in wanted.items() for number in sorted(ids)]
    refs = {thing: worklist_things.refs(conn, thing, ids) for thing, ids in wanted.items()}
    notes = {thing: worklist_things.notes(conn, thing, ids) for thing, ids in wanted.items()}
    return {
        key: Named(
            matter,
            refs[matter.thing].get(matter.id, matter.case_ref or ""),
            notes[matter.thing].get(matter.id, ""),
        )
        for key, matter in matters(conn, keys).items()
    }


def waiting(conn: sa.Connection, actor: Actor, on: date = date.min) -> int | None:
    """How many things wait, for the navigation; None without anything. Cut at ``MOST`` a group."""
    question = _question(conn, actor)
    if question is None:
        return None
    return int(question.count.run(conn, on=on).scalar_one()) or None


def _group(source: _Source, rows: Sequence[Row]) -> Group:
    ordered = sorted(rows, key=lambda r: (r.due_on or date.max, r.id))
    return Group(
        source.key, source.thing, source.state, source.verbs, source.actions, tuple(ordered)
    )


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _union(sources: Sequence[_Source]) -> sa.CompoundSelect[Any]:
    parts = []
    for source in sources:
        inner = source.rows.limit(MOST).subquery()
        key = sa.literal(source.key).label("key")
        parts.append(sa.select(key, inner.c.id, inner.c.due))
    return sa.union_all(*parts)


def _counted(sources: Sequence[_Source]) -> sa.CompoundSelect[Any]:
    """The same rows, as many as fit, without their order: a number has none."""
    few = (s.rows.order_by(None).limit(MOST).subquery() for s in sources)
    return sa.union_all(*(sa.select(one.c.id) for one in few))


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked for one reader: what each key of the rows means, the rows, their number."""

    sources: Mapping[str, _Source]
    rows: Any
    count: Plain


_ASKED: dict[Any, _Question | None] = {}
"""Built questions by all that they follow from. Grants and ties are read anew on every request;
only the same grants and the same ties find the same question again."""
_KEPT = 64


def _question(conn: sa.Connection, actor: Actor) -> _Question | None:
    """The question of a reader; None for those for whom nothing can wait. One query.

    Every page counts what waits, and building the statement costs ten times its execution.
    """
    if actor.is_system or actor.admin is not None or actor.person_id is None:
        return None
    ties = ties_of(conn, actor.person_id)
    known = (actor, ties.key, MOST)
    if known not in _ASKED:
        if len(_ASKED) >= _KEPT:
            _ASKED.clear()
        _ASKED[known] = _built(conn, actor, ties)
    return _ASKED[known]


def _built(conn: sa.Connection, actor: Actor, ties: Ties) -> _Question | None:
    sources = [
        *_case_sources(conn, actor, ties),
        *_duties(conn, actor, ties),
        *_confirmations(conn, actor, ties),
        *_items(actor),
        *_thing_sources(conn, actor, ties),
        *_urns(conn, actor, ties),
    ]
    if not sources:
        return None
    number = sa.select(sa.func.count()).select_from(_counted(sources).subquery())
    return _Question({s.key: s for s in sources}, _union(sources), Plain(number))


def _case_sources(conn: sa.Connection, actor: Actor, ties: Ties) -> Iterator[_Source]:
    for state in State:
        spec = PROCESS.state_spec(state)
        ways = ways_on(spec, PROCESS.moves_from(state.value))
        mine, reach = [], []
        for way in ways:
            roles = awaited_roles(spec, way.permission)
            limited = replace(actor, grants=tuple(g for g in actor.grants if g.role in roles))
            condition = visible(conn, limited, way.permission, ties=ties)
            found = [] if isinstance(condition, sa.False_) else [condition]
            found += standing_in.cases(conn, actor, spec, way.permission, ties)
            if found:
                mine.append(way)
                reach += found
        if mine:
            rows = _case_rows(state, sa.or_(*reach))
            yield _source(Thing.CASE, state.value, mine, rows)


def _case_rows(state: State, condition: Any) -> sa.Select[Any]:
    query: Any = sa.select(Case.id.label("id"), Case.due_on.label("due"))
    found: sa.Select[Any] = query.where(Case.state == state.value, condition)
    return found.order_by(Case.due_on, Case.id)


def _duties(conn: sa.Connection, actor: Actor, ties: Ties) -> Iterator[_Source]:
    """What is waited for without being a move: the comment, the subject's own statement."""
    commented = sa.select(LeaderComment.case_id).where(LeaderComment.case_id == Case.id).exists()
    stated = (
        sa.select(Statement.case_id)
        .where(Statement.case_id == Case.id, Statement.sign_state != SignState.NONE.value)
        .exists()
    )
    duties: tuple[tuple[str, Sentence, Permission, State, Any], ...] = (
        ("comment", COMMENT, Permission.COMMENT_WRITE, State.SYNTHESISING, commented),
        ("statement", STATEMENT, Permission.STATEMENT_WRITE, State.NOTIFIED, stated),
    )
    for key, verb, permission, state, done in duties:
        condition = visible(conn, actor, permission, ties=ties)
        if not isinstance(condition, sa.False_):
            rows = _case_rows(state, sa.and_(condition, sa.not_(done)))
            yield _Source(key, Thing.CASE, state.value, (verb,), (), rows)
    reach = visible(conn, actor, Permission.TALK_RECORD, ties=ties)
    if not isinstance(reach, sa.False_):
        yield _Source("talk", Thing.CASE, "", (TALK,), (), _unsigned(actor).where(reach))


def _confirmations(conn: sa.Connection, actor: Actor, ties: Ties) -> Iterator[_Source]:
    """Verified figures that a unit's contact confirms or objects to within the unit's days."""
    contact = replace(actor, grants=tuple(g for g in actor.grants if g.role is Role.UNIT_CONTACT))
    reach = worklist_things.within(conn, contact, Thing.DATA_SHEET, Permission.DATA_CONFIRM, ties)
    if reach is None:
        return
    state = DataSheetState.VERIFIED.value
    query: Any = sa.select(DataSheet.id.label("id"), DataSheet.confirm_due_on.label("due"))
    rows: sa.Select[Any] = query.join(Cycle, Cycle.id == DataSheet.cycle_id).where(
        DataSheet.state == state,
        DataSheet.confirmed_at.is_(None),
        DataSheet.confirm_due_on >= sa.bindparam("on", type_=sa.Date),
        reach,
    )
    rows = rows.order_by(DataSheet.confirm_due_on, DataSheet.id)
    yield _Source("confirm", Thing.DATA_SHEET, state, (CONFIRM,), (), rows)


def _items(actor: Actor) -> Iterator[_Source]:
    for one in item_duties.waiting_items(actor):
        yield _Source(one.key, Thing.DATA_SHEET, "", (one.verb,), (), one.rows)
    for figure in item_duties.waiting_figures(actor):
        yield _Source(figure.key, Thing.DATA_SHEET, "", (figure.verb,), (), figure.rows)
    for mine in result_duties.waiting_results(actor):
        yield _Source(mine.key, Thing.CYCLE, "", (mine.verb,), (), mine.rows)


def _unsigned(actor: Actor) -> sa.Select[Any]:
    """Cases with a talk the actor took part in as the second and has not signed."""
    mine = sa.select(Talk.case_id).where(
        Talk.second_talker_id == actor.person_id, Talk.second_signed_at.is_(None)
    )
    query: Any = sa.select(Case.id.label("id"), sa.literal(None, sa.Date).label("due"))
    found: sa.Select[Any] = query.where(Case.id.in_(mine))
    return found.order_by(Case.id)


def _urns(conn: sa.Connection, actor: Actor, ties: Ties) -> Iterator[_Source]:
    rows = sealed_urns.waiting_urns(conn, actor, ties)
    if rows is not None:
        yield _Source("urn", Thing.MEETING, sealed_urns.STATE.value, (URN,), (), rows)


def _thing_sources(conn: sa.Connection, actor: Actor, ties: Ties) -> Iterator[_Source]:
    for thing, process in PROCESS.things.items():
        for spec in process.spec.states:
            if (thing, spec.state.value) == YEAR_LONG:
                continue
            ways = ways_on(spec, process.moves_from(spec.state.value))
            mine, reach = [], []
            for way in ways:
                roles = awaited_roles(spec, way.permission)
                limited = replace(actor, grants=tuple(g for g in actor.grants if g.role in roles))
                condition = worklist_things.within(conn, limited, thing, way.permission, ties)
                found = [] if condition is None else [condition]
                found += standing_in.things(conn, actor, thing, spec, way.permission, ties)
                if found:
                    mine.append(way)
                    reach += found
            if mine:
                rows = worklist_things.rows(thing, spec.state.value, sa.or_(*reach))
                yield _source(thing, spec.state.value, mine, rows)


def _source(
    thing: Thing, state: str, ways: Sequence[Transition[Any]], rows: sa.Select[Any]
) -> _Source:
    actions = tuple(w.action.value for w in ways)
    verbs = tuple(w.action for w in ways)
    return _Source(f"{thing.value}-{state}", thing, state, verbs, actions, rows)

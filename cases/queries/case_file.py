"""The case page (考核卷): where it stands, what is missing, what can be done, what happened.

Sections belong to their stages: ``cases.queries.<room>.section(conn, case, actor)`` gives what
``templates/stages/<room>/case_section.html`` prints as ``part``, cut down to the reader's rights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.models import (
    Cycle,
    JournalEntry,
    JournalPayload,
    Person,
    Pool,
    ProvisionalPass,
    Relook,
)
from cases.queries import (
    archive,
    committee_review,
    data_collection,
    public_evaluation,
    result_application,
    self_report,
)
from cases.queries.calendar import working_days
from cases.queries.facts import facts_of
from cases.queries.visibility import context_of, resource_for
from workflow.facts import CaseFacts
from workflow.machine import Need, Offer, needs_of, offers
from workflow.permissions import Actor, permits
from workflow.process import PROCESS
from workflow.timetable import working_days_between
from workflow.vocabulary import (
    Action,
    CaseKind,
    Permission,
    Role,
    Stage,
    State,
    ThingAction,
)
from workflow.vocabulary.noted import NotedAct
from workflow.words import Sentence, m

SECTIONS: tuple[tuple[str, Sentence, Any], ...] = (
    ("self_report", m("述职"), self_report.section),
    ("data_collection", m("实绩数据"), data_collection.section),
    ("public_evaluation", m("民主测评"), public_evaluation.section),
    ("committee_review", m("综合研判与审定"), committee_review.section),
    ("result_application", m("结果运用"), result_application.section),
    ("archive", m("材料与归档"), archive.section),
)
"""Room, heading, query; each room owns the template of the same name."""
TALKS = ("talks", m("谈话与核实"))
"""What stands beside the figures, for those who may know of it; asked with them."""
OF_TALKS = frozenset({"talk_read", "inquiry_conduct", "opinion_ask"})
"""Rights each of which opens a part of it."""

OPEN_ACTIONS = frozenset(
    a.value
    for a in Action
    if a
    not in {
        Action.PROPOSE,
        Action.RESUME_SYNTHESIS,
        Action.SEND_TO_DECIDING,
        Action.RETURN_TO_PROPOSED,
        Action.DECIDE,
        Action.UPHOLD_OBJECTION,
    }
) | {"open_case"}
"""What every reader of the case may know of its way; the rest is for the synthesis' readers."""

BEHIND_DOORS = frozenset({State.SYNTHESISING, State.PROPOSED, State.DECIDING, State.DECIDED})
"""States whose missing things (inquiries, bars, comments) are for the synthesis' readers alone."""

EXCEPTIONS = frozenset(
    {
        Action.REGRADE,
        Action.CORRECT_GRADE,
        Action.PASS_DATA_PROVISIONAL,
        Action.PASS_EVALUATION_PROVISIONAL,
        Action.RELEASE_TO_PUBLICITY,
        Action.EXCLUDE,
    }
)
"""Ways on that are not the ordinary one: what they need is not missing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of 经过: when, who, what, and the reason where this reader may know it."""

    at: datetime
    who: str
    what: Any
    why: str
    kind: str


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the stage track."""

    stage: Stage
    since: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page prints; sections are looked up apart."""

    case: Any
    cycle: Any
    pool_title: str | None
    facts: CaseFacts
    offers: tuple[Offer, ...]
    needs: tuple[Need, ...]
    nodes: tuple[Node, ...]
    now: int
    steps: tuple[State, ...]
    entries: tuple[Entry, ...]
    more_entries: int
    provisional: tuple[Any, ...]
    relooks: tuple[Any, ...]
    left: int | None
    rights: frozenset[str]
    needs_shown: bool
    reminded: Mapping[str, Sequence[date]]
    """Guard -> days on which the office reminded of it."""


def page_of(
    conn: sa.Connection, case: Any, actor: Actor, on: date, *, entries: int = 8
) -> CasePage:
    """The page of one case for one reader; a fixed number of queries."""
    facts = facts_of(conn, [case.id], on=on)[case.id]
    resource = resource_for(conn, actor, case)
    context = context_of(conn, actor, case)
    rights = frozenset(p.value for p in _ASKED if permits(actor, p, resource, context))
    cycle = conn.execute(_CYCLE, {"id": case.cycle_id}).one()
    pool = None
    if case.pool_id is not None:
        pool = conn.execute(sa.select(Pool.title).where(Pool.id == case.pool_id)).scalar()
    journal = _journal(conn, case.id)
    inside = Permission.SYNTHESIS_READ.value in rights
    shown = [e for e in journal if _known(e, inside)]
    open_needs = inside or facts.state not in BEHIND_DOORS
    nodes, now = _nodes(journal, facts.state, case.due_on, on)
    return CasePage(
        case=case,
        cycle=cycle,
        pool_title=pool if inside else None,
        facts=facts,
        offers=offers(facts, actor, resource, context),
        needs=needs_of_case(facts) if open_needs else (),
        nodes=nodes,
        now=now,
        steps=_steps(facts.state),
        entries=tuple(_entry(e, inside) for e in reversed(shown[-entries:])),
        more_entries=max(0, len(shown) - entries),
        provisional=_provisional(conn, case.id),
        relooks=_relooks(conn, case.id) if inside else (),
        left=_left(conn, case.due_on, on),
        rights=rights,
        needs_shown=open_needs,
        reminded=_reminded(journal) if Permission.REMIND.value in rights else {},
    )


_ASKED = (
    Permission.SYNTHESIS_READ,
    Permission.SCOPE_CASES,
    Permission.REMIND,
    Permission.HOLD_PLACE,
    Permission.CORRECTION_DRAFT,
    Permission.OPINION_ASK,
    Permission.INQUIRY_CONDUCT,
    Permission.TALK_RECORD,
    Permission.TALK_READ,
    Permission.RESULT_READ,
)


def rights_of(conn: sa.Connection, case: Any, actor: Actor) -> frozenset[str]:
    """What the reader may do with the case, of the rights its page asks about."""
    resource, context = resource_for(conn, actor, case), context_of(conn, actor, case)
    return frozenset(p.value for p in _ASKED if permits(actor, p, resource, context))


def _left(conn: sa.Connection, due: date | None, on: date) -> int | None:
    """Working days until the due day, negative after it; None without one."""
    if due is None:
        return None
    return working_days_between(on, due, working_days(conn))


def sections_of(conn: sa.Connection, case: Any, actor: Actor) -> list[dict[str, Any]]:
    """The stages' sections in order: room, heading, part."""
    return [
        {"room": room, "title": title, "part": query(conn, case, actor)}
        for room, title, query in SECTIONS
    ]


def parts_of(rights: frozenset[str]) -> list[tuple[str, Sentence]]:
    """(room, heading) of the parts that have a page for a reader with these rights, in order."""
    rooms = [(room, title) for room, title, _ in SECTIONS]
    if rights & OF_TALKS:
        rooms.insert(3, TALKS)
    return rooms


def part_of(conn: sa.Connection, case: Any, actor: Actor, room: str) -> dict[str, Any]:
    """One part alone, as its template wants it. Raises KeyError for a room without a part."""
    queries = {name: query for name, _, query in SECTIONS} | {"talks": data_collection.section}
    found: dict[str, Any] = queries[room](conn, case, actor)
    return found


def needs_of_case(facts: CaseFacts) -> tuple[Need, ...]:
    """What is missing on the ways forward, each rule once."""
    found: dict[str, Need] = {}
    for need in needs_of(facts):
        if need.action not in EXCEPTIONS:
            found.setdefault(need.rule.msgid, need)
    if facts.kind is CaseKind.BODY:  # a body has no person of its own: its unit's people write
        return tuple(replace(n, waits_for=_for_body(n.waits_for)) for n in found.values())
    return tuple(found.values())


def step_of_case(facts: CaseFacts) -> Need | None:
    """The step itself, where nothing is missing on the way and others still have to take it."""
    waits = PROCESS.state_spec(facts.state).waits_for
    way = next((n.action for n in needs_of(facts) if n.action not in EXCEPTIONS), None)
    if not waits or way is None or any(n.refusal for n in needs_of_case(facts)):
        return None
    if facts.kind is CaseKind.BODY:
        waits = _for_body(waits)
    told = m("还没有“%(step)s”", step=way)
    return Need(way, told, told, waits, "step")


def _for_body(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    writers = (Role.UNIT_HEAD, Role.UNIT_CONTACT)
    return tuple(dict.fromkeys(r for x in roles for r in (writers if x is Role.SUBJECT else (x,))))


_THE_CASE: Any = sa.bindparam("case", type_=sa.BigInteger)
_CYCLE = sa.select(Cycle).where(Cycle.id == sa.bindparam("id", type_=sa.BigInteger))
_ENTRIES: Any = (
    sa.select(
        JournalEntry.seq,
        JournalEntry.at,
        JournalEntry.subject,
        JournalEntry.action,
        JournalEntry.state_from,
        JournalEntry.state_to,
        JournalEntry.case_version,
        Person.name,
        JournalPayload.payload,
    )
    .outerjoin(Person, Person.id == JournalEntry.actor_person_id)
    .outerjoin(JournalPayload, JournalPayload.seq == JournalEntry.seq)
    .where(JournalEntry.case_id == _THE_CASE)
    .order_by(JournalEntry.seq)
)
_PASSES = sa.select(ProvisionalPass).where(
    ProvisionalPass.case_id == _THE_CASE, ProvisionalPass.settled_at.is_(None)
)
_RELOOKS = sa.select(Relook).where(Relook.case_id == _THE_CASE, Relook.closed_at.is_(None))


def _journal(conn: sa.Connection, case_id: int) -> Sequence[Any]:
    return conn.execute(_ENTRIES, {"case": case_id}).all()


def _reminded(journal: Sequence[Any]) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for entry in journal:
        if entry.action == NotedAct.REMIND:
            guard = str(json.loads(entry.payload)["guard"])
            found.setdefault(guard, []).append(date_of(entry.at))
    return found


def _known(entry: Any, inside: bool) -> bool:
    return inside or (entry.subject == "case" and entry.action in OPEN_ACTIONS)


def _entry(entry: Any, inside: bool) -> Entry:
    moved = entry.case_version is not None and entry.state_from is not None
    back = moved and _returns(entry.action)
    payload = json.loads(entry.payload) if entry.payload and (inside or back) else {}
    return Entry(
        at=entry.at,
        who=entry.name or "",
        what=_word(entry.action),
        why=str(payload.get("reason") or ""),
        kind="back" if back else "move" if moved else "",
    )


def _returns(action: str) -> bool:
    return action in {t.action.value for t in PROCESS.transitions if t.direction.value == "return"}


def _word(action: str) -> Any:
    for words in (Action, ThingAction, NotedAct):
        if action in words._value2member_map_:
            return words(action)
    return m("办理记录")


def _nodes(
    journal: Sequence[Any], state: State, due: date | None, on: date
) -> tuple[tuple[Node, ...], int]:
    entered: dict[Stage, date] = {}
    for entry in journal:
        if entry.state_to in State._value2member_map_ and entry.case_version is not None:
            entered[PROCESS.stage_of[State(entry.state_to)]] = date_of(entry.at)
    stages = list(Stage)
    now = stages.index(PROCESS.stage_of[state])
    late = due is not None and on > due
    nodes = tuple(
        Node(stage, entered.get(stage) if number <= now else None, late and number == now)
        for number, stage in enumerate(stages)
    )
    return nodes, len(stages) if state is State.ARCHIVED else now


def _steps(state: State) -> tuple[State, ...]:
    """The states inside the current stage, where there is more than one."""
    spec = PROCESS.stage(PROCESS.stage_of[state])
    return tuple(State(s.state.value) for s in spec.states) if len(spec.states) > 1 else ()


def _provisional(conn: sa.Connection, case_id: int) -> tuple[Any, ...]:
    return tuple(conn.execute(_PASSES, {"case": case_id}))


def _relooks(conn: sa.Connection, case_id: int) -> tuple[Any, ...]:
    return tuple(conn.execute(_RELOOKS, {"case": case_id}))


def moved_since(
    conn: sa.Connection, case: Any, actor: Actor, version: int
) -> tuple[list[Entry], State | None]:
    """The moves after a version of the case, newest first, as far as the reader may know; and the
    state it had then, None for a version that never was."""
    inside = Permission.SYNTHESIS_READ.value in rights_of(conn, case, actor)
    journal = _journal(conn, case.id)
    moves = [e for e in journal if e.subject == "case" and e.case_version is not None]
    later = [e for e in moves if e.case_version > version and _known(e, inside)]
    then = next((e.state_to for e in moves if e.case_version == version), None)
    seen = State(then) if then is not None else None
    return [_entry(e, inside) for e in reversed(later)], seen


def history_of(conn: sa.Connection, case: Any, actor: Actor) -> list[Entry]:
    """All of 经过 that this reader may know, newest first."""
    context = context_of(conn, actor, case)
    inside = bool(
        permits(actor, Permission.SYNTHESIS_READ, resource_for(conn, actor, case), context)
    )
    shown = [e for e in _journal(conn, case.id) if _known(e, inside)]
    return [_entry(e, inside) for e in reversed(shown)]

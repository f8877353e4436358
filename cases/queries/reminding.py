"""Whom the office can remind of what is missing: the roles awaited, and the people who hold them.

What is missing on a case is often seen to on a thing beside it: then the thing's own people are the
ones to tell, and they are told of the thing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.models import (
    Case,
    DataSheet,
    Inquiry,
    JournalEntry,
    JournalPayload,
    Measure,
    OpinionItem,
    OpinionRequest,
    Person,
)
from cases.queries.audience import Reader, readers_of
from cases.queries.case_file import needs_of_case, step_of_case
from cases.queries.facts import facts_of
from cases.queries.matters import Matter, matters
from cases.queries.progress import DONE, OUTSIDE
from cases.queries.visibility import visible
from workflow.facts import CaseFacts
from workflow.machine import Need
from workflow.permissions import Actor
from workflow.process import PROCESS
from workflow.vocabulary import Permission, Role, Thing
from workflow.words import Sentence

ACT = "remind"
OURS = frozenset({Role.OFFICE, Role.OFFICE_LEAD})
"""Who reminds; what waits for them alone is on their own worklist."""
BESIDE: Mapping[str, Thing] = {
    "data_is_settled": Thing.DATA_SHEET,
    "inquiries_are_concluded": Thing.INQUIRY,
    "opinions_are_closed": Thing.OPINION_REQUEST,
    "measures_are_settled": Thing.MEASURE,
}
"""Guard -> the thing on which it is seen to."""
_OF_CASES: Mapping[Thing, Any] = {
    Thing.DATA_SHEET: sa.select(Case.id, DataSheet.id, DataSheet.state).join(
        DataSheet, sa.and_(DataSheet.unit_id == Case.unit_id, DataSheet.cycle_id == Case.cycle_id)
    ),
    Thing.INQUIRY: sa.select(Case.id, Inquiry.id, Inquiry.state).join(
        Inquiry, Inquiry.case_id == Case.id
    ),
    Thing.OPINION_REQUEST: sa.select(Case.id, OpinionRequest.id, OpinionRequest.state)
    .join(OpinionItem, OpinionItem.case_id == Case.id)
    .join(OpinionRequest, OpinionRequest.id == OpinionItem.request_id),
    Thing.MEASURE: sa.select(Case.id, Measure.id, Measure.state).join(
        Measure, Measure.case_id == Case.id
    ),
}


@dataclass(frozen=True, slots=True)
class Errand:
    """A case or thing to be reminded of, and the roles that see to it."""

    thing: Thing
    thing_id: int
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """One missing item of one case: what, whom it waits for, who would be told (official names),
    and on which days the office reminded of it already."""

    case: Any
    guard: str
    text: Sentence
    errands: tuple[Errand, ...]
    people: tuple[str, ...]
    reminded: tuple[date, ...]


def others_see_to(need: Need) -> bool:
    """Whether somebody else than the office sees to what is missing."""
    return need.refusal is not None and not set(need.waits_for) <= OURS


def late_cases(
    conn: sa.Connection, actor: Actor, cycle_id: int, unit_id: int, today: date, *, most: int
) -> Sequence[Any]:
    """Overdue cases of a unit that the actor may remind of, in official order."""
    return conn.execute(
        sa.select(Case)
        .where(
            Case.cycle_id == cycle_id,
            Case.unit_id == unit_id,
            Case.due_on < today,
            Case.state.not_in((OUTSIDE, *DONE)),
            visible(conn, actor, Permission.REMIND),
        )
        .order_by(Case.sort_key, Case.id)
        .limit(most)
    ).all()


def missing_of(
    conn: sa.Connection, cases: Sequence[Any], *, on: date, guard: str = ""
) -> list[Missing]:
    """What others have to see to on these cases (``guard``: one item only). A fixed number of
    queries."""
    ids = [case.id for case in cases]
    facts = facts_of(conn, ids, on=on) if ids else {}
    wanted = {case.id: _needs(facts[case.id], guard) for case in cases}
    beside = _beside(
        conn, ids, {BESIDE[n.guard] for ns in wanted.values() for n in ns if n.guard in BESIDE}
    )
    told = _told_on(conn, ids)
    pairs = [
        (case, need, _errands(case, need, beside)) for case in cases for need in wanted[case.id]
    ]
    names = _names(conn, [errand for _, _, errands in pairs for errand in errands])
    return [
        Missing(
            case, need.guard, need.refusal, errands,
            tuple(dict.fromkeys(n for errand in errands for n in names.get(errand, ()))),
            tuple(told[case.id, need.guard]),
        )
        for case, need, errands in pairs
        if need.refusal is not None
    ]  # fmt: skip


def _needs(facts: CaseFacts, guard: str) -> list[Need]:
    step = step_of_case(facts)
    every = [*needs_of_case(facts), *([step] if step is not None else [])]
    found = [n for n in every if others_see_to(n)]
    return [n for n in found if n.guard == guard] if guard else found


def _beside(
    conn: sa.Connection, ids: list[int], things: Iterable[Thing]
) -> dict[tuple[Thing, int], list[Errand]]:
    """(thing, case) -> its open things with the roles their states wait for."""
    found: dict[tuple[Thing, int], list[Errand]] = defaultdict(list)
    for thing in things:
        for case_id, thing_id, state in conn.execute(_OF_CASES[thing].where(Case.id.in_(ids))):
            states = PROCESS.things[thing].spec.states
            roles = next((s.waits_for for s in states if s.state.value == state), ())
            if set(roles) - OURS:
                found[thing, case_id].append(Errand(thing, thing_id, roles))
    return found


def _errands(
    case: Any, need: Need, beside: Mapping[tuple[Thing, int], list[Errand]]
) -> tuple[Errand, ...]:
    thing = BESIDE.get(need.guard)
    if thing is None:
        return (Errand(Thing.CASE, case.id, need.waits_for),)
    return tuple(beside.get((thing, case.id), ()))


def _names(conn: sa.Connection, errands: Sequence[Errand]) -> dict[Errand, tuple[str, ...]]:
    found = matters(conn, [(e.thing, e.thing_id) for e in errands])
    asked: list[tuple[Errand, Matter]] = [
        (e, found[e.thing, e.thing_id])
        for e in dict.fromkeys(errands)
        if (e.thing, e.thing_id) in found
    ]
    readers = readers_of(conn, [(matter, e.roles) for e, matter in asked])
    people = {r.person_id for told in readers for r in told}
    names = {
        i: name
        for i, name in conn.execute(sa.select(Person.id, Person.name).where(Person.id.in_(people)))
    }
    return {e: _named(told, names) for (e, _), told in zip(asked, readers, strict=True)}


def _named(told: Sequence[Reader], names: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(names[r.person_id] for r in told if r.person_id in names)


def _told_on(conn: sa.Connection, ids: list[int]) -> dict[tuple[int, str], list[date]]:
    """(case, guard) -> days on which the office reminded of it."""
    found: dict[tuple[int, str], list[date]] = defaultdict(list)
    rows = conn.execute(
        sa.select(JournalEntry.case_id, JournalEntry.at, JournalPayload.payload)
        .join(JournalPayload, JournalPayload.seq == JournalEntry.seq)
        .where(JournalEntry.case_id.in_(ids), JournalEntry.action == ACT)
        .order_by(JournalEntry.seq)
    )
    for case_id, at, payload in rows:
        found[int(case_id or 0), str(json.loads(payload)["guard"])].append(date_of(at))
    return found

"""What a move would do to each of many cases, before anybody has asked for it.

The same facts, permits and guards as the door, read without locks, in a fixed number of queries.
Answers of the form are not known yet, so checks on them are left to the door.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Case
from cases.queries.facts import rows_and_facts
from cases.queries.relations import Ties, relations_of_row, ties_of
from cases.queries.visibility import assignments_of, resource_of, visible
from workflow.facts import CaseFacts
from workflow.grammar import Transition
from workflow.machine import refusals_of
from workflow.permissions import Actor, Context, Permit, permits, scopes
from workflow.process import PROCESS
from workflow.vocabulary import Action, Duty, Permission, ScopeKind, State
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Candidate:
    """One case of the set: ``move`` is what it would do, ``reasons`` every word against it."""

    id: int
    ref: str
    subject: str
    unit: str
    post: str
    state: State
    version: int
    move: Transition[CaseFacts] | None
    reasons: tuple[Sentence, ...]

    @property
    def ready(self) -> bool:
        """Whether it can go."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Preview:
    """The set in official order; ``unseen`` refs are foreign or do not exist."""

    action: Action
    rows: tuple[Candidate, ...]
    unseen: int

    @property
    def ready(self) -> tuple[Candidate, ...]:
        """Those that can go."""
        return tuple(r for r in self.rows if r.ready)

    @property
    def barred(self) -> tuple[Candidate, ...]:
        """Those that can not."""
        return tuple(r for r in self.rows if not r.ready)

    @property
    def moves(self) -> tuple[Transition[CaseFacts], ...]:
        """The distinct declared moves of those that can go; an action may be declared twice."""
        found: list[Transition[CaseFacts]] = []
        for row in self.ready:
            if row.move is not None and row.move not in found:
                found.append(row.move)
        return tuple(found)


def preview(
    conn: sa.Connection, actor: Actor, action: Action, refs: Collection[str], *, on: date
) -> Preview:
    """What would become of each case the actor may see."""
    wanted = sorted(set(refs))
    ties = ties_of(conn, actor.person_id) if actor.person_id is not None else None
    seen = _seen(conn, actor, action, wanted, ties)
    stages = [s.stage for s in PROCESS.stages if any(t.action is action for t in s.transitions)]
    rows, facts = rows_and_facts(conn, seen, on=on, stages=stages, lock=False)
    given = _permits(conn, actor, action, rows, facts, ties)
    ordered = sorted(rows.values(), key=lambda r: (r.sort_key, r.id))
    found = tuple(_candidate(row, action, facts[row.id], given[row.id]) for row in ordered)
    return Preview(action, found, len(wanted) - len(found))


def _seen(
    conn: sa.Connection, actor: Actor, action: Action, refs: Sequence[str], ties: Ties | None
) -> list[int]:
    permissions = {Permission.CASE_READ, PROCESS.declared(action).permission}
    reach = sa.or_(*(visible(conn, actor, p, ties=ties) for p in sorted(permissions)))
    return list(conn.execute(sa.select(Case.id).where(Case.ref.in_(refs), reach)).scalars())


def _permits(
    conn: sa.Connection,
    actor: Actor,
    action: Action,
    rows: Mapping[int, Any],
    facts: Mapping[int, CaseFacts],
    ties: Ties | None,
) -> dict[int, Permit]:
    permission = PROCESS.declared(action).permission
    by_name = any(s.kind is ScopeKind.ASSIGNED for s in scopes(actor, permission))
    assigned = assignments_of(conn, actor.person_id, list(rows)) if by_name else {}
    given = {}
    for case_id, row in rows.items():
        relations = relations_of_row(ties, row) if ties else frozenset()
        context = Context(relations=relations, steps=facts[case_id].steps)
        resource = resource_of(row, assigned.get(case_id, frozenset()))
        given[case_id] = permits(actor, action, resource, context)
    return given


def _candidate(row: Any, action: Action, facts: CaseFacts, permit: Permit) -> Candidate:
    move = PROCESS.move(row.state, action.value)
    if move is None:
        reasons: tuple[Sentence, ...] = (
            m("现为“%(state)s”,不能“%(move)s”", state=State(row.state), move=action),
        )
    else:
        reasons = refusals_of(move, facts, permit, None)
        if Duty.BASIS in permit.duties:
            reasons = (*reasons, m("代为办理须逐件注明依据"))
    return Candidate(
        row.id, row.ref, row.subject_name, row.unit_name, row.subject_post or "",
        State(row.state), row.version, move, reasons,
    )  # fmt: skip


def refs_of(conn: sa.Connection, case_ids: Collection[int]) -> dict[int, str]:
    """Case id -> number, for links of a result."""
    if not case_ids:
        return {}
    found = conn.execute(sa.select(Case.id, Case.ref).where(Case.id.in_(case_ids)))
    return {r.id: r.ref for r in found}

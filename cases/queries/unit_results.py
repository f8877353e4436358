"""Units' own results and people's satisfaction of the newest cycle, units in official order; what
is recorded and waits for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.canonical import digest
from cases.models import Case, Cycle, Person, Unit, UnitResult, UnitResultEntry
from cases.queries.relations import own_figures
from workflow.permissions import Actor, Context, Resource, permits, scopes
from workflow.vocabulary import Permission, Relation
from workflow.words import Sentence, m

CONFIRM = Permission.DATA_FREEZE
"""The right to confirm: the office's over figures, closed to the unit's own people."""


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One unit with what is recorded: rows of ``unit_results`` or None."""

    unit_id: int
    code: str
    unit: str
    performance: Any
    satisfaction: Any


def newest_cycle(conn: sa.Connection, actor: Actor, permission: Permission) -> Any:
    """The newest cycle of the organs within reach, None where there is none."""
    organs = {s.organ_id for s in scopes(actor, permission) if s.organ_id is not None}
    return conn.execute(
        sa.select(Cycle.id, Cycle.ref, Cycle.title, Cycle.year, Cycle.managing_organ_id)
        .where(Cycle.managing_organ_id.in_(organs))
        .order_by(Cycle.year.desc(), Cycle.id.desc())
        .limit(1)
    ).first()


def result_lines(conn: sa.Connection, cycle_id: int) -> list[ResultLine]:
    """Every unit with a case in the cycle."""
    first, second = aliased(UnitResult), aliased(UnitResult)
    rows = conn.execute(
        sa.select(
            Unit.id,
            Unit.code,
            Unit.name,
            first.score.label("p_score"),
            first.source.label("p_source"),
            first.document.label("p_document"),
            second.score.label("s_score"),
            second.source.label("s_source"),
            second.document.label("s_document"),
        )
        .outerjoin(first, _of(first, cycle_id, "performance"))
        .outerjoin(second, _of(second, cycle_id, "satisfaction"))
        .where(Unit.id.in_(sa.select(Case.unit_id).where(Case.cycle_id == cycle_id)))
        .order_by(Unit.sort_no, Unit.id)
    )
    return [
        ResultLine(
            r.id,
            r.code,
            r.name,
            (r.p_score, r.p_source, r.p_document) if r.p_source else None,
            (r.s_score, r.s_source, r.s_document) if r.s_source else None,
        )
        for r in rows
    ]


def _of(result: Any, cycle_id: int, kind: str) -> Any:
    return sa.and_(result.unit_id == Unit.id, result.cycle_id == cycle_id, result.kind == kind)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A recorded result that nobody has confirmed; ``stands`` is the score in force until then,
    ``closed`` why the reader can't confirm or return it."""

    id: int
    cycle_id: int
    unit_id: int
    unit: str
    kind: str
    score: str
    source: str
    document: str
    entered_by: int
    entered: str
    entered_at: datetime
    stands: str | None
    return_reason: str | None
    closed: Sentence | None

    @property
    def mark(self) -> str:
        """What it says, in 16 hex digits: the page of who confirms it carries it."""
        said = [self.unit_id, self.kind, self.score, self.source, self.document, self.entered_by]
        return digest(said)[:16]


def waiting_results(conn: sa.Connection, cycle_id: int, actor: Actor) -> list[Waiting]:
    """Every recorded result that is not in force, units in official order. Four queries at most."""
    e, r = UnitResultEntry, UnitResult
    rows = conn.execute(
        sa.select(
            e, Unit.name.label("unit"), Unit.class_code, Person.name.label("entered"),
            r.score.label("stands"), Cycle.managing_organ_id,
        )
        .join(Unit, Unit.id == e.unit_id)
        .join(Cycle, Cycle.id == e.cycle_id)
        .join(Person, Person.id == e.entered_by)
        .outerjoin(
            r, (r.cycle_id == e.cycle_id) & (r.unit_id == e.unit_id) & (r.kind == e.kind)
        )
        .where(e.cycle_id == cycle_id)
        .order_by(Unit.sort_no, Unit.id, e.kind)
    ).all()  # fmt: skip
    own = own_figures(conn, actor) if rows else frozenset()
    return [
        Waiting(
            row.id, row.cycle_id, row.unit_id, row.unit, row.kind, row.score, row.source,
            row.document, row.entered_by, row.entered, row.entered_at, row.stands,
            row.return_reason, _closed(row, actor, own),
        )
        for row in rows
    ]  # fmt: skip


def _closed(row: Any, actor: Actor, own: frozenset[int]) -> Sentence | None:
    """Why the actor can't confirm or return this result."""
    if row.return_reason is not None:
        return m("已退回,待重新登记")
    if row.entered_by == actor.person_id:
        return m("本人登记的结果,须由另一人确认")
    resource = Resource(row.managing_organ_id, row.unit_id, row.class_code)
    relations = frozenset({Relation.OWN_UNIT}) if row.unit_id in own else frozenset[Relation]()
    permit = permits(actor, CONFIRM, resource, Context(relations=relations))
    return None if permit else permit.reason or m("没有办理这一步的权限")

"""Units' own results and people's satisfaction of the newest cycle, units in official order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.models import Case, Cycle, Unit, UnitResult
from workflow.permissions import Actor, scopes
from workflow.vocabulary import Permission


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

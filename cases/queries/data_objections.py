"""Objections to figures: those of a sheet, those a department has to answer, one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.errors import NotVisible
from cases.models import Case, Cycle, DataSheet, IndicatorValue, Person, Unit, ValueObjection
from cases.queries.sheet_reach import figures_within
from workflow.permissions import Actor, scopes
from workflow.vocabulary import ObjectionOutcome, Permission


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """One objection with the figure it is about and, once answered, the answer."""

    id: int
    sheet_id: int
    unit: str
    indicator: str
    value: str | None
    provider_unit_id: int | None
    reason: str
    file_id: int | None
    raised_by: str | None
    raised_at: datetime
    due_on: date
    outcome: ObjectionOutcome | None
    answer: str | None
    answered_by: str | None
    cycle_id: int


def _rows() -> Any:
    o, raised, answered = ValueObjection, aliased(Person), aliased(Person)
    return (
        sa.select(
            o.id,
            o.sheet_id,
            Unit.name,
            IndicatorValue.indicator,
            IndicatorValue.value,
            IndicatorValue.provider_unit_id,
            o.reason,
            o.file_id,
            raised.name,
            o.raised_at,
            o.due_on,
            o.outcome,
            o.answer,
            answered.name,
            DataSheet.cycle_id,
        )
        .join(IndicatorValue, IndicatorValue.id == o.value_id)
        .join(DataSheet, DataSheet.id == o.sheet_id)
        .join(Cycle, Cycle.id == DataSheet.cycle_id)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .outerjoin(raised, raised.id == o.raised_by)
        .outerjoin(answered, answered.id == o.answered_by)
    )


def _told(row: Any) -> ObjectionRow:
    values: list[Any] = list(row)
    values[11] = None if row[11] is None else ObjectionOutcome(row[11])
    return ObjectionRow(*values)


def objections_of(conn: sa.Connection, sheet_id: int, actor: Actor) -> list[ObjectionRow]:
    """Every objection to the figures of a sheet that the actor may read, newest first."""
    within = figures_within(actor, Permission.DATA_READ)
    query = _rows().where(ValueObjection.sheet_id == sheet_id, within)
    return [_told(row) for row in conn.execute(query.order_by(ValueObjection.id.desc()))]


def to_answer(conn: sa.Connection, actor: Actor) -> list[ObjectionRow]:
    """Open objections to figures that the actor's department provides, first due first."""
    units = {s.unit_id for s in scopes(actor, Permission.DATA_ENTER) if s.unit_id is not None}
    query = _rows().where(
        IndicatorValue.provider_unit_id.in_(units), ValueObjection.outcome.is_(None)
    )
    rows = conn.execute(query.order_by(ValueObjection.due_on, ValueObjection.id))
    return [_told(row) for row in rows]


def load_objection(
    conn: sa.Connection, actor: Actor, permission: Permission, objection_id: int, **more: Any
) -> ObjectionRow:
    """One objection to a figure within reach. Raises NotVisible alike for absent and foreign."""
    row = conn.execute(
        _rows().where(ValueObjection.id == objection_id, figures_within(actor, permission))
    ).first()
    if row is None:
        raise NotVisible(f"value_objection:{objection_id}")
    return _told(row)


def members_of(conn: sa.Connection, sheet: Any) -> list[tuple[int, str]]:
    """(person id, name and post) of the unit's assessed members, in official order."""
    rows = conn.execute(
        sa.select(Case.person_id, Case.subject_name, Case.subject_post)
        .where(
            Case.cycle_id == sheet.cycle_id,
            Case.unit_id == sheet.unit_id,
            Case.person_id.is_not(None),
        )
        .order_by(Case.sort_key, Case.id)
    )
    return [(person, f"{name} {post or ''}".strip()) for person, name, post in rows if person]

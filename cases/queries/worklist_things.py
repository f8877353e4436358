"""Which things beside the case lie within an actor's reach, as SQL: organ, unit, working unit.

Things that hang on a case are reached through the case's own visibility, so kin and the subject
are shut out alike; things of a cycle through the scopes of the grant.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from cases.models import (
    CanvassingReport,
    Case,
    Correction,
    Cycle,
    DataSheet,
    Filing,
    Hold,
    IndicatorValue,
    Inquiry,
    Measure,
    Meeting,
    NegativeRating,
    OpinionRequest,
    Pool,
    PublicityObjection,
    Review,
    Survey,
    Unit,
    UnitItem,
)
from cases.queries.relations import Ties
from cases.queries.sheet_reach import worked_by
from cases.queries.visibility import closed_to, visible
from workflow.permissions import Actor, Scope, forbidden_relations, scopes
from workflow.vocabulary import Permission, Relation, ScopeKind, Thing

Condition = sa.ColumnElement[bool]

HANGING: dict[Thing, tuple[Any, Any, Any]] = {
    # thing -> model, key, last day
    Thing.INQUIRY: (Inquiry, Inquiry.id, Inquiry.due_on),
    Thing.OBJECTION: (PublicityObjection, PublicityObjection.id, None),
    Thing.REVIEW: (Review, Review.id, Review.due_on),
    Thing.MEASURE: (Measure, Measure.id, Measure.due_on),
    Thing.FILING: (Filing, Filing.case_id, Filing.due_on),
    Thing.HOLD: (Hold, Hold.id, Hold.review_on),
    Thing.CORRECTION: (Correction, Correction.id, None),
}
SHARED: dict[Thing, tuple[Any, Any, Any]] = {
    # thing of a cycle -> model, unit it belongs to, last day
    Thing.CYCLE: (Cycle, None, None),
    Thing.DATA_SHEET: (
        DataSheet,
        DataSheet.unit_id,
        sa.func.coalesce(DataSheet.verify_due_on, DataSheet.due_on),
    ),
    Thing.MEETING: (Meeting, Meeting.unit_id, Meeting.planned_on),
    Thing.POOL: (Pool, None, None),
    Thing.OPINION_REQUEST: (OpinionRequest, None, OpinionRequest.due_on),
    Thing.SURVEY: (Survey, None, Survey.ended_on),
    Thing.CANVASSING: (CanvassingReport, CanvassingReport.unit_id, None),
    Thing.NEGATIVE_RATING: (NegativeRating, NegativeRating.unit_id, NegativeRating.due_on),
}


REFERRED: dict[Thing, Any] = {
    Thing.CYCLE: Cycle,
    Thing.MEETING: Meeting,
    Thing.OPINION_REQUEST: OpinionRequest,
}


NOTED: dict[Thing, tuple[Any, Any]] = {
    Thing.MEASURE: (Measure.id, Measure.title),
    Thing.INQUIRY: (Inquiry.id, Inquiry.question),
    Thing.NEGATIVE_RATING: (NegativeRating.id, NegativeRating.service),
}


def within(
    conn: sa.Connection, actor: Actor, thing: Thing, permission: Permission, ties: Ties
) -> Condition | None:
    """The condition over a thing's rows; None when nothing can be within reach."""
    if thing in HANGING:
        return _hanging(conn, actor, thing, permission, ties)
    parts = [p for s in scopes(actor, permission) if (p := _shared(thing, s)) is not None]
    if not parts:
        return None
    shut = thing is Thing.DATA_SHEET and Relation.OWN_UNIT in forbidden_relations(permission)
    if shut and ties.units:
        return sa.and_(sa.or_(*parts), _not_own(ties, permission))
    return sa.or_(*parts)


def _not_own(ties: Ties, permission: Permission) -> Condition:
    """The twin of ``relations_to_figures``."""
    own = sorted(ties.units)
    foreign: Condition = DataSheet.unit_id.not_in(own)
    if permission is not Permission.DATA_ENTER:
        return foreign
    itself = sa.exists().where(
        IndicatorValue.sheet_id == DataSheet.id,
        IndicatorValue.provider_unit_id == DataSheet.unit_id,
    )
    return sa.or_(foreign, itself)


def rows(thing: Thing, state: str, condition: Condition) -> sa.Select[Any]:
    """(id, due) of the things in one state, the nearest last day first."""
    if thing in HANGING:
        model, key, due = HANGING[thing]
        query = sa.select(key.label("id"), _due(due)).join(Case, Case.id == model.case_id)
    else:
        model, _unit, due = SHARED[thing]
        key = model.id
        query = sa.select(key.label("id"), _due(due))
        if model is not Cycle:
            query = query.join(Cycle, Cycle.id == model.cycle_id)
    order = (key,) if due is None else (due, key)
    return query.where(model.state == state, condition).order_by(*order)


def states(thing: Thing, condition: Condition) -> sa.Select[Any]:
    """(id, state, due) of all things of a kind under a condition, cases included."""
    if thing is Thing.CASE:
        return sa.select(Case.id.label("id"), Case.state, _due(Case.due_on)).where(condition)
    model, key, due = HANGING.get(thing) or (
        SHARED[thing][0],
        SHARED[thing][0].id,
        SHARED[thing][2],
    )
    query = sa.select(key.label("id"), model.state, _due(due)).select_from(model)
    if thing in HANGING:
        query = query.join(Case, Case.id == model.case_id)
    elif model is not Cycle:
        query = query.join(Cycle, Cycle.id == model.cycle_id)
    return query.where(condition)


def refs(conn: sa.Connection, thing: Thing, ids: Collection[int]) -> dict[int, str]:
    """Id -> the number in the address, for things that have one of their own."""
    if thing not in REFERRED:
        return {}
    model = REFERRED[thing]
    rows = conn.execute(sa.select(model.id, model.ref).where(model.id.in_(ids)))
    return {number: ref for number, ref in rows}


def notes(conn: sa.Connection, thing: Thing, ids: Collection[int]) -> dict[int, str]:
    """Id -> what tells two of a kind on one case apart."""
    if thing not in NOTED:
        return {}
    key, text = NOTED[thing]
    rows = conn.execute(sa.select(key, text).where(key.in_(ids)))
    return {number: note for number, note in rows}


def _due(column: Any) -> Any:
    return (sa.cast(sa.null(), sa.Date) if column is None else column).label("due")


def _hanging(
    conn: sa.Connection, actor: Actor, thing: Thing, permission: Permission, ties: Ties
) -> Condition | None:
    reached = visible(conn, actor, permission, ties=ties)
    parts: list[Condition] = [] if isinstance(reached, sa.False_) else [reached]
    working = [
        s.unit_id for s in scopes(actor, permission) if s.kind is ScopeKind.WORKING and s.unit_id
    ]
    if thing is Thing.MEASURE and working:
        shut = [sa.not_(c) for c in closed_to(ties, permission)]
        parts.append(sa.and_(Measure.owner_unit_id.in_(working), *shut))
    return sa.or_(*parts) if parts else None


def _shared(thing: Thing, scope: Scope) -> Condition | None:
    narrowed = _narrowed(thing, scope)
    found: Condition | None = None
    if scope.kind is ScopeKind.ORGAN:
        found = _organ(thing, scope)
    elif scope.kind is ScopeKind.UNIT:
        found = _unit(thing, scope)
    elif scope.kind is ScopeKind.WORKING:
        found = _working(thing, scope)
    elif scope.kind is ScopeKind.ASSIGNED and thing is Thing.MEETING and scope.role is not None:
        found = Meeting.tellers[scope.role.value].as_integer() == scope.person_id
    return None if found is None else sa.and_(found, *narrowed)


def _narrowed(thing: Thing, scope: Scope) -> list[Condition]:
    if scope.class_code is None:
        return []
    unit = SHARED[thing][1]
    if unit is None:
        return [sa.false()]
    return [unit.in_(sa.select(Unit.id).where(Unit.class_code == scope.class_code))]


def _organ(thing: Thing, scope: Scope) -> Condition | None:
    condition: Condition = Cycle.managing_organ_id == scope.organ_id
    if scope.unit_id is None:
        return condition
    unit = SHARED[thing][1]
    return None if unit is None else sa.and_(condition, unit == scope.unit_id)


def _unit(thing: Thing, scope: Scope) -> Condition | None:
    unit = SHARED[thing][1]
    return None if unit is None else unit == scope.unit_id


def _working(thing: Thing, scope: Scope) -> Condition | None:
    if thing is Thing.OPINION_REQUEST:
        return OpinionRequest.body_unit_id == scope.unit_id
    if thing is Thing.DATA_SHEET:
        figures = sa.select(IndicatorValue.sheet_id).where(worked_by(IndicatorValue, scope))
        items = sa.select(UnitItem.sheet_id).where(worked_by(UnitItem, scope))
        return sa.or_(DataSheet.id.in_(figures), DataSheet.id.in_(items))
    if thing is Thing.NEGATIVE_RATING:
        return NegativeRating.unit_id == scope.unit_id
    return None

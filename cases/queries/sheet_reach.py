"""Whose data sheets and figures an actor reaches: conditions, the twins of ``permits``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import sqlalchemy as sa

from cases.models import Case, CaseAssignment, Cycle, DataSheet, IndicatorValue, Unit, UnitItem
from workflow.permissions import Actor, Scope, scopes
from workflow.vocabulary import Permission, Role, ScopeKind

Condition = sa.ColumnElement[bool]


def reach(actor: Actor, permission: Permission) -> Condition:
    """The condition over ``data_sheets`` joined to cycles and units: the twin of ``permits``."""
    return sheets_within(scopes(actor, permission))


def sheets_within(found: Iterable[Scope]) -> Condition:
    """The condition over ``data_sheets`` joined to cycles and units of some scopes."""
    parts = [_within(scope) for scope in found]
    return sa.or_(*parts) if parts else sa.false()


def of_department(of: Any, permission: Permission) -> Any:
    """The column of figures or entries that says whose they are to enter, or to verify."""
    verifies = permission is Permission.DATA_VERIFY
    return of.verifier_unit_id if verifies else of.provider_unit_id


def worked_by(of: Any, scope: Scope) -> Condition:
    """The figures or entries that a department provides, or verifies, as its people's role says."""
    verifies = scope.role is Role.DATA_VERIFIER
    column = of.verifier_unit_id if verifies else of.provider_unit_id
    return cast(Condition, column == scope.unit_id)


def figures_within(actor: Actor, permission: Permission, of: Any = IndicatorValue) -> Condition:
    """The condition over ``indicator_values`` (or the entries ``of`` deductions and bonuses) joined
    to sheets, cycles and units.

    A department reaches the sheets it works for, but in them only the figures it provides, or
    those it verifies.
    """
    parts = [
        sa.and_(_within(scope), worked_by(of, scope))
        if scope.kind is ScopeKind.WORKING
        else _within(scope)
        for scope in scopes(actor, permission)
    ]
    return sa.or_(*parts) if parts else sa.false()


def _within(scope: Scope) -> Condition:
    if scope.kind is ScopeKind.ORGAN:
        parts: list[Condition] = [Cycle.managing_organ_id == scope.organ_id]
        if scope.unit_id is not None:
            parts.append(DataSheet.unit_id == scope.unit_id)
    elif scope.kind is ScopeKind.UNIT:
        parts = [DataSheet.unit_id == scope.unit_id]
    elif scope.kind is ScopeKind.WORKING:
        figures = sa.select(IndicatorValue.sheet_id).where(worked_by(IndicatorValue, scope))
        items = sa.select(UnitItem.sheet_id).where(worked_by(UnitItem, scope))
        parts = [sa.or_(DataSheet.id.in_(figures), DataSheet.id.in_(items))]
    elif scope.kind is ScopeKind.ASSIGNED:
        parts = [_assigned(scope)]
    else:
        parts = [sa.false()]
    if scope.class_code is not None:
        parts.append(Unit.class_code == scope.class_code)
    return sa.and_(*parts)


def _assigned(scope: Scope) -> Condition:
    return sa.exists().where(
        Case.cycle_id == DataSheet.cycle_id,
        Case.unit_id == DataSheet.unit_id,
        CaseAssignment.case_id == Case.id,
        CaseAssignment.person_id == scope.person_id,
        CaseAssignment.role == scope.role,
    )

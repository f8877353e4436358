"""What a thing's room hands to the guards, and the resources most rooms share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Case, CaseAssignment, Cycle, Unit
from cases.queries.visibility import resource_of
from workflow.permissions import Resource
from workflow.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Read:
    """The named facts of one thing; the names stand in ``reads`` of its declaration."""

    counts: Mapping[str, int] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    days: Mapping[str, date] = field(default_factory=dict)


def flags(**named: bool) -> frozenset[str]:
    """The names that are true."""
    return frozenset(name for name, true in named.items() if true)


def case_resource(conn: sa.Connection, case_id: int) -> Resource:
    """The resource of the case a thing hangs on, with everybody assigned to the case."""
    assigned = conn.execute(
        sa.select(CaseAssignment.role, CaseAssignment.person_id).where(
            CaseAssignment.case_id == case_id
        )
    )
    return resource_of(
        conn.execute(sa.select(Case).where(Case.id == case_id)).one(),
        frozenset((Role(role), person_id) for role, person_id in assigned),
    )


def cycle_resource(
    conn: sa.Connection,
    cycle_id: int,
    unit_id: int | None = None,
    working: frozenset[int] = frozenset(),
    assigned: Any = frozenset(),
) -> Resource:
    """The resource of a thing that belongs to a cycle, maybe to one of its units."""
    organ = conn.execute(
        sa.select(Cycle.managing_organ_id).where(Cycle.id == cycle_id)
    ).scalar_one()
    class_code = None
    if unit_id is not None:
        class_code = conn.execute(
            sa.select(Unit.class_code).where(Unit.id == unit_id)
        ).scalar_one_or_none()
    return Resource(
        organ_id=organ,
        unit_id=unit_id,
        class_code=class_code,
        working_unit_ids=working,
        assigned=assigned,
    )

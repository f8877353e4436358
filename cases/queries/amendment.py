"""Changes of an open year's scheme as pages read them, and the cases each one touches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.errors import NotVisible
from cases.models import Amendment, Case, Cycle, Person
from workflow.permissions import Actor, scopes
from workflow.vocabulary import AmendmentKind, Permission, State

SHOWN = 200


@dataclass(frozen=True, slots=True)
class AmendmentView:
    """One change: what was asked, why, and what became of it. ``change`` names draft, revision and
    the versions from and to."""

    id: int
    cycle_id: int
    cycle_ref: str
    cycle_title: str
    organ_id: int
    scheme_version_id: int | None
    kind: AmendmentKind
    organ_name: str
    document: str
    reason: str
    change: dict[str, Any]
    effective_on: date
    requested_by: int | None
    asked_by: str
    approved: str
    approved_at: datetime | None
    declined: str
    declined_at: datetime | None
    decline_reason: str
    in_force_at: datetime | None

    @property
    def stale(self) -> bool:
        """Whether it still waits although the scheme it would change isn't the year's any more."""
        return self.waiting and self.scheme_version_id != self.change["from"]

    @property
    def waiting(self) -> bool:
        return self.approved_at is None and self.declined_at is None


@dataclass(frozen=True, slots=True)
class Touched:
    """A case whose result may differ under the changed scheme."""

    ref: str
    name: str
    unit: str
    class_code: str
    state: State


def _amendments() -> Any:
    asking, approving, declining = aliased(Person), aliased(Person), aliased(Person)
    return (
        sa.select(
            Amendment,
            Cycle.ref.label("cycle_ref"),
            Cycle.title.label("cycle_title"),
            Cycle.managing_organ_id.label("organ_id"),
            Cycle.scheme_version_id,
            asking.name.label("asked_by"),
            approving.name.label("approved"),
            declining.name.label("declined"),
        )
        .join(Cycle, Cycle.id == Amendment.cycle_id)
        .outerjoin(asking, asking.id == Amendment.requested_by)
        .outerjoin(approving, approving.id == Amendment.approved_by)
        .outerjoin(declining, declining.id == Amendment.declined_by)
    )


def _view(row: Any) -> AmendmentView:
    return AmendmentView(
        row.id, row.cycle_id, row.cycle_ref, row.cycle_title, row.organ_id,
        row.scheme_version_id, AmendmentKind(row.kind), row.organ_name or "", row.document or "",
        row.reason, row.change, row.effective_on, row.requested_by, row.asked_by or "",
        row.approved or "", row.approved_at, row.declined or "", row.declined_at,
        row.decline_reason or "", row.in_force_at,
    )  # fmt: skip


def amendments(conn: sa.Connection, cycle_id: int) -> list[AmendmentView]:
    """The changes of a year's scheme, the newest first."""
    query = _amendments().where(Amendment.cycle_id == cycle_id).order_by(Amendment.id.desc())
    return [_view(row) for row in conn.execute(query.limit(SHOWN))]


def amendment_by_id(
    conn: sa.Connection, actor: Actor, permission: Permission, amendment_id: int
) -> AmendmentView:
    """One change of the actor's organs. Raises NotVisible."""
    row = conn.execute(_amendments().where(Amendment.id == amendment_id)).first()
    held = {s.organ_id for s in scopes(actor, permission)}
    if row is None or not (actor.is_system or row.organ_id in held):
        raise NotVisible(str(amendment_id))
    return _view(row)


def touched_cases(
    conn: sa.Connection, cycle_id: int, classes: Collection[str] | None
) -> tuple[int, list[Touched]]:
    """(how many, the first of them in official order): cases of the classes, None for all."""
    here = [Case.cycle_id == cycle_id, Case.state != State.NOT_ASSESSED]
    if classes is not None:
        here.append(Case.class_code.in_(sorted(classes)))
    count = conn.execute(sa.select(sa.func.count()).select_from(Case).where(*here)).scalar_one()
    rows = conn.execute(
        sa.select(Case.ref, Case.subject_name, Case.unit_name, Case.class_code, Case.state)
        .where(*here)
        .order_by(Case.sort_key, Case.id)
        .limit(SHOWN)
    )
    return int(count), [Touched(*row[:3], row[3] or "", State(row[4])) for row in rows]

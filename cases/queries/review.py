"""Lists and loaders of reviews, holds, corrections and re-looks, within the reader's reach."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Case, Correction, Decision, Hold, Person, Relook, Review
from cases.queries.visibility import visible
from workflow.permissions import Actor
from workflow.vocabulary import (
    CorrectionState,
    HoldState,
    Outcome,
    Permission,
    ReviewState,
)

OPEN_REVIEWS = (ReviewState.FILED, ReviewState.ACCEPTED)
_ABOUT = (
    Case.ref,
    Case.subject_name,
    Case.subject_post,
    Case.unit_name,
    Case.kind.label("case_kind"),
    Case.decided_grade,
    Case.outcome,
    Case.state.label("case_state"),
    Case.sort_key,
)


def _list(conn: sa.Connection, table: Any, actor: Actor, permission: Permission) -> list[Any]:
    return list(
        conn.execute(
            sa.select(table, *_ABOUT)
            .join(Case, Case.id == table.case_id)
            .where(visible(conn, actor, permission))
            .order_by(table.id.desc())
            .limit(500)
        )
    )


def _load(
    conn: sa.Connection, table: Any, actor: Actor, permission: Permission, thing_id: int
) -> Any:
    row = conn.execute(
        sa.select(table, *_ABOUT)
        .join(Case, Case.id == table.case_id)
        .where(table.id == thing_id, visible(conn, actor, permission))
    ).first()
    if row is None:
        raise NotVisible(f"{table.__tablename__}:{thing_id}")
    return row


def reviews_of(conn: sa.Connection, actor: Actor) -> tuple[list[Any], list[Any]]:
    """Reviews to handle by their last day, then the answered ones, newest first."""
    rows = _list(conn, Review, actor, Permission.REVIEW_HANDLE)
    waiting = sorted((r for r in rows if r.state in OPEN_REVIEWS), key=lambda r: (r.due_on, r.id))
    return waiting, [r for r in rows if r.state not in OPEN_REVIEWS]


def load_review(conn: sa.Connection, actor: Actor, permission: Permission, review_id: int) -> Any:
    """A review with its case. Raises NotVisible."""
    return _load(conn, Review, actor, permission, review_id)


def decision_in_force(conn: sa.Connection, case_id: int) -> Any:
    """The newest decision of a case, or None."""
    query = sa.select(Decision).where(Decision.case_id == case_id)
    return conn.execute(query.order_by(Decision.number.desc()).limit(1)).first()


def holds_of(conn: sa.Connection, actor: Actor) -> list[Any]:
    """Holds, those in force first."""
    rows = _list(conn, Hold, actor, Permission.HOLD_PLACE)
    return sorted(rows, key=lambda r: r.state != HoldState.PLACED)


def load_hold(conn: sa.Connection, actor: Actor, permission: Permission, hold_id: int) -> Any:
    """A hold with its case. Raises NotVisible."""
    return _load(conn, Hold, actor, permission, hold_id)


def awaiting_grade(holds: Sequence[Any]) -> list[Any]:
    """Lifted holds of cases decided ungraded: a grade is to be filled in by correction."""
    still = {h.case_id for h in holds if h.state == HoldState.PLACED}
    found = {
        h.case_id: h
        for h in holds
        if h.state == HoldState.LIFTED and h.outcome == Outcome.UNGRADED and h.case_id not in still
    }
    return list(found.values())


def corrections_of(conn: sa.Connection, actor: Actor) -> list[Any]:
    """Corrections, open ones first."""
    rows = _list(conn, Correction, actor, Permission.EXPLANATION_READ)
    closed = (CorrectionState.APPLIED, CorrectionState.DROPPED)
    return sorted(rows, key=lambda r: r.state in closed)


def load_correction(
    conn: sa.Connection, actor: Actor, permission: Permission, correction_id: int
) -> Any:
    """A correction with its case. Raises NotVisible."""
    return _load(conn, Correction, actor, permission, correction_id)


def approved_correction(conn: sa.Connection, case_id: int) -> int | None:
    """The correction of a case that waits to be carried out."""
    query = sa.select(Correction.id).where(
        Correction.case_id == case_id, Correction.state == CorrectionState.APPROVED.value
    )
    found: int | None = conn.execute(query.order_by(Correction.id).limit(1)).scalar()
    return found


def name_of(conn: sa.Connection, person_id: int | None) -> str:
    """A person's name, empty for none."""
    if person_id is None:
        return ""
    return conn.execute(sa.select(Person.name).where(Person.id == person_id)).scalar() or ""


def relooks_of(conn: sa.Connection, actor: Actor) -> list[list[Any]]:
    """Cases to look at again, open ones first, those of one figure together, the newest first, each
    in official order; nothing moves by itself."""
    rows = _list(conn, Relook, actor, Permission.SYNTHESIS_READ)
    rows.sort(key=lambda r: r.sort_key)
    rows.sort(key=_together)
    return [list(group) for _, group in groupby(rows, _together)]


def _together(row: Any) -> tuple[bool, float, str]:
    return (row.closed_at is not None, -row.opened_at.timestamp(), row.reason)


def load_relook(conn: sa.Connection, actor: Actor, permission: Permission, relook_id: int) -> Any:
    """A re-look with its case. Raises NotVisible."""
    return _load(conn, Relook, actor, permission, relook_id)

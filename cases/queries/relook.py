"""The re-look list: which cases a late final value would have suggested otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Case, Person, Relook
from cases.queries.data_sheet import mark
from cases.queries.sentences import Told, all_told
from cases.queries.visibility import visible
from workflow.permissions import Actor
from workflow.vocabulary import Permission


@dataclass(frozen=True, slots=True)
class RelookRow:
    """One case to look at again; ``before`` and ``after`` in words."""

    id: int
    case_id: int
    ref: str
    subject: str
    unit: str
    reason: tuple[Told, ...]
    before: tuple[Told, ...]
    after: tuple[Told, ...]
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    conclusion: str | None


def mark_of_relook(row: Any) -> str:
    """What a row of ``relooks`` says, in 16 hex digits: a page carries it to tell a later value."""
    return mark(row.reason, row.before, row.after)


_TOLD = slice(5, 8)
"""Reason, before and after among the columns of :func:`_rows`."""


def _rows() -> Any:
    return (
        sa.select(
            Relook.id,
            Relook.case_id,
            Case.ref,
            Case.subject_name,
            Case.unit_name,
            Relook.reason,
            Relook.before,
            Relook.after,
            Relook.opened_at,
            Relook.closed_at,
            Person.name,
            Relook.conclusion,
        )
        .join(Case, Case.id == Relook.case_id)
        .outerjoin(Person, Person.id == Relook.closed_by)
    )


def _said(row: Any) -> RelookRow:
    values = list(row)
    values[_TOLD] = [all_told(text) for text in values[_TOLD]]
    return RelookRow(*values)


def relooks(
    conn: sa.Connection, actor: Actor, *, case_id: int | None = None, closed: bool = False
) -> list[RelookRow]:
    """Open rows (or closed ones) of cases whose synthesis the actor may read, in official order."""
    query = _rows().where(visible(conn, actor, Permission.SYNTHESIS_READ))
    query = query.where(Relook.closed_at.is_not(None) if closed else Relook.closed_at.is_(None))
    if case_id is not None:
        query = query.where(Relook.case_id == case_id)
    return [_said(row) for row in conn.execute(query.order_by(Case.sort_key, Relook.id))]


def load_relook(
    conn: sa.Connection, actor: Actor, permission: Permission, relook_id: int
) -> RelookRow:
    """One row. Raises NotVisible alike for absent and foreign."""
    row = conn.execute(
        _rows().where(Relook.id == relook_id, visible(conn, actor, permission))
    ).first()
    if row is None:
        raise NotVisible(f"relook:{relook_id}")
    return _said(row)

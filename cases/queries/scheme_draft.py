"""Drafts of schemes, as pages read them: the list, one with its document, its saves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Person, SchemeDraft, SchemeRevision, Unit
from cases.queries.sentences import Told, unpacked
from workflow.permissions import Actor, scopes
from workflow.vocabulary import Permission

SHOWN = 50


@dataclass(frozen=True, slots=True)
class DraftView:
    """One draft with its newest revision; ``content`` only where one is opened."""

    id: int
    organ_id: int
    title: str
    based_on: int | None
    version_id: int | None
    revision: int
    problems: int
    saved_at: datetime
    saved_by: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Saved:
    """One save of a draft."""

    number: int
    part: Told
    problems: int
    saved_at: datetime
    saved_by: str


def _drafts(*more: Any) -> sa.Select[Any]:
    return (
        sa.select(
            SchemeDraft.id,
            SchemeDraft.managing_organ_id,
            SchemeDraft.title,
            SchemeDraft.based_on,
            SchemeDraft.version_id,
            SchemeDraft.revision,
            SchemeRevision.problems,
            SchemeRevision.saved_at,
            sa.func.coalesce(Person.name, ""),
            *more,
        )
        .join(
            SchemeRevision,
            sa.and_(
                SchemeRevision.draft_id == SchemeDraft.id,
                SchemeRevision.number == SchemeDraft.revision,
            ),
        )
        .outerjoin(Person, Person.id == SchemeRevision.saved_by)
    )


def drafts(conn: sa.Connection, organs: Sequence[int]) -> list[DraftView]:
    """The drafts of some organs that are still worked on, the last saved first."""
    query = (
        _drafts()
        .where(SchemeDraft.managing_organ_id.in_(organs), SchemeDraft.version_id.is_(None))
        .order_by(SchemeRevision.saved_at.desc(), SchemeDraft.id.desc())
        .limit(SHOWN)
    )
    rows: Any = conn.execute(query)
    return [DraftView(*(*row, {})) for row in rows]


def draft_by_id(
    conn: sa.Connection, actor: Actor, permission: Permission, draft_id: int
) -> DraftView:
    """One draft of the actor's organs with its document. Raises NotVisible."""
    row: Any = conn.execute(
        _drafts(SchemeRevision.content).where(SchemeDraft.id == draft_id)
    ).first()
    held = {s.organ_id for s in scopes(actor, permission)}
    if row is None or not (actor.is_system or row.managing_organ_id in held):
        raise NotVisible(str(draft_id))
    return DraftView(*row)


def saves(conn: sa.Connection, draft_id: int) -> list[Saved]:
    """The last saves of a draft, newest first."""
    query = (
        sa.select(
            SchemeRevision.number,
            SchemeRevision.part,
            SchemeRevision.problems,
            SchemeRevision.saved_at,
            sa.func.coalesce(Person.name, ""),
        )
        .outerjoin(Person, Person.id == SchemeRevision.saved_by)
        .where(SchemeRevision.draft_id == draft_id)
        .order_by(SchemeRevision.number.desc())
        .limit(SHOWN)
    )
    rows: Any = conn.execute(query)
    return [Saved(number, unpacked(part), *rest) for number, part, *rest in rows]


def unit_names(conn: sa.Connection, codes: Collection[str]) -> dict[str, str]:
    """Code of a unit -> its name, of those there are."""
    rows = conn.execute(sa.select(Unit.code, Unit.name).where(Unit.code.in_(codes)))
    return {code: name for code, name in rows}


def departments(conn: sa.Connection, most: int) -> tuple[tuple[str, str], ...]:
    """(code, name) of all units in official order; none where there are more than ``most``."""
    rows = conn.execute(
        sa.select(Unit.code, Unit.name).order_by(Unit.sort_no, Unit.id).limit(most + 1)
    ).all()
    return tuple((code, name) for code, name in rows) if len(rows) <= most else ()

"""Scoping as pages read it: cases with their proposal, one case's people, facts and group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.models import (
    Assignment,
    Case,
    CaseAssignment,
    Person,
    Post,
    SubjectEvent,
    Unit,
)
from cases.names import normal_form
from cases.queries.visibility import visible
from workflow.permissions import Actor
from workflow.vocabulary import CaseKind, Participation, Permission, Role, State

_COMMENTER = aliased(Person)
_ASSISTING = aliased(Unit)


def case_page(
    conn: sa.Connection,
    actor: Actor,
    cycle_id: int,
    *,
    state: State | None,
    after: tuple[int, int] | None = None,
    limit: int = 100,
) -> list[Any]:
    """Cases of a year in official order after (sort_key, id), with who comments and the assisting
    organ of a dual-managed unit. One query beside those of visibility."""
    query = (
        sa.select(
            Case.id,
            Case.ref,
            Case.kind,
            Case.subject_name,
            Case.subject_post,
            Case.unit_name,
            Case.state,
            Case.version,
            Case.sort_key,
            Case.participation,
            Case.participation_reason,
            Case.conclusion,
            _COMMENTER.name.label("commenter"),
            _ASSISTING.name.label("assisting"),
        )
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(_ASSISTING, _ASSISTING.id == Unit.assisting_organ_id)
        .outerjoin(_COMMENTER, _COMMENTER.id == Case.commenter_id)
        .where(Case.cycle_id == cycle_id, visible(conn, actor, Permission.SCOPE_CASES))
        .order_by(Case.sort_key, Case.id)
        .limit(limit)
    )
    if state is not None:
        query = query.where(Case.state == state)
    if after is not None:
        query = query.where(
            sa.or_(Case.sort_key > after[0], sa.and_(Case.sort_key == after[0], Case.id > after[1]))
        )
    return list(conn.execute(query))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases wait to be confirmed, how many of them can be, how many are excluded."""

    scoped: int
    ready: int
    excluded: int
    all: int


def _ready() -> sa.ColumnElement[bool]:
    """What the guards of opening the self-report ask of a case, for choosing whom to preview."""
    return sa.and_(
        Case.state == State.SCOPED,
        sa.or_(Case.commenter_id.is_not(None), Case.kind == CaseKind.BODY),
        Case.participation.in_([Participation.FULL, Participation.COMMENT_ONLY]),
    )


def counts(conn: sa.Connection, actor: Actor, cycle_id: int) -> Counts:
    """Figures of a year's scoping."""

    def of(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    row = conn.execute(
        sa.select(
            of(Case.state == State.SCOPED),
            of(_ready()),
            of(Case.state == State.NOT_ASSESSED),
            sa.func.count(),
        ).where(Case.cycle_id == cycle_id, visible(conn, actor, Permission.SCOPE_CASES))
    ).one()
    return Counts(*(int(n) for n in row))


def ready_cases(
    conn: sa.Connection, actor: Actor, cycle_id: int, case_ids: Sequence[int] | None
) -> list[Any]:
    """Cases for the preview of a bulk confirmation, in official order; None: all that can be."""
    query = (
        sa.select(Case.id, Case.ref, Case.kind, Case.subject_name, Case.unit_name, Case.version)
        .where(Case.cycle_id == cycle_id, visible(conn, actor, Permission.SCOPE_CASES))
        .order_by(Case.sort_key, Case.id)
    )
    if case_ids is None:
        query = query.where(_ready())
    else:
        query = query.where(Case.id.in_(case_ids), Case.state == State.SCOPED)
    return list(conn.execute(query))


def commenters(conn: sa.Connection, case: Any) -> list[tuple[int, str]]:
    """Who may comment: leading people of the unit and of all units above, and who does now."""
    chain = [case.unit_id, case.managing_organ_id]
    parents = {u: p for u, p in conn.execute(sa.select(Unit.id, Unit.parent_id))}
    here = parents.get(case.unit_id)
    while here is not None and here not in chain:
        chain.append(here)
        here = parents.get(here)
    return [
        pair
        for pair in _people(conn, sa.or_(Unit.id.in_(chain), Person.id == case.commenter_id))
        if pair[0] != case.person_id
    ]


def group_candidates(conn: sa.Connection, case: Any) -> list[tuple[int, str]]:
    """Who may be put into the assessment group: the managing organ's people, and who is in it."""
    inside = sa.select(CaseAssignment.person_id).where(
        CaseAssignment.case_id == case.id, CaseAssignment.role == Role.ASSESSMENT_GROUP
    )
    there = sa.or_(Unit.id == case.managing_organ_id, Person.id.in_(inside))
    return [pair for pair in _people(conn, there) if pair[0] != case.person_id]


def _people(conn: sa.Connection, condition: sa.ColumnElement[bool]) -> list[tuple[int, str]]:
    query = (
        sa.select(Person.id, Person.name, Unit.short_name, Unit.name.label("unit"), Post.title)
        .join(Assignment, sa.and_(Assignment.person_id == Person.id, Assignment.is_primary))
        .join(Post, Post.id == Assignment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(condition)
        .order_by(Person.order_key, Person.id)
        .limit(400)
    )
    return [(r.id, f"{r.name} {r.short_name or r.unit} {r.title}") for r in conn.execute(query)]


def group_of(conn: sa.Connection, case_id: int) -> list[int]:
    """The people in the assessment group of a case."""
    query = sa.select(CaseAssignment.person_id).where(
        CaseAssignment.case_id == case_id, CaseAssignment.role == Role.ASSESSMENT_GROUP
    )
    return list(conn.execute(query.order_by(CaseAssignment.person_id)).scalars())


def events_of(conn: sa.Connection, case: Any) -> list[Any]:
    """Facts entered about the subject of a case, newest first."""
    about = (
        SubjectEvent.unit_id == case.body_unit_id
        if case.person_id is None
        else SubjectEvent.person_id == case.person_id
    )
    query = (
        sa.select(SubjectEvent, Unit.name.label("from_unit"))
        .outerjoin(Unit, Unit.id == SubjectEvent.from_unit_id)
        .where(about)
    )
    return list(conn.execute(query.order_by(SubjectEvent.happened_on.desc(), SubjectEvent.id)))


def organ_names(conn: sa.Connection, case: Any) -> tuple[str, str | None]:
    """(managing organ, assisting organ of a dual-managed unit)."""
    row = conn.execute(
        sa.select(
            sa.select(Unit.name).where(Unit.id == case.managing_organ_id).scalar_subquery(),
            sa.select(_ASSISTING.name)
            .join(Unit, Unit.assisting_organ_id == _ASSISTING.id)
            .where(Unit.id == case.unit_id)
            .scalar_subquery(),
        )
    ).one()
    return row[0], row[1]


def people_called(conn: sa.Connection, name: str, unit_id: int | None) -> list[int]:
    """The ids of people with this name, compared in normal form; of one unit when it is given."""
    query = sa.select(Person.id).where(Person.name_key == normal_form(name))
    if unit_id is not None:
        query = query.where(Person.unit_id == unit_id)
    return list(conn.execute(query.limit(5)).scalars())

"""Talks and inquiries of cases, each for the eyes the permission table names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.errors import NotVisible
from cases.models import Account, Case, CaseAssignment, Inquiry, Person, RoleGrant, Talk
from cases.queries.kept import Same, built
from cases.queries.visibility import visible
from workflow.permissions import Actor
from workflow.vocabulary import Grade, InquiryState, Permission, Role


@dataclass(frozen=True, slots=True)
class TalkRow:
    """One talk, with the names of both talkers and the instants of their signatures."""

    id: int
    interviewee: str
    held_on: date
    place: str
    content: str
    suggested_grade: Grade | None
    replaces_ballot: bool
    first: str
    second: str
    second_id: int
    signed_at: datetime | None


def talks_of(conn: sa.Connection, case_id: int) -> list[TalkRow]:
    """The talks about a case by date; the caller has asked for ``TALK_READ``."""
    first, second = aliased(Person), aliased(Person)
    rows = conn.execute(
        sa.select(Talk, first.name.label("first"), second.name.label("second"))
        .join(first, first.id == Talk.first_talker_id)
        .join(second, second.id == Talk.second_talker_id)
        .where(Talk.case_id == case_id)
        .order_by(Talk.held_on, Talk.id)
    )
    return [
        TalkRow(
            r.id,
            r.interviewee,
            r.held_on,
            r.place,
            r.content,
            Grade(r.suggested_grade) if r.suggested_grade else None,
            r.replaces_ballot,
            r.first,
            r.second,
            r.second_talker_id,
            r.second_signed_at,
        )
        for r in rows
    ]


def talkers(conn: sa.Connection, case: Any, but: int | None) -> list[tuple[int, str]]:
    """Members of the assessment group on this case, or of its organ or unit, in official order."""
    assigned = sa.select(CaseAssignment.person_id).where(
        CaseAssignment.case_id == case.id, CaseAssignment.role == Role.ASSESSMENT_GROUP
    )
    granted = (
        sa.select(Account.person_id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == Role.ASSESSMENT_GROUP,
            RoleGrant.approved_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
            Account.active,
            Account.person_id.is_not(None),
            sa.or_(RoleGrant.organ_id == case.managing_organ_id, RoleGrant.unit_id == case.unit_id),
        )
    )
    rows = conn.execute(
        sa.select(Person.id, Person.name)
        .where(sa.or_(Person.id.in_(assigned), Person.id.in_(granted)))
        .order_by(Person.order_key, Person.id)
    )
    closed = {but, case.person_id}
    return [(person_id, name) for person_id, name in rows if person_id not in closed]


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """One inquiry with its case and the names of those who acted."""

    id: int
    case_id: int
    ref: str
    subject: str
    unit: str
    question: str
    state: InquiryState
    version: int
    due_on: date | None
    finding: str | None
    evidence: str | None
    conclusion: str | None
    opened_at: datetime
    opened_by: str | None
    reported_by: str | None
    reported_id: int | None
    concluded_by: str | None


def _inquiries() -> Any:
    opened, reported, concluded = aliased(Person), aliased(Person), aliased(Person)
    return (
        sa.select(
            Inquiry.id,
            Inquiry.case_id,
            Case.ref,
            Case.subject_name,
            Case.unit_name,
            Inquiry.question,
            Inquiry.state,
            Inquiry.version,
            Inquiry.due_on,
            Inquiry.finding,
            Inquiry.evidence,
            Inquiry.conclusion,
            Inquiry.opened_at,
            opened.name,
            reported.name,
            Inquiry.reported_by,
            concluded.name,
        )
        .join(Case, Case.id == Inquiry.case_id)
        .outerjoin(opened, opened.id == Inquiry.opened_by)
        .outerjoin(reported, reported.id == Inquiry.reported_by)
        .outerjoin(concluded, concluded.id == Inquiry.concluded_by)
    )


def _row(row: Any) -> InquiryRow:
    fields: list[Any] = [*row]
    fields[6] = InquiryState(fields[6])
    return InquiryRow(*fields)


def inquiries(
    conn: sa.Connection, actor: Actor, *, case_id: int | None = None, limit: int = 200
) -> list[InquiryRow]:
    """Inquiries the actor conducts or concludes: open ones first, the nearest due day first."""
    conduct = visible(conn, actor, Permission.INQUIRY_CONDUCT)
    conclude = visible(conn, actor, Permission.INQUIRY_CONCLUDE)
    key = (inquiries, Same(conduct), Same(conclude), case_id is None, limit)
    query = built(key, lambda: _listed(sa.or_(conduct, conclude), case_id is not None, limit))
    return [_row(row) for row in conn.execute(query, {"case": case_id})]


def _listed(seen: Any, of_case: bool, limit: int) -> Any:
    query = _inquiries().where(seen)
    if of_case:
        query = query.where(Inquiry.case_id == sa.bindparam("case", type_=sa.BigInteger))
    done = sa.case((Inquiry.state == InquiryState.CONCLUDED, 1), else_=0)
    return query.order_by(done, Inquiry.due_on.is_(None), Inquiry.due_on, Inquiry.id).limit(limit)


def load_inquiry(
    conn: sa.Connection, actor: Actor, permission: Permission, inquiry_id: int, **more: Any
) -> InquiryRow:
    """One inquiry. Reading is open to who concludes as well. Raises NotVisible."""
    seen = visible(conn, actor, permission)
    if permission is Permission.INQUIRY_CONDUCT:
        seen = sa.or_(seen, visible(conn, actor, Permission.INQUIRY_CONCLUDE))
    row = conn.execute(_inquiries().where(Inquiry.id == inquiry_id, seen)).first()
    if row is None:
        raise NotVisible(f"inquiry:{inquiry_id}")
    return _row(row)

"""综合研判 of one case: computed parts, bars with clause and source, texts, comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from cases.models import (
    Case,
    Cycle,
    Decision,
    Hold,
    Inquiry,
    LeaderComment,
    OpinionItem,
    OpinionRequest,
    Person,
    Synthesis,
)
from cases.queries.scheme import scheme_of_cycle
from cases.queries.scores import told_unit
from cases.queries.sentences import Told, unpacked
from cases.queries.subject_events import told_bars
from cases.queries.visibility import context_of, resource_for, visible
from cases.scoring.shapes import Scheme
from workflow.permissions import Actor, permits
from workflow.vocabulary import (
    Grade,
    HoldKind,
    HoldState,
    InquiryState,
    OpinionRequestState,
    Permission,
    State,
)

COMMENTED_IN = (
    State.DRAFTING,
    State.SUBMITTED,
    State.RETURNED,
    State.COLLECTING,
    State.EVALUATING,
    State.SYNTHESISING,
)


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part: title, score, declared and effective share (0 to 1), what it added."""

    code: str
    title: str
    score: Decimal | None
    share: Decimal
    effective: Decimal | None
    contribution: Decimal | None


@dataclass(frozen=True, slots=True)
class ItemLine:
    """What a deduction or bonus came to: verified entries, signed points before and after caps."""

    title: Told
    entries: int
    asked: Decimal
    points: Decimal
    remark: Told | None


@dataclass(frozen=True, slots=True)
class Study:
    """Everything the synthesis page shows of a case."""

    case: Any
    parts: Sequence[PartLine]
    items: Sequence[ItemLine]
    before_items: Decimal | None
    unit_items: Sequence[ItemLine]
    composite: Decimal | None
    suggested: Grade | None
    reason: Told
    sheet: Mapping[str, Any]
    bars: Sequence[Mapping[str, Any]]
    flags: Sequence[Told]
    computed_at: datetime | None
    performance: str
    shortcomings: str
    grade_opinion: Grade | None
    written_by: str | None
    written_at: datetime | None
    comment: str | None
    comment_grade: Grade | None
    commenter: str | None
    commented_at: datetime | None
    inquiries: int
    opinions: int
    holds: Sequence[tuple[HoldKind, Any]]


_THE_CASE: Any = sa.bindparam("case", type_=sa.BigInteger)
_SYNTHESIS: Any = (
    sa.select(Synthesis, Person.name)
    .outerjoin(Person, Person.id == Synthesis.written_by)
    .where(Synthesis.case_id == _THE_CASE)
)
_COMMENT: Any = (
    sa.select(LeaderComment, Person.name)
    .outerjoin(Person, Person.id == LeaderComment.person_id)
    .where(LeaderComment.case_id == _THE_CASE)
)
_OPEN_INQUIRIES = sa.select(sa.func.count()).where(
    Inquiry.case_id == _THE_CASE, Inquiry.state != InquiryState.CONCLUDED
)
_OPEN_OPINIONS = (
    sa.select(sa.func.count())
    .select_from(OpinionItem)
    .join(OpinionRequest, OpinionRequest.id == OpinionItem.request_id)
    .where(OpinionItem.case_id == _THE_CASE, OpinionRequest.state != OpinionRequestState.CLOSED)
)
_PLACED = (
    sa.select(Hold)
    .where(Hold.case_id == _THE_CASE, Hold.state == HoldState.PLACED)
    .order_by(Hold.id)
)
_DECIDED = (
    sa.select(Decision)
    .where(Decision.case_id == _THE_CASE)
    .order_by(Decision.number.desc())
    .limit(1)
)


def study_of(conn: sa.Connection, case: Any) -> Study:
    """The synthesis of one case; empty parts where nothing was computed or written."""
    one = {"case": case.id}
    row = conn.execute(_SYNTHESIS, one).first()
    comment = conn.execute(_COMMENT, one).first()
    sheet = (row.scoresheet if row else None) or {}
    return Study(
        case=case,
        parts=_parts(scheme_of_cycle(conn, case.cycle_id), sheet),
        items=item_lines(sheet),
        before_items=_number(sheet.get("before_items")),
        unit_items=item_lines(sheet.get("unit")),
        composite=_number(row.composite) if row else None,
        suggested=_grade(case.suggested_grade),
        reason=unpacked(sheet.get("reason", "")),
        sheet={
            **sheet,
            "unit": told_unit(sheet.get("unit")),
            "ballot_groups": [
                {**g, "title": unpacked(g.get("title", g["group"]))}
                for g in sheet.get("ballot_groups", ())
            ],
        },
        bars=told_bars(row.bars if row else None),
        flags=unpacked((row.flags if row else None) or ()),
        computed_at=row.computed_at if row else None,
        performance=row.performance if row else "",
        shortcomings=row.shortcomings if row else "",
        grade_opinion=_grade(row.grade_opinion) if row else None,
        written_by=row.name if row else None,
        written_at=row.written_at if row else None,
        comment=comment.text if comment else None,
        comment_grade=_grade(comment.grade) if comment else None,
        commenter=comment.name if comment else _commenter(conn, case),
        commented_at=comment.written_at if comment else None,
        inquiries=_open_inquiries(conn, case.id),
        opinions=_open_opinions(conn, case.id),
        holds=_holds(conn, case.id),
    )


def _parts(scheme: Scheme | None, sheet: Mapping[str, Any]) -> list[PartLine]:
    titles = scheme.part_titles if scheme else {}
    return [
        PartLine(
            p["part"],
            str(titles[p["part"]]) if p["part"] in titles else p["part"],
            _number(p["score"]),
            Decimal(p["share"]),
            _number(p["effective"]),
            _number(p["contribution"]),
        )
        for p in sheet.get("parts", ())
    ]


def item_lines(sheet: Mapping[str, Any] | None) -> list[ItemLine]:
    """The deductions and bonuses of a stored sheet, of a unit or of a case."""
    return [
        ItemLine(
            unpacked(i["title"]),
            i.get("entries", 0),
            Decimal(i["asked"]),
            Decimal(i["points"]),
            unpacked(i["remark"]),
        )
        for i in (sheet or {}).get("items", ())
    ]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _grade(value: str | None) -> Grade | None:
    return Grade(value) if value else None


def _commenter(conn: sa.Connection, case: Any) -> str | None:
    if case.commenter_id is None:
        return None
    name: str | None = conn.execute(
        sa.select(Person.name).where(Person.id == case.commenter_id)
    ).scalar()
    return name


def _open_inquiries(conn: sa.Connection, case_id: int) -> int:
    return int(conn.execute(_OPEN_INQUIRIES, {"case": case_id}).scalar_one())


def _open_opinions(conn: sa.Connection, case_id: int) -> int:
    return int(conn.execute(_OPEN_OPINIONS, {"case": case_id}).scalar_one())


def _holds(conn: sa.Connection, case_id: int) -> list[tuple[HoldKind, Any]]:
    rows = conn.execute(_PLACED, {"case": case_id})
    return [(HoldKind(row.kind), row) for row in rows]


def section(conn: sa.Connection, case: Any, actor: Actor) -> dict[str, Any]:
    """What the case page shows (``stages/committee_review/case_section.html``).

    ``study`` is None for those who may not read the synthesis; ``decision`` for those who may not
    read the result.
    """
    resource, context = resource_for(conn, actor, case), context_of(conn, actor, case)

    def may(permission: Permission) -> bool:
        return bool(permits(actor, permission, resource, context))

    decision = None
    if may(Permission.RESULT_READ):
        decision = conn.execute(_DECIDED, {"case": case.id}).first()
    return {
        "case": case,
        "study": study_of(conn, case) if may(Permission.SYNTHESIS_READ) else None,
        "decision": decision,
        "grade": _grade(case.decided_grade) if decision is not None else None,
        "explains": may(Permission.EXPLANATION_READ),
        "writes": may(Permission.PROPOSE_GRADE) and case.state == State.SYNTHESISING,
        "comments": may(Permission.COMMENT_WRITE) and case.state in COMMENTED_IN,
    }


def case_of(conn: sa.Connection, case_id: int) -> Any:
    """The row of a case, for somebody who already reached a thing of it."""
    return conn.execute(sa.select(Case).where(Case.id == case_id)).one()


@dataclass(frozen=True, slots=True)
class ToComment:
    """One case in a leader's own short list."""

    case: Any
    written_at: datetime | None
    grade: Grade | None


def comments_of(conn: sa.Connection, actor: Actor) -> list[ToComment]:
    """Whom this person comments on, in open cycles, official order; unwritten first."""
    rows = conn.execute(
        sa.select(Case, LeaderComment.written_at, LeaderComment.grade, Cycle.title)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .outerjoin(LeaderComment, LeaderComment.case_id == Case.id)
        .where(
            visible(conn, actor, Permission.COMMENT_WRITE),
            Case.state.in_(COMMENTED_IN) | LeaderComment.case_id.is_not(None),
        )
        .order_by(Case.sort_key, Case.id)
    ).all()
    found = [ToComment(r, r.written_at, _grade(r.grade)) for r in rows]
    return sorted(found, key=lambda one: one.written_at is not None)

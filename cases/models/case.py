"""The case: one assessed person or body in one cycle.

``state`` and ``version`` are written by ``cases.commands.transition`` alone (their first value by
``cases.commands.opening``); a house test reads the source for it.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Id, Name, Order, Text, When, Word, one_of, to
from workflow.vocabulary import (
    CaseKind,
    Grade,
    HoldState,
    Outcome,
    Participation,
    PostRank,
    Role,
    State,
    Track,
)


class Case(Base):
    """What lists need stands here; the rest hangs on it in tables of its own.

    Subject, post and unit are written down as they were at opening: papers and lists show the year,
    not today.
    """

    __tablename__ = "cases"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "person_id"),
        sa.UniqueConstraint("cycle_id", "body_unit_id"),
        sa.CheckConstraint(
            "(kind = 'cadre' AND person_id IS NOT NULL AND body_unit_id IS NULL)"
            " OR (kind = 'body' AND person_id IS NULL AND body_unit_id IS NOT NULL)",
            name="subject",
        ),
        one_of("kind", CaseKind),
        one_of("track", Track),
        one_of("state", State),
        one_of("participation", Participation, nullable=True),
        one_of("post_rank", PostRank, nullable=True),
        one_of("suggested_grade", Grade, nullable=True),
        one_of("proposed_grade", Grade, nullable=True),
        one_of("decided_grade", Grade, nullable=True),
        one_of("outcome", Outcome, nullable=True),
        one_of("proposed_outcome", Outcome, nullable=True),
        sa.Index("ix_cases_cycle_order", "cycle_id", "sort_key", "id"),
        sa.Index("ix_cases_organ_order", "managing_organ_id", "cycle_id", "sort_key", "id"),
        sa.Index("ix_cases_board", "cycle_id", "unit_id", "state"),
        sa.Index("ix_cases_due", "state", "due_on"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(sa.String(40), unique=True)
    cycle_id: Mapped[int] = to("cycles.id")
    kind: Mapped[Word]
    track: Mapped[Word]
    person_id: Mapped[int | None] = to("people.id", nullable=True, index=True)
    body_unit_id: Mapped[int | None] = to("units.id", nullable=True)
    unit_id: Mapped[int] = to("units.id", index=True)
    managing_organ_id: Mapped[int] = to("units.id")
    class_code: Mapped[Word | None]
    pool_id: Mapped[int | None] = to("pools.id", nullable=True, index=True)
    sort_key: Mapped[Order]
    subject_name: Mapped[Name]
    subject_post: Mapped[Name | None]
    unit_name: Mapped[Name]
    post_rank: Mapped[Word | None]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    entered_at: Mapped[When]
    due_on: Mapped[Day | None]
    participation: Mapped[Word | None]
    participation_reason: Mapped[Text | None]
    conclusion: Mapped[Word | None]
    commenter_id: Mapped[int | None] = to("people.id", nullable=True, index=True)
    suggested_grade: Mapped[Word | None]
    proposed_outcome: Mapped[Word | None]
    proposed_grade: Mapped[Word | None]
    decided_grade: Mapped[Word | None]
    outcome: Mapped[Word | None]


class CaseAssignment(Base):
    """Who was put on a case in which role: assessment group members, a substitute after recusal."""

    __tablename__ = "case_assignments"
    __table_args__ = (one_of("role", Role), sa.UniqueConstraint("case_id", "role", "person_id"))

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    role: Mapped[Word]
    person_id: Mapped[int] = to("people.id", index=True)
    assigned_by: Mapped[int | None] = to("people.id", nullable=True)
    assigned_at: Mapped[When]


class Hold(Base):
    """An open investigation, dated, beside the case: while it lasts only 不确定等次 is decided."""

    __tablename__ = "holds"
    __table_args__ = (
        one_of("state", HoldState),
        sa.Index("ix_holds_worklist", "state", "review_on"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    kind: Mapped[Word]
    reason: Mapped[Text | None]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    since: Mapped[Day]
    document: Mapped[Name]
    placed_by: Mapped[int | None] = to("people.id", nullable=True)
    review_on: Mapped[Day | None]
    """The day the office looks at it again; none once it is lifted."""
    lifted_on: Mapped[Day | None]
    lifted_by: Mapped[int | None] = to("people.id", nullable=True)
    result: Mapped[Word | None]
    note: Mapped[Text | None]


class ProvisionalPass(Base):
    """A gate passed with a recorded provisional input; a later final value opens a re-look."""

    __tablename__ = "provisional_passes"

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    stage: Mapped[Word]
    document: Mapped[Name]
    basis: Mapped[Text]
    score: Mapped[str | None] = mapped_column(sa.String(40))
    passed_by: Mapped[int | None] = to("people.id", nullable=True)
    passed_at: Mapped[When]
    settled_at: Mapped[When | None]


class Relook(Base):
    """A case whose suggestion or bars would differ under a later final value; a person decides."""

    __tablename__ = "relooks"

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    reason: Mapped[Text]
    before: Mapped[Text | None]
    after: Mapped[Text | None]
    opened_at: Mapped[When]
    closed_at: Mapped[When | None]
    closed_by: Mapped[int | None] = to("people.id", nullable=True)
    conclusion: Mapped[Text | None]

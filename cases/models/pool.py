"""Pools with their seats, the synthesis of each case, the deciding chain, and what follows it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import (
    Base,
    Day,
    Document,
    Id,
    Listing,
    Name,
    Text,
    When,
    Word,
    one_of,
    to,
)
from workflow.vocabulary import DecisionResult, Grade, ObjectionState, Outcome, PoolState, SignState


class Pool(Base):
    """考核组别: within it seats of 优秀 are counted. Locked first in every decision."""

    __tablename__ = "pools"
    __table_args__ = (one_of("state", PoolState), sa.UniqueConstraint("cycle_id", "code"))

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id")
    code: Mapped[Word]
    title: Mapped[Name]
    track: Mapped[Word]
    kind: Mapped[Word]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    seats: Mapped[int | None]
    quota: Mapped[Document]
    sort_no: Mapped[int] = mapped_column(default=0)


class QuotaMove(Base):
    """Seats moved between pools, with approver and document."""

    __tablename__ = "quota_moves"

    id: Mapped[Id]
    from_pool_id: Mapped[int | None] = to("pools.id", nullable=True)
    to_pool_id: Mapped[int | None] = to("pools.id", nullable=True)
    seats: Mapped[int]
    document: Mapped[Name]
    approved_by: Mapped[int | None] = to("people.id", nullable=True)
    approved_at: Mapped[When]


class Synthesis(Base):
    """综合研判 of a case: scores with provenance, bars found, and the opinion in words."""

    __tablename__ = "syntheses"
    __table_args__ = (one_of("grade_opinion", Grade, nullable=True),)

    case_id: Mapped[int] = to("cases.id", primary_key=True)
    performance: Mapped[Text]
    shortcomings: Mapped[Text]
    grade_opinion: Mapped[Word | None]
    indicator_score: Mapped[str | None] = mapped_column(sa.String(40))
    ballot_score: Mapped[str | None] = mapped_column(sa.String(40))
    composite: Mapped[str | None] = mapped_column(sa.String(40))
    scoresheet: Mapped[Document | None]
    bars: Mapped[Listing | None]
    flags: Mapped[Listing | None]
    computed_at: Mapped[When | None]
    written_by: Mapped[int | None] = to("people.id", nullable=True)
    written_at: Mapped[When | None]


class LeaderComment(Base):
    """The comment and suggested grade of the one who comments (``comment_by``)."""

    __tablename__ = "leader_comments"
    __table_args__ = (one_of("grade", Grade, nullable=True),)

    case_id: Mapped[int] = to("cases.id", primary_key=True)
    text: Mapped[Text]
    grade: Mapped[Word | None]
    person_id: Mapped[int | None] = to("people.id", nullable=True)
    written_at: Mapped[When]
    sign_state: Mapped[Word | None]


class GradeMove(Base):
    """One change of a proposed grade on the board: before, after, why, who."""

    __tablename__ = "grade_moves"

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    grade_from: Mapped[Word | None]
    grade_to: Mapped[Word | None]
    reason_code: Mapped[Word | None]
    reason: Mapped[Text | None]
    moved_by: Mapped[int | None] = to("people.id", nullable=True)
    moved_at: Mapped[When]


class DecisionStep(Base):
    """One meeting of the deciding chain, recorded for a whole pool."""

    __tablename__ = "decision_steps"
    __table_args__ = (
        one_of("result", DecisionResult),
        sa.UniqueConstraint("pool_id", "order_no"),
    )

    id: Mapped[Id]
    pool_id: Mapped[int] = to("pools.id", index=True)
    order_no: Mapped[int]
    body: Mapped[Name]
    meeting_no: Mapped[Name]
    held_on: Mapped[Day]
    result: Mapped[Word]
    present: Mapped[int | None]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    abstained: Mapped[int | None]
    file_id: Mapped[int | None] = to("files.id", nullable=True)
    recorded_by: Mapped[int | None] = to("people.id", nullable=True)
    recorded_at: Mapped[When]


class DecisionItem(Base):
    """What a step did to one case, where it did not simply pass."""

    __tablename__ = "decision_items"
    __table_args__ = (one_of("result", DecisionResult), sa.UniqueConstraint("step_id", "case_id"))

    id: Mapped[Id]
    step_id: Mapped[int] = to("decision_steps.id", index=True)
    case_id: Mapped[int] = to("cases.id", index=True)
    result: Mapped[Word]
    grade: Mapped[Word | None]
    reason: Mapped[Text | None]


class Decision(Base):
    """The decided outcome of a case. A regrade writes a new row; the newest is in force."""

    __tablename__ = "decisions"
    __table_args__ = (
        one_of("grade", Grade, nullable=True),
        one_of("outcome", Outcome),
        sa.UniqueConstraint("case_id", "number"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    number: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[Word]
    grade: Mapped[Word | None]
    conclusion: Mapped[Word]
    organ: Mapped[Name]
    document: Mapped[Name]
    decided_on: Mapped[Day]
    reason: Mapped[Text | None]
    basis: Mapped[Word]
    recorded_by: Mapped[int | None] = to("people.id", nullable=True)
    recorded_at: Mapped[When]
    released_at: Mapped[When | None]
    notified_on: Mapped[Day | None]


class Publicity(Base):
    """优秀等次公示 of a pool, or a circular where publicity is not required."""

    __tablename__ = "publicities"

    id: Mapped[Id]
    pool_id: Mapped[int] = to("pools.id", index=True)
    starts_on: Mapped[Day]
    ends_on: Mapped[Day]
    range: Mapped[Name]
    phone: Mapped[Name]
    address: Mapped[Name | None]


class PublicityObjection(Base):
    """An objection received while results were public, and how it was handled."""

    __tablename__ = "publicity_objections"
    __table_args__ = (
        one_of("state", ObjectionState),
        sa.Index("ix_publicity_objections_worklist", "state"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    received_on: Mapped[Day]
    real_name: Mapped[bool]
    content: Mapped[Text]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    handling: Mapped[Text | None]
    handled_by: Mapped[int | None] = to("people.id", nullable=True)
    handled_on: Mapped[Day | None]


class Statement(Base):
    """本人意见: own opinion and signature. A pending signature never stops the cycle."""

    __tablename__ = "statements"
    __table_args__ = (one_of("sign_state", SignState),)

    case_id: Mapped[int] = to("cases.id", primary_key=True)
    agrees: Mapped[bool | None]
    text: Mapped[Text | None]
    sign_state: Mapped[Word]
    due_on: Mapped[Day | None]
    signed_on: Mapped[Day | None]
    reason: Mapped[Text | None]
    review_on: Mapped[Day | None]
    witnesses: Mapped[Name | None]
    recorded_by: Mapped[int | None] = to("people.id", nullable=True)
    recorded_at: Mapped[When]

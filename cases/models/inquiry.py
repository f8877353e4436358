"""Talks and inquiries: records of the assessment group, signed by those who made them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Id, Name, Text, When, Word, one_of, to
from workflow.vocabulary import Grade, InquiryState


class Talk(Base):
    """A record of an individual talk. Who was spoken to is visible to the assessment group only."""

    __tablename__ = "talks"
    __table_args__ = (
        one_of("suggested_grade", Grade, nullable=True),
        sa.CheckConstraint("first_talker_id <> second_talker_id", name="two_talkers"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    interviewee: Mapped[Name]
    interviewee_id: Mapped[int | None] = to("people.id", nullable=True)
    held_on: Mapped[Day]
    place: Mapped[Name]
    content: Mapped[Text]
    suggested_grade: Mapped[Word | None]
    replaces_ballot: Mapped[bool] = mapped_column(default=False)
    first_talker_id: Mapped[int] = to("people.id")
    second_talker_id: Mapped[int] = to("people.id", index=True)
    first_signed_at: Mapped[When | None]
    second_signed_at: Mapped[When | None]
    entered_by: Mapped[int | None] = to("people.id", nullable=True)
    entered_at: Mapped[When]


class Inquiry(Base):
    """A fact to look into (了解核实), with its finding. Opened by a person or by a trigger."""

    __tablename__ = "inquiries"
    __table_args__ = (
        one_of("state", InquiryState),
        sa.Index("ix_inquiries_worklist", "state", "due_on"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    question: Mapped[Text]
    origin: Mapped[Word]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None] = to("people.id", nullable=True)
    due_on: Mapped[Day | None]
    finding: Mapped[Text | None]
    evidence: Mapped[Text | None]
    conclusion: Mapped[Text | None]
    file_id: Mapped[int | None] = to("files.id", nullable=True)
    opened_at: Mapped[When]
    opened_by: Mapped[int | None] = to("people.id", nullable=True)
    reported_by: Mapped[int | None] = to("people.id", nullable=True)
    concluded_by: Mapped[int | None] = to("people.id", nullable=True)
    concluded_at: Mapped[When | None]
    triggers_bar: Mapped[Word | None]

"""Measures: what follows from a result, with owner, due date, proof and a second person's eyes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Id, Name, Text, When, Word, one_of, to
from workflow.vocabulary import MeasureChannel, MeasureState


class Measure(Base):
    """One follow-up measure. Confirmed by somebody other than who reported it done."""

    __tablename__ = "measures"
    __table_args__ = (
        one_of("channel", MeasureChannel),
        one_of("state", MeasureState),
        sa.Index("ix_measures_worklist", "state", "due_on"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> reported_by", name="four_eyes"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    channel: Mapped[Word]
    kind: Mapped[Word]
    title: Mapped[Name]
    basis: Mapped[Name]
    mandatory: Mapped[bool]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    owner_unit_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    owner_id: Mapped[int | None] = to("people.id", nullable=True)
    due_on: Mapped[Day | None]
    proof: Mapped[Text | None]
    file_id: Mapped[int | None] = to("files.id", nullable=True)
    reported_by: Mapped[int | None] = to("people.id", nullable=True)
    reported_on: Mapped[Day | None]
    confirmed_by: Mapped[int | None] = to("people.id", nullable=True)
    confirmed_on: Mapped[Day | None]
    waived_reason: Mapped[Text | None]
    return_reason: Mapped[Text | None]
    created_at: Mapped[When]

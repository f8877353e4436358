"""Reviews (复核/申诉) of a result, and corrections after filing."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Id, Listing, Name, Text, When, Word, one_of, to
from workflow.vocabulary import CorrectionState, Grade, ReviewKind, ReviewState


class Review(Base):
    """Hangs on a case from notice on; decided by somebody who did not decide before."""

    __tablename__ = "reviews"
    __table_args__ = (
        one_of("kind", ReviewKind),
        one_of("state", ReviewState),
        one_of("new_grade", Grade, nullable=True),
        sa.Index("ix_reviews_worklist", "state", "due_on"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    kind: Mapped[Word]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    filed_on: Mapped[Day]
    known_on: Mapped[Day]
    due_on: Mapped[Day]
    request: Mapped[Text]
    grounds: Mapped[Text]
    file_id: Mapped[int | None] = to("files.id", nullable=True)
    accepted_by: Mapped[int | None] = to("people.id", nullable=True)
    decided_by: Mapped[int | None] = to("people.id", nullable=True)
    decided_on: Mapped[Day | None]
    decision: Mapped[Text | None]
    document: Mapped[Name | None]
    new_grade: Mapped[Word | None]
    previous_id: Mapped[int | None] = to("reviews.id", nullable=True)


class Correction(Base):
    """A changed result after filing: the old form stays, stamped 作废; effects are listed."""

    __tablename__ = "corrections"
    __table_args__ = (
        one_of("state", CorrectionState),
        sa.Index("ix_corrections_worklist", "state"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    document: Mapped[Name]
    old_conclusion: Mapped[Word]
    new_conclusion: Mapped[Word]
    effects: Mapped[Listing]
    reason: Mapped[Text]
    made_by: Mapped[int | None] = to("people.id", nullable=True)
    made_at: Mapped[When]
    approved_by: Mapped[int | None] = to("people.id", nullable=True)
    approved_at: Mapped[When | None]

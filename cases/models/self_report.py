"""Self-reports: the draft with its sections, and every submission as it was handed in."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Digest, Document, Id, Text, When, Word, one_of, to
from workflow.vocabulary import EntryBasis, ReportSectionState


class SelfReport(Base):
    """The report of a case. Answers are a document read back through the form of that version."""

    __tablename__ = "self_reports"
    __table_args__ = (one_of("basis", EntryBasis),)

    case_id: Mapped[int] = to("cases.id", primary_key=True)
    form_key: Mapped[Word]
    form_version: Mapped[int]
    draft_version: Mapped[int] = mapped_column(default=1)
    basis: Mapped[Word]
    typed_by: Mapped[int | None] = to("people.id", nullable=True)
    on_behalf_of: Mapped[int | None] = to("people.id", nullable=True)
    basis_file_id: Mapped[int | None] = to("files.id", nullable=True)
    saved_at: Mapped[When | None]
    submissions: Mapped[int] = mapped_column(default=0)


class ReportSection(Base):
    """One section of the draft; returned with a reason, or accepted and folded."""

    __tablename__ = "report_sections"
    __table_args__ = (one_of("state", ReportSectionState),)

    case_id: Mapped[int] = to("cases.id", primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    text: Mapped[Text]
    state: Mapped[Word]
    return_kind: Mapped[Word | None]
    return_reason: Mapped[Text | None]
    returned_by: Mapped[int | None] = to("people.id", nullable=True)
    returned_at: Mapped[When | None]


class ReportSubmission(Base):
    """A report as submitted; the next one is shown as a change against it.

    ``ended`` is the move that ended it (withdraw, return ..., accept, reopen); None while it waits.
    """

    __tablename__ = "report_submissions"
    __table_args__ = (sa.UniqueConstraint("case_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    number: Mapped[int]
    content: Mapped[Document]
    digest: Mapped[Digest]
    submitted_at: Mapped[When]
    submitted_by: Mapped[int | None] = to("people.id", nullable=True)
    ended: Mapped[Word | None]
    ended_at: Mapped[When | None]

"""Files, issued documents, and the filing beside the case."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Digest, Id, Listing, Name, Text, When, Word, one_of, to
from workflow.vocabulary import DocumentKind, FilingState


class StoredFile(Base):
    """A file in the content-addressed store, by digest; the same bytes are kept once."""

    __tablename__ = "files"

    id: Mapped[Id]
    digest: Mapped[Digest] = mapped_column(sa.String(80), unique=True)
    size: Mapped[int] = mapped_column(sa.BigInteger())
    media_type: Mapped[Name]
    stored_at: Mapped[When]


class Attachment(Base):
    """An upload hung on a case, with the name it was given."""

    __tablename__ = "attachments"

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    file_id: Mapped[int] = to("files.id")
    kind: Mapped[Word]
    title: Mapped[Name]
    file_name: Mapped[Name]
    added_by: Mapped[int | None] = to("people.id", nullable=True)
    added_at: Mapped[When]


class IssuedDocument(Base):
    """A paper as it was written once; never rendered again to verify. Void ones stay.

    ``dated`` is the day the paper bears, ``issued_at`` when it was printed and kept.
    """

    __tablename__ = "issued_documents"
    __table_args__ = (
        one_of("kind", DocumentKind),
        sa.UniqueConstraint("case_id", "kind", "number"),
    )

    id: Mapped[Id]
    case_id: Mapped[int | None] = to("cases.id", nullable=True, index=True)
    subject: Mapped[Word]
    subject_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    kind: Mapped[Word]
    number: Mapped[int] = mapped_column(default=1)
    title: Mapped[Name]
    file_id: Mapped[int] = to("files.id")
    digest: Mapped[Digest]
    pages: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    dated: Mapped[Day | None]
    issued_at: Mapped[When]
    void_at: Mapped[When | None]
    void_reason: Mapped[Text | None]


class Filing(Base):
    """归档 beside the case: the first volume within the month, continuation volumes later."""

    __tablename__ = "filings"
    __table_args__ = (
        one_of("state", FilingState),
        sa.Index("ix_filings_worklist", "state", "due_on"),
    )

    case_id: Mapped[int] = to("cases.id", primary_key=True)
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    due_on: Mapped[Day]
    filed_on: Mapped[Day | None]
    archive_no: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    retention: Mapped[Word | None]
    checks: Mapped[Listing | None]
    filed_by: Mapped[int | None] = to("people.id", nullable=True)

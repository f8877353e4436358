"""Signed papers scanned back: stacks as they were uploaded, and what became of each page."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Count, Id, Name, Text, When, Word, to

_FILED = sa.text("outcome = 'filed'")


class ScanStack(Base):
    """One scanned file of one cycle. ``failure`` is the sentence why it could not be read."""

    __tablename__ = "scan_stacks"

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id", index=True)
    file_id: Mapped[int] = to("files.id")
    file_name: Mapped[Name]
    status: Mapped[Word]
    pages: Mapped[Count] = mapped_column(default=0)
    failure: Mapped[Text | None]
    uploaded_by: Mapped[int | None] = to("people.id", nullable=True)
    uploaded_at: Mapped[When]


class ScanPage(Base):
    """One page of a stack. A page of a paper is filed once: the index holds it."""

    __tablename__ = "scan_pages"
    __table_args__ = (
        sa.UniqueConstraint("stack_id", "number"),
        sa.Index(
            "ix_scan_pages_filed_once",
            "document_id",
            "page",
            unique=True,
            sqlite_where=_FILED,
            postgresql_where=_FILED,
        ),
    )

    id: Mapped[Id]
    stack_id: Mapped[int] = to("scan_stacks.id")
    number: Mapped[Count]
    outcome: Mapped[Word]
    code: Mapped[str | None] = mapped_column(sa.String(40))
    page: Mapped[int | None]
    document_id: Mapped[int | None] = to("issued_documents.id", nullable=True)
    case_id: Mapped[int | None] = to("cases.id", nullable=True, index=True)
    file_id: Mapped[int | None] = to("files.id", nullable=True)
    """The page alone; it and the small picture are missing where the page can't be opened."""
    thumb_id: Mapped[int | None] = to("files.id", nullable=True)
    by_hand: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[Text | None]
    """Why it was put aside."""
    bound_in: Mapped[int | None] = to("issued_documents.id", nullable=True)
    """The paper of the volume that holds its picture; such a page stays where it is."""
    settled_by: Mapped[int | None] = to("people.id", nullable=True)
    settled_at: Mapped[When | None]

"""What must happen after the commit: outbox rows, jobs, messages, and the scheduler's lease."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Count, Document, Id, Name, Text, When, Word, to


class Outbox(Base):
    """One effect. ``key`` is unique: a second tick, a repeated move, a replay changes nothing."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index(
            "ix_outbox_waiting",
            "available_at",
            "id",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(160), unique=True)
    kind: Mapped[Word]
    topic: Mapped[Word]
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger(), index=True)
    payload: Mapped[Document]
    created_at: Mapped[When]
    available_at: Mapped[When]
    attempts: Mapped[Count] = mapped_column(default=0)
    claimed_until: Mapped[When | None]
    done_at: Mapped[When | None]
    error: Mapped[Text | None]


class Message(Base):
    """A notice in somebody's inbox here; mail, where set up, says only that it is waiting."""

    __tablename__ = "messages"
    __table_args__ = (sa.Index("ix_messages_inbox", "person_id", "read_at", "id"),)

    id: Mapped[Id]
    outbox_id: Mapped[int | None] = to("outbox.id", nullable=True)
    person_id: Mapped[int] = to("people.id")
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    kind: Mapped[Word]
    title: Mapped[Name]
    text: Mapped[Text]
    sent_at: Mapped[When]
    read_at: Mapped[When | None]


class Job(Base):
    """Long work with progress and a result per row. ``title`` and ``error`` are kept sentences."""

    __tablename__ = "jobs"

    id: Mapped[Id]
    kind: Mapped[Word]
    title: Mapped[Text]
    status: Mapped[Word] = mapped_column(sa.String(40), index=True)
    payload: Mapped[Document]
    total: Mapped[Count] = mapped_column(default=0)
    done: Mapped[Count] = mapped_column(default=0)
    result: Mapped[Document | None]
    error: Mapped[Text | None]
    created_by: Mapped[int | None] = to("accounts.id", nullable=True)
    created_at: Mapped[When]
    started_at: Mapped[When | None]
    claimed_until: Mapped[When | None]
    finished_at: Mapped[When | None]


class JobRow(Base):
    """What became of one row of a bulk job; ``reason`` holds kept sentences."""

    __tablename__ = "job_rows"
    __table_args__ = {"sqlite_with_rowid": False}

    job_id: Mapped[int] = to("jobs.id", primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    label: Mapped[Name]
    outcome: Mapped[Word]
    reason: Mapped[Text | None]


class Lease(Base):
    """Exactly one scheduler: who holds it, until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    holder: Mapped[Name]
    until: Mapped[When]
    beat_at: Mapped[When]

"""The journal's tables: one global chain, payloads beside it, checkpoints, and the read log.

The format is fixed for ever; ``cases.journal.entry`` writes it down. ``body`` holds the exact bytes
that were hashed and is never re-made from columns.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Digest, Id, Text, When, Word, to


class JournalHead(Base):
    """One row: the last entry. Locked last before COMMIT; keeps ``seq`` free of gaps."""

    __tablename__ = "journal_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single"),)

    id: Mapped[Id]
    seq: Mapped[int] = mapped_column(sa.BigInteger())
    digest: Mapped[Digest]


class JournalEntry(Base):
    """One entry. Columns repeat what ``body`` says, for lists; verify compares the two."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "case_version"),
        sa.Index("ix_journal_entries_person", "actor_person_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    case_version: Mapped[int | None]
    at: Mapped[When]
    actor_account_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    actor_person_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    subject: Mapped[Word]
    subject_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    action: Mapped[Word]
    state_from: Mapped[Word | None]
    state_to: Mapped[Word | None]
    algorithm: Mapped[Word]
    previous: Mapped[Digest]
    body: Mapped[Text]
    digest: Mapped[Digest]


class JournalPayload(Base):
    """What was written, with its salt. May lawfully be destroyed; the chain still verifies."""

    __tablename__ = "journal_payloads"

    seq: Mapped[int] = to("journal_entries.seq", primary_key=True)
    salt: Mapped[Word]
    payload: Mapped[Text]


class Checkpoint(Base):
    """An RFC 6962 root over all entries up to ``seq``; copied outside, it binds administrators."""

    __tablename__ = "checkpoints"

    id: Mapped[Id]
    seq: Mapped[int] = mapped_column(sa.BigInteger(), unique=True)
    root: Mapped[Digest]
    chain_digest: Mapped[Digest]
    read_log_digest: Mapped[Digest]
    made_at: Mapped[When]


class ReadLog(Base):
    """Who opened a sensitive file or figure. Written in batches by a writer of its own."""

    __tablename__ = "read_log"

    id: Mapped[Id]
    at: Mapped[When]
    account_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    what: Mapped[Word]
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger(), index=True)
    object_id: Mapped[int | None] = mapped_column(sa.BigInteger())

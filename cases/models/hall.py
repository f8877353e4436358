"""What goes on beside the booth: laptops lent to halls, paper ballots, destroyed originals."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Count, Digest, Id, Listing, Name, Text, When, Word, to


class HallKit(Base):
    """A meeting held with the hall kit: its urn lives on a laptop until it is brought back."""

    __tablename__ = "hall_kits"

    meeting_id: Mapped[int] = to("meetings.id", primary_key=True)
    address: Mapped[Name]
    made_at: Mapped[When]
    made_by: Mapped[int | None] = to("people.id", nullable=True)
    handed_at: Mapped[When | None]
    handed_digest: Mapped[Digest | None]
    returned_at: Mapped[When | None]
    returned_digest: Mapped[Digest | None]


class PaperBatch(Base):
    """Paper ballots of one voter group, told by the batch mark printed on them.

    Where a batch stands follows from what is filled in: printed, collected, entered twice (see
    ``PaperEntry``), joined to the urn. A ``late`` batch is for people who come after the closing:
    ``received`` counts their sealed papers until they are collected together.
    """

    __tablename__ = "paper_batches"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "mark"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = to("meetings.id", index=True)
    group: Mapped[Word]
    mark: Mapped[Word]
    late: Mapped[bool] = mapped_column(default=False)
    printed: Mapped[Count]
    received: Mapped[int] = mapped_column(default=0)
    printed_at: Mapped[When]
    printed_by: Mapped[int | None] = to("people.id", nullable=True)
    collected: Mapped[int | None]
    collected_at: Mapped[When | None]
    collected_by: Mapped[int | None] = to("people.id", nullable=True)
    joined_at: Mapped[When | None]
    joined_by: Mapped[int | None] = to("people.id", nullable=True)


class PaperEntry(Base):
    """What one person typed from a batch: turn 1 and 2 blind, turn 3 the third look.

    ``content`` is sealed under the installation's data key and removed when the batch is joined.
    """

    __tablename__ = "paper_entries"
    __table_args__ = (sa.UniqueConstraint("batch_id", "turn"),)

    id: Mapped[Id]
    batch_id: Mapped[int] = to("paper_batches.id")
    turn: Mapped[Count]
    source: Mapped[Word]
    content: Mapped[Text]
    forms: Mapped[Count]
    person_id: Mapped[int] = to("people.id")
    started_at: Mapped[When]
    done_at: Mapped[When | None]


class Destruction(Base):
    """Originals destroyed before witnesses: the shares of one key, and the envelopes it opens."""

    __tablename__ = "destructions"
    __table_args__ = (sa.UniqueConstraint("key_set_id"),)

    id: Mapped[Id]
    key_set_id: Mapped[int] = to("key_sets.id")
    destroyed_at: Mapped[When]
    place: Mapped[Name]
    basis: Mapped[Text]
    witnesses: Mapped[Listing]
    urns: Mapped[Listing]
    envelopes: Mapped[int] = mapped_column(sa.Integer())
    recorded_by: Mapped[int | None] = to("people.id", nullable=True)

"""Computed results and analyses as they are kept, so that they can be read and compared again."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Count, Digest, Document, Id, Name, When, one_of, to
from cases.models.base import Word as Short
from workflow.vocabulary import AnalysisKind


class AnalysisRun(Base):
    """One computation over a cycle's figures. ``digest`` is that of ``result``.

    ``times`` counts computations in a row with the same digest: the first and the last instant of
    them are kept, not a row for each.
    """

    __tablename__ = "analysis_runs"
    __table_args__ = (
        one_of("kind", AnalysisKind),
        sa.Index("ix_analysis_runs_cycle_id_kind_id", "cycle_id", "kind", "id"),
    )

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id")
    kind: Mapped[Short]
    name: Mapped[Name | None]
    scheme_digest: Mapped[Digest]
    digest: Mapped[Digest]
    parameters: Mapped[Document]
    result: Mapped[Document]
    times: Mapped[Count] = mapped_column(default=1)
    created_at: Mapped[When]
    last_at: Mapped[When]
    created_by: Mapped[int | None] = to("people.id", nullable=True)

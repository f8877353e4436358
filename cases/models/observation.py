"""Single observations out of lists made elsewhere, and figures that contradict one another."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Amount, Base, Id, Name, Text, When, Word, one_of, to
from workflow.vocabulary import ConflictKind, ConflictOutcome


class ObservationList(Base):
    """One file of observations as it was taken over."""

    __tablename__ = "observation_lists"

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id", index=True)
    file_id: Mapped[int] = to("files.id")
    name: Mapped[Name]
    taken_by: Mapped[int | None] = to("people.id", nullable=True)
    taken_at: Mapped[When]


class Observation(Base):
    """One figure of one unit and period with where it comes from; never edited.

    It is the evidence of the value it was written to for as long as that says the same.
    """

    __tablename__ = "observations"

    id: Mapped[Id]
    list_id: Mapped[int] = to("observation_lists.id", index=True)
    row: Mapped[int]
    sheet_id: Mapped[int] = to("data_sheets.id", index=True)
    indicator: Mapped[Word]
    period: Mapped[Word]
    value: Mapped[Amount]
    measure_unit: Mapped[Name | None]
    source_kind: Mapped[Name | None]
    source: Mapped[Name]
    address: Mapped[str | None] = mapped_column(sa.String(1000))
    method: Mapped[Name | None]
    official: Mapped[bool]
    note: Mapped[Text | None]
    value_id: Mapped[int | None] = to("indicator_values.id", nullable=True, index=True)
    """The value that it was written to; none where it only stands beside one."""


class FigureConflict(Base):
    """Two figures that can't both be right, until somebody says with a reason which one holds.

    A failed check is also ``corrected`` by itself once the figures say otherwise, and open again
    when they fail it again.

    ``value`` is the figure found, ``other_value`` the one that stands; of a check that fails the
    second is what the other figures say, empty where those are another department's.
    """

    __tablename__ = "figure_conflicts"
    __table_args__ = (
        one_of("kind", ConflictKind),
        one_of("outcome", ConflictOutcome, nullable=True),
        sa.CheckConstraint("(outcome IS NULL) = (reason IS NULL)", name="outcome_with_reason"),
    )

    id: Mapped[Id]
    sheet_id: Mapped[int] = to("data_sheets.id", index=True)
    indicator: Mapped[Word]
    period: Mapped[Word]
    kind: Mapped[Word]
    binds: Mapped[bool]
    """Whether the value can't be handed in while it is open: its own period or the year before."""
    check_code: Mapped[Word | None]
    observation_id: Mapped[int | None] = to("observations.id", nullable=True)
    value: Mapped[Amount]
    other_value: Mapped[str | None] = mapped_column(sa.String(40))
    other_source: Mapped[Text | None]
    before: Mapped[Name | None]
    """What else stood there: the value's document, or the provider's own figure of last year."""
    found_at: Mapped[When]
    outcome: Mapped[Word | None]
    reason: Mapped[Text | None]
    settled_by: Mapped[int | None] = to("people.id", nullable=True)
    settled_at: Mapped[When | None]

"""Administrative changes: units renamed, recoded, merged, split, or parts of them transferred."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Id, Name, Text, When, Word, one_of, to
from workflow.vocabulary import UnitChangeKind

_ONCE = sa.text("kind NOT IN ('transfer', 'adjust', 'seat')")
"""What moves figures is kept once, whatever the document; what only tells may happen again."""


class UnitChange(Base):
    """One unit before, one after, from a day on; a merger of three is three rows.

    Where only the year is known, ``day`` is its first day and ``year_only`` says so.

    Names and codes are those of that day. A side that is not (any more) on the roster has no id,
    one that a founding or abolition doesn't have has no name. ``note`` are the words of the change,
    ``address`` where they are published.
    """

    __tablename__ = "unit_changes"
    __table_args__ = (
        one_of("kind", UnitChangeKind),
        sa.UniqueConstraint("kind", "day", "from_name", "to_name", "document"),
        sa.Index(
            "uq_unit_changes_once",
            "kind",
            "day",
            "from_name",
            "to_name",
            unique=True,
            sqlite_where=_ONCE,
            postgresql_where=_ONCE,
        ),
    )

    id: Mapped[Id]
    kind: Mapped[Word]
    day: Mapped[Day]
    year_only: Mapped[bool] = mapped_column(default=False)
    from_unit_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    from_name: Mapped[Name]
    from_code: Mapped[str | None] = mapped_column(sa.String(40))
    to_unit_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    to_name: Mapped[Name]
    to_code: Mapped[str | None] = mapped_column(sa.String(40))
    document: Mapped[Name]
    address: Mapped[str | None] = mapped_column(sa.String(1000))
    note: Mapped[Text | None]
    recorded_by: Mapped[int | None] = to("people.id", nullable=True)
    recorded_at: Mapped[When]

"""填报事项统计: what a cycle asks of each unit, and each change after opening."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Id, Name, Word, to


class BurdenEntry(Base):
    """One request to one unit: fields, attachments, meetings, reminders, changes."""

    __tablename__ = "burden_entries"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "unit_id", "kind", "day", "issuer"),)

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id")
    unit_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    kind: Mapped[Word]
    count: Mapped[int]
    day: Mapped[Day]
    issuer: Mapped[Name] = mapped_column(sa.String(200), default="")

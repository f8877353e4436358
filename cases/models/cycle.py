"""The cycle of a year, its amendments, and the calendar of working days."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Document, Id, Name, Text, When, Word, one_of, to
from workflow.vocabulary import CycleState


class Cycle(Base):
    """One year's assessment of one managing organ. ``timetable`` maps stage -> opens, due."""

    __tablename__ = "cycles"
    __table_args__ = (one_of("state", CycleState), sa.UniqueConstraint("managing_organ_id", "year"))

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(sa.String(40), unique=True)
    year: Mapped[int]
    title: Mapped[Name]
    managing_organ_id: Mapped[int] = to("units.id", index=True)
    scheme_version_id: Mapped[int | None] = to("scheme_versions.id", nullable=True)
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    process_version: Mapped[Word | None]
    timetable: Mapped[Document]
    settings: Mapped[Document]
    opened_at: Mapped[When | None]
    closed_at: Mapped[When | None]


class Amendment(Base):
    """A change after opening: approved, reasoned, counted, lightening unless ordered from above."""

    __tablename__ = "amendments"

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id", index=True)
    kind: Mapped[Word]
    organ_name: Mapped[Name | None]
    document: Mapped[Name | None]
    reason: Mapped[Text]
    change: Mapped[Document]
    effective_on: Mapped[Day]
    requested_by: Mapped[int | None] = to("people.id", nullable=True)
    approved_by: Mapped[int | None] = to("people.id", nullable=True)
    approved_at: Mapped[When | None]
    declined_by: Mapped[int | None] = to("people.id", nullable=True)
    declined_at: Mapped[When | None]
    decline_reason: Mapped[Text | None]
    in_force_at: Mapped[When | None]
    """Since when the year runs on it; none before its day, however long it is approved."""


class CalendarDay(Base):
    """Whether a day is worked, with swap days; provisional until the State Council's notice."""

    __tablename__ = "calendar_days"

    day: Mapped[Day] = mapped_column(primary_key=True)
    working: Mapped[bool]
    title: Mapped[Name | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    source: Mapped[Name | None]

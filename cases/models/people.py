"""People: one row a person, names exactly as written, and what ties people together."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Id, Name, Order, Text, Word, one_of, to
from workflow.vocabulary import Relation as RelationWord


class Person(Base):
    """A person on the roster. ``name_key`` is the normal form used to compare, never to show."""

    __tablename__ = "people"
    __table_args__ = (sa.Index("ix_people_order", "order_key", "id"),)

    id: Mapped[Id]
    name: Mapped[Name]
    name_key: Mapped[Name] = mapped_column(sa.String(200), index=True)
    gender: Mapped[Word | None]
    born: Mapped[str | None] = mapped_column(sa.String(10))
    ethnicity: Mapped[Word | None]
    party: Mapped[Word | None]
    id_number_sealed: Mapped[Text | None]
    id_number_mac: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    unit_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    order_key: Mapped[Order] = mapped_column(sa.BigInteger(), default=0)
    recruited_on: Mapped[Day | None]
    probation_until: Mapped[Day | None]
    retired_on: Mapped[Day | None]
    remark: Mapped[Text | None]


class NameGram(Base):
    """One- and two-character pieces of a name, in official order: the search table for Chinese
    names (full-text trigrams miss names of two characters)."""

    __tablename__ = "name_grams"
    __table_args__ = {"sqlite_with_rowid": False}

    gram: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    order_key: Mapped[int] = mapped_column(sa.BigInteger(), primary_key=True)
    person_id: Mapped[int] = to("people.id", primary_key=True)


class Relation(Base):
    """A declared tie that closes acts on one another (recusal)."""

    __tablename__ = "relations"
    __table_args__ = (
        sa.CheckConstraint("person_id <> other_id", name="not_self"),
        one_of("kind", RelationWord),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = to("people.id", index=True)
    other_id: Mapped[int] = to("people.id", index=True)
    kind: Mapped[Word]
    declared_on: Mapped[Day]
    note: Mapped[Text | None]


class SubjectEvent(Base):
    """A fact about a person or unit that rules read: a sanction, leave, an incident, a finding.

    Grades are never typed from it; ``cases.scoring.grading`` computes what it means.
    """

    __tablename__ = "subject_events"
    __table_args__ = (
        sa.CheckConstraint("person_id IS NOT NULL OR unit_id IS NOT NULL", name="subject"),
    )

    id: Mapped[Id]
    person_id: Mapped[int | None] = to("people.id", nullable=True, index=True)
    unit_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    from_unit_id: Mapped[int | None] = to("units.id", nullable=True)
    """The unit before a transfer; results are weighted by months from it."""
    kind: Mapped[Word]
    happened_on: Mapped[Day]
    ended_on: Mapped[Day | None]
    case_related: Mapped[bool] = mapped_column(default=False)
    days: Mapped[int | None]
    document: Mapped[Name | None]
    source: Mapped[Name]
    note: Mapped[Text | None]
    entered_by: Mapped[int | None] = to("people.id", nullable=True)


class PastResult(Base):
    """A result of an earlier year, as filed; rules over several years read it."""

    __tablename__ = "past_results"
    __table_args__ = (sa.UniqueConstraint("person_id", "unit_id", "year"),)

    id: Mapped[Id]
    person_id: Mapped[int | None] = to("people.id", nullable=True, index=True)
    unit_id: Mapped[int | None] = to("units.id", nullable=True)
    year: Mapped[int]
    conclusion: Mapped[Word]
    document: Mapped[Name | None]

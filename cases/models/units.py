"""Units, their posts, and who holds them. One installation is one tree of organs."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Count, Day, Id, Name, Order, Text, When, Word, one_of, to
from workflow.vocabulary import PostRank


def official_order(unit_sort_no: int, post_sort_no: int = 0) -> int:
    """One number that sorts units, the body before its members, members by their posts."""
    return unit_sort_no * 1_000_000 + post_sort_no


class Unit(Base):
    """A unit or organ. ``sort_no`` is the official order, kept in every list and paper.

    Codes are unique by an index with a condition, which every code meets: PostgreSQL then knows
    that no foreign key refers to it, and a new code of a unit makes nobody wait who writes rows
    that name the unit.
    """

    __tablename__ = "units"
    __table_args__ = (
        sa.Index(
            "uq_units_code", "code", unique=True, sqlite_where=sa.text("code IS NOT NULL"),
            postgresql_where=sa.text("code IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[Name]
    name_key: Mapped[Name] = mapped_column(sa.String(200), index=True)
    short_name: Mapped[Name | None]
    parent_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    level: Mapped[Word | None]
    class_code: Mapped[Word | None] = mapped_column(sa.String(40), index=True)
    sort_no: Mapped[Order] = mapped_column(sa.BigInteger(), default=0)
    managing_organ_id: Mapped[int | None] = to("units.id", nullable=True)
    assisting_organ_id: Mapped[int | None] = to("units.id", nullable=True)
    head_count: Mapped[Count | None]
    has_body: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)


class Post(Base):
    """A post in a unit; ``sort_no`` orders the members of a body."""

    __tablename__ = "posts"
    __table_args__ = (one_of("rank", PostRank), sa.UniqueConstraint("unit_id", "title", "sort_no"))

    id: Mapped[Id]
    unit_id: Mapped[int] = to("units.id", index=True)
    title: Mapped[Name]
    sort_no: Mapped[Order] = mapped_column(sa.BigInteger(), default=0)
    rank: Mapped[Word]
    leading: Mapped[bool] = mapped_column(default=True)


class Assignment(Base):
    """A person in a post. Graded once, by the organ that manages the primary post."""

    __tablename__ = "assignments"

    id: Mapped[Id]
    person_id: Mapped[int] = to("people.id", index=True)
    post_id: Mapped[int] = to("posts.id", index=True)
    is_primary: Mapped[bool] = mapped_column(default=True)
    managed_by_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    held_since: Mapped[str | None] = mapped_column(sa.String(10))
    trial_until: Mapped[Day | None]
    duties: Mapped[Text | None]
    comment_by_id: Mapped[int | None] = to("people.id", nullable=True)


class Portfolio(Base):
    """A leader in charge of units, for his named opinion."""

    __tablename__ = "portfolios"

    id: Mapped[Id]
    person_id: Mapped[int] = to("people.id", index=True)
    unit_id: Mapped[int] = to("units.id", index=True)
    since: Mapped[Day]
    until: Mapped[Day | None]


class RosterState(Base):
    """One row: counts every committed change of the roster, so that a stored dry run can tell
    whether the roster moved since."""

    __tablename__ = "roster_state"

    id: Mapped[Id]
    version: Mapped[Count] = mapped_column(default=0)


class RosterImport(Base):
    """A stored dry run of a roster workbook."""

    __tablename__ = "roster_imports"

    id: Mapped[Id]
    organ_id: Mapped[int | None] = to("units.id", nullable=True)
    file_id: Mapped[int | None] = to("files.id", nullable=True)
    file_name: Mapped[Name]
    roster_version: Mapped[Count]
    status: Mapped[Word]
    added: Mapped[Count] = mapped_column(default=0)
    changed: Mapped[Count] = mapped_column(default=0)
    ignored: Mapped[Count] = mapped_column(default=0)
    refused: Mapped[Count] = mapped_column(default=0)
    created_at: Mapped[When]
    created_by: Mapped[int | None] = to("accounts.id", nullable=True)


class RosterImportRow(Base):
    """One row of a dry run: what will happen to it, why, and where it stands."""

    __tablename__ = "roster_import_rows"
    __table_args__ = {"sqlite_with_rowid": False}

    import_id: Mapped[int] = to("roster_imports.id", primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sheet: Mapped[Name]
    cell: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[Word]
    change: Mapped[Word]
    label: Mapped[Name]
    reason: Mapped[Text | None]
    data: Mapped[Text | None]

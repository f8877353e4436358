"""Reporting meetings: sheets, rows, voter groups, and what was counted.

Ballots live in the booth's own database, sealed. Here stand only counts, unique by urn and root.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Digest, Document, Id, Name, Text, When, Word, one_of, to
from workflow.vocabulary import MeetingKind, MeetingState, SheetKind, VoterOrigin


class KeySet(Base):
    """The public half of an opening key; its three shares are on paper, never here.

    ``group``: the assessment group whose units it is for (``KeySetUnit``); none for the cycle's.
    """

    __tablename__ = "key_sets"

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id", index=True)
    title: Mapped[Name]
    group: Mapped[Name | None]
    public_key: Mapped[str] = mapped_column(sa.String(64))
    fingerprint: Mapped[Digest]
    made_at: Mapped[When]
    made_by: Mapped[int | None] = to("people.id", nullable=True)
    tested_at: Mapped[When | None]


class KeySetUnit(Base):
    """A unit whose meetings are sealed with a group's key."""

    __tablename__ = "key_set_units"

    key_set_id: Mapped[int] = to("key_sets.id", primary_key=True)
    unit_id: Mapped[int] = to("units.id", primary_key=True)


class KeyHolder(Base):
    """Who keeps a share: 1 for 甲, 2 for 乙, 3 for 备. ``name_key`` is compared, never shown."""

    __tablename__ = "key_holders"
    __table_args__ = (sa.UniqueConstraint("key_set_id", "number"),)

    id: Mapped[Id]
    key_set_id: Mapped[int] = to("key_sets.id")
    number: Mapped[int]
    name: Mapped[Name]
    name_key: Mapped[Name]


class Meeting(Base):
    """A reporting meeting with its urn. ``unit_id`` holds it; ``MeetingUnit`` lists all rated."""

    __tablename__ = "meetings"
    __table_args__ = (one_of("state", MeetingState), one_of("kind", MeetingKind))

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(sa.String(40), unique=True)
    cycle_id: Mapped[int] = to("cycles.id")
    unit_id: Mapped[int] = to("units.id", index=True)
    kind: Mapped[Word] = mapped_column(default=MeetingKind.UNIT)
    with_items: Mapped[bool] = mapped_column(default=False)
    title: Mapped[Name]
    place: Mapped[Name | None]
    planned_on: Mapped[Day]
    held_on: Mapped[Day | None]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    key_set_id: Mapped[int | None] = to("key_sets.id", nullable=True)
    urn_id: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    package: Mapped[Text | None]
    package_digest: Mapped[Digest | None]
    due_count: Mapped[int | None]
    present_count: Mapped[int | None]
    replaced_reason: Mapped[Text | None]
    tellers: Mapped[Document | None]
    urn_opened_at: Mapped[When | None]
    urn_root: Mapped[Digest | None]
    reconciliation: Mapped[Document | None]


class MeetingUnit(Base):
    """A unit rated at a meeting. ``rates``: only its body or only its cadres (an assembly); empty
    at a meeting of its own or a joint one, where both are."""

    __tablename__ = "meeting_units"

    meeting_id: Mapped[int] = to("meetings.id", primary_key=True)
    unit_id: Mapped[int] = to("units.id", primary_key=True, index=True)
    rates: Mapped[Word | None]


class MeetingSheet(Base):
    """One sheet of the meeting; all sheets are on one card and handed in once.

    ``key`` names it in the package: the kind, and in a joint session the unit as well.
    """

    __tablename__ = "meeting_sheets"
    __table_args__ = (one_of("kind", SheetKind), sa.UniqueConstraint("meeting_id", "key"))

    id: Mapped[Id]
    meeting_id: Mapped[int] = to("meetings.id", index=True)
    key: Mapped[Word]
    kind: Mapped[Word]
    unit_id: Mapped[int | None] = to("units.id", nullable=True)
    title: Mapped[Name]
    excellent_limit: Mapped[int | None]


class SheetRow(Base):
    """Who or what is rated on a sheet, in official order: a case, or a line of words."""

    __tablename__ = "sheet_rows"
    __table_args__ = (sa.UniqueConstraint("sheet_id", "case_id"),)

    id: Mapped[Id]
    sheet_id: Mapped[int] = to("meeting_sheets.id", index=True)
    case_id: Mapped[int | None] = to("cases.id", nullable=True, index=True)
    name: Mapped[Name | None]
    post: Mapped[Name | None]
    sort_no: Mapped[int]


class VoterGroup(Base):
    """A group of cards: its word, its colour, how many people are in it.

    ``electorate``: the scheme's group it is counted as; ``unit_id``: whose people they are, where
    they don't rate their own unit. ``typed``: somebody corrected the number. ``made``: cards
    printed before the meeting, without those made anew in the hall.
    """

    __tablename__ = "voter_groups"
    __table_args__ = (one_of("origin", VoterOrigin), sa.UniqueConstraint("meeting_id", "code"))

    id: Mapped[Id]
    meeting_id: Mapped[int] = to("meetings.id", index=True)
    code: Mapped[Word]
    title: Mapped[Name]
    colour: Mapped[Word]
    electorate: Mapped[Word]
    origin: Mapped[Word]
    unit_id: Mapped[int | None] = to("units.id", nullable=True)
    typed: Mapped[bool] = mapped_column(default=False)
    members: Mapped[int]
    made: Mapped[int] = mapped_column(default=0)
    printed: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int | None]
    missing: Mapped[int | None]


class SheetElectorate(Base):
    """Which groups of cards fill in which sheet, and whether they pass over their own unit (M9)."""

    __tablename__ = "sheet_electorates"

    sheet_id: Mapped[int] = to("meeting_sheets.id", primary_key=True)
    group_id: Mapped[int] = to("voter_groups.id", primary_key=True)
    exclude_own_unit: Mapped[bool] = mapped_column(default=False)


class NamedOpinion(Base):
    """What the leader in charge said of a subject, by name: n = 1, signed, never anonymous."""

    __tablename__ = "named_opinions"
    __table_args__ = (sa.UniqueConstraint("case_id", "person_id"),)

    id: Mapped[Id]
    case_id: Mapped[int] = to("cases.id", index=True)
    person_id: Mapped[int] = to("people.id", index=True)
    electorate: Mapped[Word]
    option: Mapped[Word]
    remark: Mapped[Text | None]
    given_at: Mapped[When]


class BallotCount(Base):
    """How many cards gave one option to one subject, by merged electorates: what the disclosure
    gives the office of the grading sheets (``cases.ballot_box.disclosure``), and nothing else."""

    __tablename__ = "ballot_counts"
    __table_args__ = (
        sa.UniqueConstraint("urn_id", "root", "case_id", "sheet", "groups", "option"),
        {"sqlite_with_rowid": True},
    )

    id: Mapped[Id]
    urn_id: Mapped[str] = mapped_column(sa.String(40))
    root: Mapped[Digest]
    meeting_id: Mapped[int] = to("meetings.id", index=True)
    case_id: Mapped[int] = to("cases.id", index=True)
    sheet: Mapped[Word]
    kind: Mapped[Word]
    item: Mapped[Word] = mapped_column(default="")
    groups: Mapped[str] = mapped_column(sa.String(80))
    option: Mapped[Word]
    count: Mapped[int]


class Tally(Base):
    """The signed tally of an urn: totals, root, result digest, tellers."""

    __tablename__ = "tallies"

    meeting_id: Mapped[int] = to("meetings.id", primary_key=True)
    urn_id: Mapped[str] = mapped_column(sa.String(40), unique=True)
    root: Mapped[Digest]
    issued: Mapped[int]
    returned: Mapped[int]
    valid: Mapped[int]
    invalid: Mapped[int]
    by_group: Mapped[Document]
    result: Mapped[Text]
    result_digest: Mapped[Digest]
    counted_at: Mapped[When]
    tellers: Mapped[Document]

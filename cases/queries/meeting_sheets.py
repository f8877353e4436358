"""What lies on the tables of a meeting: sheets, groups of cards, what is counted together, and what
is still missing before the forms can be locked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.models import (
    Case,
    Meeting,
    MeetingSheet,
    MeetingUnit,
    SheetElectorate,
    SheetRow,
    Unit,
    VoterGroup,
)
from cases.queries.ballot_package import (
    announced_lines,
    listed_post,
    members_by_electorate,
    sheet_name,
    signed_electorates,
    smallest,
    voting_groups,
)
from cases.queries.meeting_plan import unready_sheets
from cases.scoring.rule_shapes import Title
from cases.scoring.shapes import Scheme
from workflow.rules import rule_count
from workflow.vocabulary import CaseKind, SheetKind
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Rated:
    """Somebody, or something asked about, on a sheet; lines of words have no case."""

    case_id: int | None
    ref: str
    name: str
    post: str


@dataclass(frozen=True, slots=True)
class SheetOf:
    """A sheet of the meeting with those rated on it and the groups that fill it in."""

    key: str
    kind: SheetKind
    title: Title
    groups: tuple[str, ...]
    excellent_limit: int | None
    rows: tuple[Rated, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """One thing that must stand before the forms are locked, and whether it does."""

    what: Sentence
    done: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """Electorates announced as one line: titles, people due, weights by position where the scheme
    has them; ``signed`` views are given by name and never called anonymous."""

    titles: tuple[str, ...]
    members: int
    signed: bool


def sheets_of(conn: sa.Connection, meeting_id: int) -> tuple[SheetOf, ...]:
    """The sheets of a meeting in their order on the card."""
    rows: dict[int, list[Rated]] = defaultdict(list)
    for r in conn.execute(
        sa.select(
            SheetRow.sheet_id, SheetRow.name, SheetRow.post,
            Case.id, Case.ref, Case.subject_name, Case.subject_post, Case.kind,
            sa.func.coalesce(Unit.short_name, Unit.name).label("unit"), Meeting.kind.label("held"),
        )
        .join(MeetingSheet, MeetingSheet.id == SheetRow.sheet_id)
        .join(Meeting, Meeting.id == MeetingSheet.meeting_id)
        .outerjoin(Case, Case.id == SheetRow.case_id)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .where(MeetingSheet.meeting_id == meeting_id)
        .order_by(SheetRow.sort_no, SheetRow.id)
    ):  # fmt: skip
        if r.id is None:
            rows[r.sheet_id].append(Rated(None, "", r.name or "", r.post or ""))
        else:
            rows[r.sheet_id].append(Rated(r.id, r.ref, r.subject_name, listed_post(r, r.held)))
    fills: dict[int, list[str]] = defaultdict(list)
    for sheet_id, title in conn.execute(
        sa.select(SheetElectorate.sheet_id, VoterGroup.title)
        .join(VoterGroup, VoterGroup.id == SheetElectorate.group_id)
        .where(VoterGroup.meeting_id == meeting_id, VoterGroup.members > 0)
        .order_by(VoterGroup.id)
    ):
        fills[sheet_id].append(title)
    sheets = conn.execute(
        sa.select(MeetingSheet)
        .where(MeetingSheet.meeting_id == meeting_id)
        .order_by(MeetingSheet.id)
    )
    return tuple(
        SheetOf(
            s.key, kind := SheetKind(s.kind), sheet_name(s.title, kind), tuple(fills[s.id]),
            s.excellent_limit, tuple(rows[s.id]),
        )
        for s in sheets
    )  # fmt: skip


def voters_of(conn: sa.Connection, meeting_id: int) -> tuple[Any, ...]:
    """The groups of cards in the order they were laid out."""
    return tuple(
        conn.execute(
            sa.select(VoterGroup).where(VoterGroup.meeting_id == meeting_id).order_by(VoterGroup.id)
        )
    )


def names_of_units(conn: sa.Connection, meeting_id: int) -> list[str]:
    """The units rated at a meeting, in official order."""
    return list(
        conn.execute(
            sa.select(Unit.name)
            .join(MeetingUnit, MeetingUnit.unit_id == Unit.id)
            .where(MeetingUnit.meeting_id == meeting_id)
            .order_by(Unit.sort_no, Unit.id)
        ).scalars()
    )


def items_asked(row: Any, scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """Kind of sheet -> items asked beside the overall grade; empty where only that is asked."""
    if not row.with_items:
        return {}
    found = {k.value: tuple(t for _, t in s.items) for k, s in scheme.ballot.sheets.items()}
    return {kind: titles for kind, titles in found.items() if titles}


def counted_together(conn: sa.Connection, row: Any, scheme: Scheme) -> tuple[Counted, ...]:
    """The lines that are announced: electorates too small by membership stand with the next."""
    groups = voting_groups(conn, row.id, scheme)
    members, signed = members_by_electorate(groups), signed_electorates(groups, scheme)
    rules = scheme.ballot.electorates
    parts = [(line, False) for line in announced_lines(groups, scheme)]
    parts += [((code,), True) for code in members if code in signed]
    return tuple(
        Counted(
            tuple(rules[code].title for code in line if code in rules),
            sum(members[code] for code in line),
            by_name,
        )
        for line, by_name in parts
    )


def readiness(
    conn: sa.Connection, row: Any, sheets: tuple[SheetOf, ...], key: Any, scheme: Scheme
) -> tuple[Ready, ...]:
    """What is asked for before the forms are locked, in the order it is done."""
    k = smallest(scheme)
    lines = [line for line in counted_together(conn, row, scheme) if not line.signed]
    tellers = len(set((row.tellers or {}).values()))
    rated = {SheetKind(kind.value) for kind in CaseKind}
    return (
        Ready(m("各测评表的对象与现有考核对象一致"), unready_sheets(conn, row) == 0),
        Ready(
            m("每张测评表都有对象和参评人员"),
            bool(sheets) and all(s.rows and s.groups for s in sheets),
        ),
        Ready(
            m("无记名参评人员合并后每类不少于 %(k)s 人", k=k),
            bool(lines) and all(line.members >= k for line in lines),
        ),
        Ready(m("有计入等次的测评表"), any(s.kind in rated for s in sheets)),
        Ready(m("已指定计票人、监票人"), tellers >= rule_count("tellers")),
        Ready(m("启封密钥已制作并试还原"), key is not None and key.tested_at is not None),
    )

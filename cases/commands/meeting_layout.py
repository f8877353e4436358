"""How a meeting is laid out: its sheets, who stands on them, its groups of cards, who fills in.

All sheets open with one card and are handed in once; only those of body and cadre feed a grade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.models import MeetingSheet, SheetElectorate, SheetRow, VoterGroup
from cases.scoring.ballots_shapes import Electorate
from cases.scoring.shapes import Scheme
from workflow.vocabulary import CaseKind, SheetKind, VoterOrigin

COLOURS = ("#a4262c", "#1f5fa8", "#2e6b34", "#7a4a00", "#5b3a8c")
"""Colours of the cards by group in the scheme's order; the word beside it says the same."""

GRADING = (SheetKind.BODY, SheetKind.CADRE)


@dataclass(frozen=True, slots=True)
class Rated:
    """One unit on the sheets of a meeting; ``host``: its sheets bear the plain keys."""

    unit_id: int
    unit_name: str
    rows: Sequence[Any]
    host: bool = True


@dataclass(frozen=True, slots=True)
class Extras:
    """Sheets beside the grading ones, and (name, post) of those newly promoted."""

    kinds: tuple[SheetKind, ...] = ()
    promoted: tuple[tuple[str, str], ...] = ()


def lay_out(
    conn: sa.Connection,
    scheme: Scheme,
    meeting_id: int,
    units: Sequence[Rated],
    extras: Extras,
) -> None:
    """The sheets of a meeting of units and who stands on them, in official order.

    Where several units sit together each sheet bears the name of its unit, the host's too.
    """
    joint = len(units) > 1
    for unit in units:
        for kind in (CaseKind.BODY, CaseKind.CADRE):
            mine = [row for row in unit.rows if row.kind == kind]
            if mine:
                most = _limit(scheme, len(mine)) if kind is CaseKind.CADRE else None
                lines = [{"case_id": row.id, "name": None, "post": None} for row in mine]
                _sheet(conn, meeting_id, SheetKind(kind.value), unit, lines, most, joint)
        for other in (k for k in SheetKind if k in extras.kinds and k not in GRADING):
            _sheet(conn, meeting_id, other, unit, _lines(scheme, other, unit, extras), None, joint)
    assign_electorates(conn, scheme, meeting_id)


def _lines(scheme: Scheme, kind: SheetKind, unit: Rated, extras: Extras) -> list[dict[str, Any]]:
    if kind is SheetKind.NEWLY_PROMOTED:
        named = extras.promoted if unit.host else ()
        return [{"case_id": None, "name": name, "post": post or None} for name, post in named]
    rows = scheme.ballot.other_sheets[kind].rows
    return [{"case_id": None, "name": title.zh, "post": None} for title in rows]


def _sheet(
    conn: sa.Connection,
    meeting_id: int,
    kind: SheetKind,
    unit: Rated | None,
    lines: Sequence[Mapping[str, Any]],
    most: int | None,
    joint: bool = False,
) -> None:
    if not lines and unit is not None and not unit.host:
        return
    plain = unit is None or unit.host
    title = f"{unit.unit_name} {kind.zh}" if joint and unit is not None else kind.zh
    sheet_id = conn.execute(
        sa.insert(MeetingSheet)
        .values(
            meeting_id=meeting_id,
            key=kind.value if plain or unit is None else f"{kind.value}.{unit.unit_id}",
            kind=kind,
            unit_id=unit.unit_id if unit is not None else None,
            title=title,
            excellent_limit=most,
        )
        .returning(MeetingSheet.id)
    ).scalar_one()
    rows = [{"sheet_id": sheet_id, "sort_no": n, **line} for n, line in enumerate(lines, 1)]
    if rows:
        conn.execute(sa.insert(SheetRow), rows)


def _limit(scheme: Scheme, rows: int) -> int | None:
    """How many 优秀 a sheet may carry: the scheme's share of its rows, or its fixed number."""
    limit = scheme.ballot.excellent_limit
    if limit is None:
        return None
    return int(limit * rows) if limit < 1 else int(limit)


def list_many(
    conn: sa.Connection, scheme: Scheme, meeting_id: int, kind: CaseKind, rows: Sequence[Any]
) -> None:
    """One sheet over many units, for an assembly."""
    lines = [{"case_id": row.id, "name": None, "post": None} for row in rows]
    _sheet(conn, meeting_id, SheetKind(kind.value), None, lines, _limit(scheme, len(rows)))
    assign_electorates(conn, scheme, meeting_id)


def own_electorates(scheme: Scheme) -> list[tuple[int, Electorate]]:
    """Those who fill in cards in a unit's own hall, with their place in the scheme's order."""
    return [
        (n, one)
        for n, one in enumerate(scheme.ballot.electorates.values())
        if not one.named and one.origin is not VoterOrigin.PEER_UNITS
    ]


def group_row(
    meeting_id: int, place: int, one: Electorate, members: int, *, typed: bool
) -> dict[str, Any]:
    """A group of cards that is an electorate of its own, as a row."""
    return {
        "meeting_id": meeting_id,
        "code": one.code,
        "title": one.title.zh,
        "colour": COLOURS[place % len(COLOURS)],
        "electorate": one.code,
        "origin": one.origin,
        "unit_id": None,
        "typed": typed,
        "members": members,
        "printed": 0,
    }


def assign_electorates(conn: sa.Connection, scheme: Scheme, meeting_id: int) -> None:
    """Who fills in which sheet. Superior leaders rate bodies and cadres only, where others are."""
    sheets = conn.execute(
        sa.select(MeetingSheet.id, MeetingSheet.kind).where(MeetingSheet.meeting_id == meeting_id)
    ).all()
    mine = sa.select(MeetingSheet.id).where(MeetingSheet.meeting_id == meeting_id)
    conn.execute(sa.delete(SheetElectorate).where(SheetElectorate.sheet_id.in_(mine)))
    groups = conn.execute(
        sa.select(VoterGroup.id, VoterGroup.electorate, VoterGroup.origin).where(
            VoterGroup.meeting_id == meeting_id
        )
    ).all()
    inside = [g for g in groups if g.origin != VoterOrigin.SUPERIOR_LEADERS] or groups
    rows = [
        {
            "sheet_id": sheet.id,
            "group_id": group.id,
            "exclude_own_unit": scheme.ballot.electorates[group.electorate].exclude_own_unit,
        }
        for sheet in sheets
        for group in (groups if sheet.kind in GRADING else inside)
    ]
    if rows:
        conn.execute(sa.insert(SheetElectorate), rows)


def clear(conn: sa.Connection, meeting_id: int) -> None:
    """Take the sheets of a planned meeting away before they are laid out anew."""
    mine = sa.select(MeetingSheet.id).where(MeetingSheet.meeting_id == meeting_id)
    conn.execute(sa.delete(SheetElectorate).where(SheetElectorate.sheet_id.in_(mine)))
    conn.execute(sa.delete(SheetRow).where(SheetRow.sheet_id.in_(mine)))
    conn.execute(sa.delete(MeetingSheet).where(MeetingSheet.meeting_id == meeting_id))

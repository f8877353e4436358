"""The frozen ballot package of a meeting, from its rows and the scheme. Same rows, same bytes.

Sheet and option keys are the scheme's own codes; ``subject`` of a row is the case's id as text.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.package import K_FLOOR, Group, Limit, Option, Package, Row, Sheet, Text
from cases.models import Case, MeetingSheet, SheetRow, Unit, VoterGroup
from cases.scoring.shapes import Scheme
from workflow.vocabulary import CaseKind, Grade, SheetKind

CUSTODY = {"custody": "sealed_custody", "destroy": "destroy"}
BEST = (Grade.EXCELLENT,)


def smallest(scheme: Scheme | None) -> int:
    """k: how many ballots a figure must stand for; never below 3."""
    return max(scheme.ballot.k if scheme else K_FLOOR, K_FLOOR)


def package_of(
    conn: sa.Connection, meeting: Any, scheme: Scheme, *, public_key: str, urn: str
) -> Package:
    """The package of a meeting. Raises PackageRefusal with every fault."""
    unit = conn.execute(sa.select(Unit.name).where(Unit.id == meeting.unit_id)).scalar_one()
    groups = conn.execute(
        sa.select(VoterGroup).where(VoterGroup.meeting_id == meeting.id).order_by(VoterGroup.code)
    ).all()
    codes = tuple(group.code for group in groups)
    return Package(
        urn=urn,
        public_key=public_key,
        organ=Text(unit),
        title=Text(meeting.title),
        sheets=_sheets(conn, meeting.id, scheme, codes),
        groups=tuple(Group(g.code, _group_title(scheme, g), g.colour) for g in groups),
        k=smallest(scheme),
        rate_base=scheme.ballot.rate_base,
        custody=CUSTODY[scheme.ballot.raw_ballots],
    )


def _group_title(scheme: Scheme, group: Any) -> Text:
    title = dict(scheme.ballot.groups).get(group.code)
    return Text(group.title, title.en if title is not None and title.zh == group.title else "")


def _sheets(
    conn: sa.Connection, meeting_id: int, scheme: Scheme, groups: tuple[str, ...]
) -> tuple[Sheet, ...]:
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in conn.execute(
        sa.select(SheetRow.sheet_id, Case.id, Case.kind, Case.subject_name, Case.subject_post)
        .join(MeetingSheet, MeetingSheet.id == SheetRow.sheet_id)
        .join(Case, Case.id == SheetRow.case_id)
        .where(MeetingSheet.meeting_id == meeting_id)
        .order_by(SheetRow.sort_no, SheetRow.id)
    ):
        body = row.kind == CaseKind.BODY
        name = f"{row.subject_name}领导班子" if body else row.subject_name
        rows[row.sheet_id].append(Row(str(row.id), name, row.subject_post or ""))
    sheets = conn.execute(
        sa.select(MeetingSheet)
        .where(MeetingSheet.meeting_id == meeting_id)
        .order_by(MeetingSheet.id)
    )
    return tuple(
        _sheet(sheet, tuple(rows[sheet.id]), scheme, groups) for sheet in sheets if rows[sheet.id]
    )


def _sheet(sheet: Any, rows: tuple[Row, ...], scheme: Scheme, groups: tuple[str, ...]) -> Sheet:
    kind = SheetKind(sheet.kind)
    options = scheme.ballot.sheets[CaseKind(kind.value)].options
    best = [o.code for o in options if o.grade in BEST]
    most = sheet.excellent_limit
    return Sheet(
        key=kind.value,
        kind=kind.value,
        title=Text(kind.zh, kind.en),
        options=tuple(Option(o.code, Text(o.title.zh, o.title.en), o.abstain) for o in options),
        rows=rows,
        groups=groups,
        limits=tuple(Limit(code, most) for code in best) if most is not None else (),
        require_all=scheme.ballot.require_all,
    )

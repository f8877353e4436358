"""Figures of the ballot on paper: read through ``cases.ballot_box.disclosure`` alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.disclosure import (
    Counted,
    Disclosure,
    Figure,
    Head,
    Scope,
    SheetShown,
)
from cases.ballot_box.package import Sheet
from cases.clock import date_of
from cases.documents.context import Sign, TallyGroup, TallyRow, TallySheet
from cases.documents.papers.subject import Subject
from cases.models import Case, Cycle, Meeting, Person, Tally, Unit, VoterGroup
from cases.queries.scheme import scheme_of_cycle
from cases.queries.scores import ballot_scores
from cases.queries.tally import counted, disclosures
from cases.scoring.shapes import Scheme
from workflow.vocabulary import GRADES, CaseKind, Role

BASES = {"valid_ballots": "有效票", "marked": "有效票中已填写的票"}
SHEETS = (CaseKind.BODY, CaseKind.CADRE)


def shown_of(subject: Subject, scope: Scope) -> Disclosure | None:
    """What may be shown of one case to a kind of reader; None without a count."""
    if subject.meeting is None:
        return None
    shown = disclosures(subject.conn, subject.meeting, scope).get(subject.case.id)
    return None if shown is None else shown[1]


def rates_of(figure: Figure, scheme: Scheme, kind: CaseKind) -> tuple[Fraction, Fraction]:
    """优秀率 and the rate of the two best grades, exact."""
    grades = {o.code: o.grade for o in scheme.ballot.sheets[kind].options}
    best, second = GRADES[kind][:2]
    first = [code for code, grade in grades.items() if grade is best]
    both = [code for code, grade in grades.items() if grade in (best, second)]
    return figure.rate(*first), figure.rate(*both)


def rate_names(kind: CaseKind) -> tuple[str, str]:
    """How the two rates are called."""
    return ("优秀率", "优良率" if kind is CaseKind.BODY else "优称率")


def share(rate: Fraction) -> str:
    """A rate as text: 61.80%."""
    return f"{Decimal(rate.numerator) * 100 / Decimal(rate.denominator):.2f}%"


@dataclass(frozen=True, slots=True)
class Printed:
    """The statistics of one sheet; ``unit_id`` where all rated on it are of one unit."""

    kind: CaseKind
    unit_id: int | None
    paper: TallySheet


def tally_sheets(conn: sa.Connection, meeting_id: int, on: Any) -> list[Printed]:
    """The statistics of a meeting's body and cadre sheets; empty without a count."""
    meeting = conn.execute(
        sa.select(Meeting, Unit.name.label("unit_name"), Cycle.year)
        .join(Unit, Unit.id == Meeting.unit_id)
        .join(Cycle, Cycle.id == Meeting.cycle_id)
        .where(Meeting.id == meeting_id)
    ).one()
    found, scheme = counted(conn, meeting), scheme_of_cycle(conn, meeting.cycle_id)
    if found is None or scheme is None:
        return []
    grading = {kind.value for kind in SHEETS}
    pairs = zip(found.package.sheets, found.shown(Scope.OFFICE), strict=True)
    return [
        _sheet(conn, meeting, sheet, shown, found, scheme, on)
        for sheet, shown in pairs
        if sheet.kind in grading and not sheet.item
    ]


def _sheet(
    conn: sa.Connection,
    meeting: Any,
    sheet: Sheet,
    given: SheetShown,
    found: Counted,
    scheme: Scheme,
    on: Any,
) -> Printed:
    kind = CaseKind(sheet.kind)
    options = scheme.ballot.sheets[kind].options
    ids = [int(row.subject) for row in sheet.rows]
    cases = conn.execute(sa.select(Case).where(Case.id.in_(ids))).all()
    scores = ballot_scores(conn, cases, scheme)
    shown = list(zip(sheet.rows, given.rows, strict=True))
    rows = []
    for row, told in shown:
        score = scores.get(int(row.subject))
        rows.append(_row(row, told.total, scheme, kind, score.score if score else None))
    returned, valid = sum(x.returned for x in given.heads), sum(x.valid for x in given.heads)
    groups = _groups(conn, meeting.id, sheet.groups)
    printed, members = sum(g.printed for g in groups), sum(g.members for g in groups)
    total = TallyGroup(
        title="合计", issued=printed or returned, returned=returned, valid=valid,
        rows=tuple(rows), withheld=any(x.withheld for x in given.heads),
    )  # fmt: skip
    due = meeting.due_count or members or 0
    places = {case.unit_id: case.unit_name for case in cases}
    alone = next(iter(places.items())) if len(places) == 1 else (None, meeting.unit_name)
    paper = TallySheet(
        year=meeting.year,
        organ=_organ(conn, meeting.cycle_id),
        issued_on=on,
        case_no=meeting.ref,
        unit=alone[1],
        meeting=meeting.title,
        held_on=meeting.held_on or meeting.planned_on,
        enrolled=members or due,
        due=due,
        present=meeting.present_count or returned,
        options=tuple(o.title.zh for o in options),
        rate_names=rate_names(kind),
        rate_base=BASES[scheme.ballot.rate_base],
        groups=(*_by_group(shown, given.heads, groups, scheme, kind), total),
        smallest=found.package.k,
        root=found.count.root.removeprefix("sha256:")[:16],
        signs=_signs(conn, meeting.tellers),
        counted_on=_counted_on(conn, meeting.id),
    )
    return Printed(kind, alone[0], paper)


def _groups(conn: sa.Connection, meeting_id: int, codes: Sequence[str]) -> Sequence[Any]:
    return conn.execute(
        sa.select(VoterGroup)
        .where(VoterGroup.meeting_id == meeting_id, VoterGroup.code.in_(codes))
        .order_by(VoterGroup.id)
    ).all()


def _counted_on(conn: sa.Connection, meeting_id: int) -> date | None:
    at = conn.execute(sa.select(Tally.counted_at).where(Tally.meeting_id == meeting_id)).scalar()
    return date_of(at) if at else None


def _by_group(
    shown: Sequence[tuple[Any, Disclosure]],
    lines: Sequence[Head],
    groups: Sequence[Any],
    scheme: Scheme,
    kind: CaseKind,
) -> list[TallyGroup]:
    """A part for each merged group that the disclosure gives, none where the total says it all.

    What small groups were merged into is one part; a group left out stays out of every figure, so
    nothing can be subtracted.
    """
    figures = {
        (f.groups, row.subject): f for row, told in shown for f in told.lines if len(told.lines) > 1
    }
    parts = []
    for line in lines:
        mine = [(row, figures.get((line.groups, row.subject))) for row, _ in shown]
        if line.withheld or any(figure is None for _, figure in mine):
            continue
        held = [g for g in groups if g.electorate in line.groups]
        parts.append(
            TallyGroup(
                title="、".join(dict.fromkeys(_title(g, scheme) for g in held))
                + ("（具名）" if line.signed else ""),
                issued=sum(g.printed for g in held) or line.returned,
                returned=line.returned,
                valid=line.valid,
                rows=tuple(_row(row, figure, scheme, kind, None) for row, figure in mine),
                scored=False,
            )
        )
    return parts


def _title(group: Any, scheme: Scheme) -> str:
    """Groups of many units' people bear the name of their electorate."""
    one = scheme.ballot.electorates.get(group.electorate)
    return str(group.title) if one is None or group.code == group.electorate else one.title.zh


def _row(
    row: Any, total: Figure | None, scheme: Scheme, kind: CaseKind, score: Decimal | None
) -> TallyRow:
    options = scheme.ballot.sheets[kind].options
    if total is None:
        none = (None,) * len(options)
        return TallyRow(name=row.name, post=row.post, votes=none, rates=(None, None))
    votes = dict(total.options)
    return TallyRow(
        name=row.name,
        post=row.post,
        votes=tuple(votes.get(o.code, 0) for o in options),
        blank=total.blank,
        rates=tuple(
            Decimal(r.numerator) / Decimal(r.denominator) for r in rates_of(total, scheme, kind)
        ),
        score=score,
    )


def _signs(conn: sa.Connection, tellers: Any) -> tuple[Sign, ...]:
    held: dict[str, int] = tellers or {}
    ids = list(held.values())
    names = {
        i: name
        for i, name in conn.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids)))
    }
    return tuple(
        Sign(label=label, name=names.get(held.get(role.value, 0), ""))
        for role, label in ((Role.TELLER, "计票人"), (Role.TALLY_SUPERVISOR, "监票人"))
    )


def _organ(conn: sa.Connection, cycle_id: int) -> str:
    return conn.execute(
        sa.select(Unit.name)
        .join(Cycle, Cycle.managing_organ_id == Unit.id)
        .where(Cycle.id == cycle_id)
    ).scalar_one()

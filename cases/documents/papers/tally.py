"""Figures of the ballot on paper: read through ``cases.ballot_box.disclosure`` alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.disclosure import Disclosure, Figure, Scope, disclose
from cases.ballot_box.opening import Count, Line, result_from_json
from cases.ballot_box.package import Package, from_json
from cases.clock import date_of
from cases.documents.context import Sign, TallyGroup, TallyRow, TallySheet
from cases.documents.papers.subject import Subject
from cases.models import Case, Cycle, Meeting, MeetingSheet, Person, Tally, Unit, VoterGroup
from cases.queries.scheme import scheme_of_cycle
from cases.queries.scores import ballot_scores
from cases.scoring.shapes import Scheme
from workflow.vocabulary import GRADES, CaseKind, Role

BASES = {"valid_ballots": "有效票", "marked": "有效票中已填写的票"}
SHEETS = (CaseKind.BODY, CaseKind.CADRE)


def counted(conn: sa.Connection, meeting: Any) -> tuple[Package, Count] | None:
    """Package and count of a meeting whose urn was opened, else None."""
    if meeting is None or not meeting.package:
        return None
    row = conn.execute(sa.select(Tally.result).where(Tally.meeting_id == meeting.id)).first()
    if row is None:
        return None
    return from_json(meeting.package), result_from_json(row.result)


def shown_of(subject: Subject, scope: Scope) -> Disclosure | None:
    """What may be shown of one case to a kind of reader; None without a count."""
    found = counted(subject.conn, subject.meeting)
    if found is None:
        return None
    try:
        return disclose(*found, str(subject.case.kind), str(subject.case.id), scope)
    except (KeyError, StopIteration):
        return None


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


def tally_sheets(
    conn: sa.Connection, meeting_id: int, on: Any
) -> list[tuple[CaseKind, TallySheet]]:
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
    kinds = conn.execute(
        sa.select(MeetingSheet.kind).where(MeetingSheet.meeting_id == meeting_id)
    ).scalars()
    present = set(kinds)
    return [
        (kind, _sheet(conn, meeting, kind, *found, scheme, on))
        for kind in SHEETS
        if kind.value in present
    ]


def _sheet(
    conn: sa.Connection,
    meeting: Any,
    kind: CaseKind,
    package: Package,
    count: Count,
    scheme: Scheme,
    on: Any,
) -> TallySheet:
    sheet = next(s for s in package.sheets if s.key == kind.value)
    options = scheme.ballot.sheets[kind].options
    ids = [int(row.subject) for row in sheet.rows]
    cases = conn.execute(sa.select(Case).where(Case.id.in_(ids))).all()
    scores = ballot_scores(conn, cases, scheme)
    shown = [
        (row, disclose(package, count, sheet.key, row.subject, Scope.OFFICE)) for row in sheet.rows
    ]
    rows = []
    for row, told in shown:
        score = scores.get(int(row.subject))
        rows.append(_row(row, told.total, scheme, kind, score.score if score else None))
    lines = next(s.lines for s in count.sheets if s.sheet == sheet.key)
    returned, valid = sum(x.returned for x in lines), sum(x.valid for x in lines)
    groups = _groups(conn, meeting.id, sheet.groups)
    printed, members = sum(g.printed for g in groups), sum(g.members for g in groups)
    total = TallyGroup(
        title="合计", issued=printed or returned, returned=returned, valid=valid,
        rows=tuple(rows),
    )  # fmt: skip
    due = meeting.due_count or members or 0
    return TallySheet(
        year=meeting.year,
        organ=_organ(conn, meeting.cycle_id),
        issued_on=on,
        case_no=meeting.ref,
        unit=meeting.unit_name,
        meeting=meeting.title,
        held_on=meeting.held_on or meeting.planned_on,
        enrolled=members or due,
        due=due,
        present=meeting.present_count or returned,
        options=tuple(o.title.zh for o in options),
        rate_names=rate_names(kind),
        rate_base=BASES[scheme.ballot.rate_base],
        groups=(*_by_group(shown, lines, groups, scheme, kind), total),
        smallest=count.k,
        root=count.root.removeprefix("sha256:")[:16],
        signs=_signs(conn, meeting.tellers),
        counted_on=_counted_on(conn, meeting.id),
    )


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
    lines: Sequence[Line],
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
        held = [g for g in groups if g.code in line.groups]
        parts.append(
            TallyGroup(
                title="、".join(g.title for g in held) + ("（具名）" if line.signed else ""),
                issued=sum(g.printed for g in held) or line.returned,
                returned=line.returned,
                valid=line.valid,
                rows=tuple(_row(row, figure, scheme, kind, None) for row, figure in mine),
                scored=False,
            )
        )
    return parts


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

"""测评统计: what was counted, read through ``disclosure`` and nothing else.

Office and deciders see merged groups of at least k ballots, the person sees his own rates on lines
of at least 2k. Every rate carries its numerator and denominator (M21).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.ballot_box import opening, package
from cases.ballot_box.disclosure import Disclosure, Figure, Scope, disclose
from cases.ballot_box.opening import Count
from cases.ballot_box.package import Package
from cases.models import Case, Person, Tally
from cases.queries.scheme import scheme_of_cycle
from cases.queries.scores import ballot_scores
from cases.scoring.ballots import BallotScore, CardCount, Rates, rates
from cases.scoring.ballots import Tally as GroupTally
from cases.scoring.shapes import Scheme
from workflow.vocabulary import CaseKind, Role
from workflow.words import Sentence


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one merged voter group, or of all together (``title`` is empty)."""

    titles: tuple[str, ...]
    figure: Figure
    rates: Rates


@dataclass(frozen=True, slots=True)
class RowView:
    """One rated person or body on the tally page."""

    case_id: int
    ref: str
    name: str
    post: str
    total: Line | None
    lines: tuple[Line, ...]
    score: BallotScore | None
    withheld: Sentence | None


@dataclass(frozen=True, slots=True)
class LineHead:
    """Ballots of one merged group on a sheet: handed in, valid, invalid; too few to be shown."""

    titles: tuple[str, ...]
    returned: int
    valid: int
    invalid: int
    withheld: bool


@dataclass(frozen=True, slots=True)
class SheetView:
    """One sheet: its options in order, its lines, its rows."""

    kind: CaseKind
    title: str
    options: tuple[tuple[str, str], ...]
    heads: tuple[LineHead, ...]
    empty: tuple[str, ...]
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class TallyView:
    """The tally of a meeting: header, sheets, root, signatures."""

    head: CardCount
    root: str
    result_digest: str
    counted_at: datetime
    k: int
    rate_base: str
    sheets: tuple[SheetView, ...]
    signed: Mapping[Role, str]


def head_of(conn: sa.Connection, meeting: Any) -> CardCount:
    """Cards and people of a counted meeting. Raises NoResultFound before the count."""
    t = conn.execute(sa.select(Tally).where(Tally.meeting_id == meeting.id)).one()
    return CardCount(
        t.issued, t.returned, t.valid, t.invalid, meeting.due_count or 0, meeting.present_count or 0
    )


def disclosures(
    conn: sa.Connection, meeting: Any, scope: Scope
) -> dict[int, tuple[CaseKind, Disclosure]]:
    """Case id -> its sheet and what may be shown of it to this kind of reader; {} uncounted."""
    found = _counted(conn, meeting)
    if found is None:
        return {}
    pack, count = found
    return {
        int(row.subject): (CaseKind(s.kind), disclose(pack, count, s.key, row.subject, scope))
        for s in pack.sheets
        for row in s.rows
    }


def _counted(conn: sa.Connection, meeting: Any) -> tuple[Package, Count] | None:
    text = conn.execute(sa.select(Tally.result).where(Tally.meeting_id == meeting.id)).scalar()
    if text is None:
        return None
    return package.from_json(meeting.package), opening.result_from_json(text)


def rates_of(figure: Figure, scheme: Scheme, kind: CaseKind) -> Rates:
    """优秀率, 优称率 and the low rates of a disclosed figure, on the scheme's base."""
    one = GroupTally("", dict(figure.options), figure.blank, figure.ballots)
    return rates([one], scheme.ballot.sheets[kind].options, kind, scheme.ballot.rate_base)


def tally_of(conn: sa.Connection, meeting: Any) -> TallyView | None:
    """The whole tally for the office, deciders and tellers; None before the count."""
    row = conn.execute(sa.select(Tally).where(Tally.meeting_id == meeting.id)).first()
    scheme = scheme_of_cycle(conn, meeting.cycle_id)
    if row is None or scheme is None:
        return None
    pack, count = package.from_json(meeting.package), opening.result_from_json(row.result)
    ids = [int(r.subject) for s in pack.sheets for r in s.rows]
    cases = {c.id: c for c in conn.execute(sa.select(Case).where(Case.id.in_(ids)))}
    scores = ballot_scores(conn, list(cases.values()), scheme)
    people = {Role(role): person for role, person in row.tellers.items()}
    names = {
        i: name
        for i, name in conn.execute(
            sa.select(Person.id, Person.name).where(Person.id.in_(list(people.values())))
        )
    }
    return TallyView(
        head=CardCount(
            row.issued, row.returned, row.valid, row.invalid,
            meeting.due_count or 0, meeting.present_count or 0,
        ),
        root=row.root,
        result_digest=row.result_digest,
        counted_at=row.counted_at,
        k=count.k,
        rate_base=pack.rate_base,
        sheets=tuple(_sheet(s, pack, count, scheme, cases, scores) for s in pack.sheets),
        signed={role: names.get(person, "") for role, person in people.items()},
    )  # fmt: skip


def _sheet(
    sheet: package.Sheet,
    pack: Package,
    count: Count,
    scheme: Scheme,
    cases: Mapping[int, Any],
    scores: Mapping[int, BallotScore],
) -> SheetView:
    kind = CaseKind(sheet.kind)
    counted = next(s for s in count.sheets if s.sheet == sheet.key)
    heads = tuple(
        LineHead(titles_of(pack, x.groups), x.returned, x.valid, x.invalid, x.withheld)
        for x in counted.lines
    )
    rows = []
    for entry in sheet.rows:
        shown = disclose(pack, count, sheet.key, entry.subject, Scope.OFFICE)
        case_id = int(entry.subject)
        rows.append(
            RowView(
                case_id=case_id,
                ref=cases[case_id].ref,
                name=entry.name,
                post=entry.post,
                total=line_of(pack, shown.total, scheme, kind) if shown.total else None,
                lines=tuple(line_of(pack, f, scheme, kind) for f in shown.lines),
                score=scores.get(case_id),
                withheld=shown.withheld,
            )
        )
    return SheetView(
        kind=kind,
        title=sheet.title.word,
        options=tuple((o.key, o.title.word) for o in sheet.options),
        heads=heads,
        empty=titles_of(pack, counted.empty),
        rows=tuple(rows),
    )


def line_of(pack: Package, figure: Figure, scheme: Scheme, kind: CaseKind) -> Line:
    """A disclosed figure with the titles of its groups and its rates."""
    return Line(titles_of(pack, figure.groups), figure, rates_of(figure, scheme, kind))


def titles_of(pack: Package, groups: tuple[str, ...]) -> tuple[str, ...]:
    """Titles of voter groups in the package's order."""
    return tuple(pack.group(key).title.word for key in groups)

"""测评统计: what was counted, read through ``disclosure`` and nothing else.

Office and deciders see merged groups of at least k ballots, the person sees his own rates on lines
of at least 2k. Every rate carries its numerator and denominator (M21).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.disclosure import (
    Counted,
    Disclosure,
    Figure,
    Head,
    Scope,
    SheetShown,
    counted_from,
)
from cases.ballot_box.package import Package, Row, Sheet
from cases.models import Case, Person, Tally
from cases.queries.named_opinions import Signed, signed_on
from cases.queries.scheme import scheme_of_cycle
from cases.queries.scores import ballot_scores
from cases.scoring.ballots import BallotScore, CardCount, Rates, rates
from cases.scoring.ballots import Tally as GroupTally
from cases.scoring.shapes import Scheme
from workflow.vocabulary import CaseKind, Role, SheetKind
from workflow.words import Sentence

GRADING = tuple(CaseKind)
"""Kinds of sheets that feed the grade (M10); all others are kept apart."""


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one merged voter group, or of all together; no rates on other sheets."""

    titles: tuple[str, ...]
    figure: Figure
    rates: Rates | None


@dataclass(frozen=True, slots=True)
class RowView:
    """One rated person, body or question on the tally page; ``named`` are (who, option) of signed
    opinions, which stand in no ballot figure."""

    case_id: int | None
    ref: str
    name: str
    post: str
    total: Line | None
    lines: tuple[Line, ...]
    score: BallotScore | None
    withheld: Sentence | None
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SheetView:
    """One sheet: its options in order, its lines, its rows. ``graded`` ones feed the grade.

    ``heads``: as disclosed, groups and flags in words.
    """

    key: str
    kind: SheetKind
    graded: bool
    title: str
    options: tuple[tuple[str, str], ...]
    heads: tuple[Head, ...]
    empty: tuple[str, ...]
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class TallyView:
    """The tally of a meeting: header, sheets, root, signatures. ``few`` stands for how many cards
    were valid where fewer than k were handed in."""

    head: CardCount
    few: Sentence | None
    root: str
    result_digest: str
    counted_at: datetime
    k: int
    rate_base: str
    sheets: tuple[SheetView, ...]
    signed: Mapping[Role, str]
    signers: frozenset[int]


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
    found = counted(conn, meeting)
    if found is None:
        return {}
    return {
        int(row.subject): (CaseKind(sheet.kind), row)
        for sheet in found.shown(scope)
        if sheet.kind in GRADING and not sheet.item
        for row in sheet.rows
    }


def counted(conn: sa.Connection, meeting: Any) -> Counted | None:
    """What was counted at a meeting, to be asked through the disclosure rule; None before."""
    if not meeting.package:
        return None
    text = conn.execute(sa.select(Tally.result).where(Tally.meeting_id == meeting.id)).scalar()
    return None if text is None else counted_from(meeting.package, text)


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
    found = counted_from(meeting.package, row.result)
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
        few=found.few,
        root=row.root,
        result_digest=row.result_digest,
        counted_at=row.counted_at,
        k=found.package.k,
        rate_base=found.package.rate_base,
        sheets=_Reader(conn, found, scheme).sheets(),
        signed={role: names.get(person, "") for role, person in people.items()},
        signers=frozenset(people.values()),
    )  # fmt: skip


class _Reader:
    """Turns what was disclosed into rows for the page."""

    def __init__(self, conn: sa.Connection, found: Counted, scheme: Scheme) -> None:
        self.found, self.scheme = found, scheme
        ids = [
            int(row.subject)
            for sheet in found.package.sheets
            if sheet.kind in GRADING
            for row in sheet.rows
        ]
        self.cases = {c.id: c for c in conn.execute(sa.select(Case).where(Case.id.in_(ids)))}
        self.scores = ballot_scores(conn, list(self.cases.values()), scheme)
        self.named: dict[int, list[Signed]] = defaultdict(list)
        for one in signed_on(conn, ids):
            self.named[one.case_id].append(one)

    def sheets(self) -> tuple[SheetView, ...]:
        """All sheets of the urn in the package's order."""
        pairs = zip(self.found.package.sheets, self.found.shown(Scope.OFFICE), strict=True)
        return tuple(self._sheet(sheet, shown) for sheet, shown in pairs)

    def _sheet(self, sheet: Sheet, shown: SheetShown) -> SheetView:
        pack = self.found.package
        rules = {q.code: q.title.word for q in pack.quality}
        heads = tuple(
            replace(
                h,
                groups=titles_of(pack, h.groups),
                flags=tuple(rules[code] for code in h.flags),
            )
            for h in shown.heads
        )
        return SheetView(
            key=sheet.key,
            kind=SheetKind(sheet.kind),
            graded=sheet.kind in GRADING,
            title=sheet.title.word,
            options=tuple((o.key, o.title.word) for o in sheet.options),
            heads=heads,
            empty=titles_of(pack, shown.empty),
            rows=tuple(
                self._row(sheet, entry, row)
                for entry, row in zip(sheet.rows, shown.rows, strict=True)
            ),
        )

    def _row(self, sheet: Sheet, entry: Row, shown: Disclosure) -> RowView:
        kind = CaseKind(sheet.kind) if sheet.kind in GRADING else None
        case = self.cases[int(entry.subject)] if kind is not None else None
        overall = case is not None and not sheet.item
        titles = {o.key: o.title.word for o in sheet.options}
        given = self.named[case.id] if case is not None and overall else ()
        return RowView(
            case_id=case.id if case is not None else None,
            ref=case.ref if case is not None else "",
            name=entry.name,
            post=entry.post,
            total=self._line(shown.total, kind) if shown.total else None,
            lines=tuple(self._line(f, kind) for f in shown.lines),
            score=self.scores.get(case.id) if case is not None and overall else None,
            withheld=shown.withheld,
            named=tuple((one.person, titles.get(one.option, one.option)) for one in given),
        )

    def _line(self, figure: Figure, kind: CaseKind | None) -> Line:
        if kind is not None:
            return line_of(self.found.package, figure, self.scheme, kind)
        return Line(titles_of(self.found.package, figure.groups), figure, None)


def line_of(pack: Package, figure: Figure, scheme: Scheme, kind: CaseKind) -> Line:
    """A disclosed figure with the titles of its groups and its rates."""
    return Line(titles_of(pack, figure.groups), figure, rates_of(figure, scheme, kind))


def titles_of(pack: Package, groups: tuple[str, ...]) -> tuple[str, ...]:
    """Titles of electorates in the package's order."""
    return tuple(pack.title_of(key).word for key in groups)

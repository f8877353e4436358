"""Adding up opened ballots: per subject, item and merged electorate; nothing smaller leaves here.

Marks stand in matrices of one byte a row, 0 for a row left empty and n for the n-th option, one
row of the matrix per subject, so that five million marks are counted in a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from cases.ballot_box.merging import Sizes, merged_lines
from cases.ballot_box.package import Package, QualityRule, Sheet

Marks = npt.NDArray[np.uint8]
Table = npt.NDArray[np.int64]
Choices = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class RowCount:
    """One subject on one line: ballots per option key in the sheet's order, and rows left empty."""

    subject: str
    options: tuple[tuple[str, int], ...]
    blank: int

    @property
    def ballots(self) -> int:
        """Valid ballots of those who fill in this row."""
        return sum(n for _, n in self.options) + self.blank


@dataclass(frozen=True, slots=True)
class Line:
    """One merged electorate on one sheet. returned = valid + invalid; options + blank = valid.

    ``groups``: keys of electorates. ``withheld``: fewer than k valid ballots even after merging;
    then ``valid``, ``invalid`` and ``rows`` stay empty for ever. ``flags``: codes of quality rules.
    """

    groups: tuple[str, ...]
    signed: bool
    returned: int
    valid: int
    invalid: int
    withheld: bool
    rows: tuple[RowCount, ...]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetCount:
    """All lines of one sheet. ``empty``: electorates that handed in nothing (weights renormalise).

    ``withheld``: subjects of whom nothing may be said, as fewer than k ballots stand for them.
    """

    sheet: str
    kind: str
    lines: tuple[Line, ...]
    empty: tuple[str, ...]
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heap:
    """One group's opened ballots, in memory only: how many came, how many were accepted, and the
    marks of these by sheet."""

    returned: int
    accepted: int
    marks: Mapping[str, Marks]


@dataclass(frozen=True, slots=True)
class Pile:
    """One group's ballots on one sheet, added up; ``table``: subjects by (blank, options…)."""

    returned: int
    valid: int
    table: Table
    same: int
    cells: int


def heap_of(package: Package, group: str, returned: int, ballots: Sequence[Choices]) -> Heap:
    """Accepted ballots of a group as matrices; the ballots themselves can be forgotten."""
    sheets = [s for s in package.sheets if group in s.groups]
    return Heap(returned, len(ballots), {s.key: encode(s, ballots) for s in sheets})


def encode(sheet: Sheet, ballots: Sequence[Choices]) -> Marks:
    """The marks of a sheet, subjects by ballots; rows a ballot doesn't mark are 0."""
    code: dict[str | None, int] = {None: 0}
    code |= {o.key: n for n, o in enumerate(sheet.options, 1)}
    subjects = sorted(r.subject for r in sheet.rows)  # as the keys of a sealed ballot stand
    none: dict[str, str] = {}
    flat = bytearray()
    for choices in ballots:  # without a step of Python per mark: there may be millions
        marks = choices.get(sheet.key, none)
        full = len(marks) == len(subjects) and list(marks) == subjects
        flat += bytes(map(code.__getitem__, marks.values() if full else map(marks.get, subjects)))
    by_ballot = np.frombuffer(bytes(flat), dtype=np.uint8).reshape(-1, len(subjects))
    places = [subjects.index(r.subject) for r in sheet.rows]
    return np.ascontiguousarray(by_ballot.T[places])


def add_up(marks: Marks, options: int) -> Table:
    """How often each subject got each code: subjects by (blank, option 1, option 2, …)."""
    found = np.empty((marks.shape[0], options + 1), dtype=np.int64)
    for subject, row in enumerate(marks):
        for code in range(1, options + 1):
            found[subject, code] = np.count_nonzero(row == code)
    found[:, 0] = marks.shape[1] - found[:, 1:].sum(axis=1)
    return found


def pile_of(sheet: Sheet, group: str, heap: Heap) -> Pile:
    """One group's ballots on one sheet. A sheet without a single mark is no valid one.

    Where rows are barred to some, every accepted ballot counts: else the numbers of two rows would
    tell whether a unit's delegates left the sheet empty.
    """
    marks = heap.marks[sheet.key]
    if not sheet.barred:
        marks = np.ascontiguousarray(marks[:, marks.any(axis=0)])
    closed = {subject for key, subject in sheet.barred if key == group}
    rows = [n for n, r in enumerate(sheet.rows) if r.subject not in closed]
    shown = marks[rows]
    valid = int(marks.shape[1])
    alike = (shown == shown[:1]).all(axis=0) & (shown[0] > 0) if rows else np.zeros(valid, bool)
    table = add_up(marks, len(sheet.options))
    table[[n for n in range(len(sheet.rows)) if n not in rows]] = 0
    return Pile(heap.returned, valid, table, int(np.count_nonzero(alike)), len(rows) * valid)


Piles = Mapping[tuple[str, str], Pile]
"""(sheet, group) -> its pile."""
Size = Callable[[Pile], int]
"""What of a pile is asked: cards handed in, or valid ballots."""


def count_sheets(package: Package, heaps: Mapping[str, Heap]) -> tuple[SheetCount, ...]:
    """All sheets of an urn, merged by the rule fixed in the package.

    First by the cards handed in, which the reconciliation tells anyway, then lines of k cards by
    their valid ballots: were a few people's valid ballots asked at once, the lines themselves would
    tell how many of these few left the sheet empty.
    """
    piles = {
        (s.key, g): pile_of(s, g, heaps[g]) for s in package.sheets for g in s.groups if g in heaps
    }
    present = {g.counted_as for g in package.groups if heaps[g.key].returned}
    signed = {g.counted_as for g in package.groups if g.signed}
    announced = package.lines or tuple((key,) for key in package.electorate_keys)
    apart = [tuple(k for k in line if k in present - signed) for line in announced]
    lines = [line for line in apart if line]
    for size in (_returned, _valid):
        cells = [
            c
            for s in package.sheets
            for c in _cells(package, s, piles, present - signed, size).values()
        ]
        lines = merged_lines(lines, cells, package.k)
    parts = [(line, False) for line in lines] + [((k,), True) for k in sorted(present & signed)]
    order = package.electorate_keys
    parts.sort(key=lambda part: order.index(part[0][0]))
    return tuple(_sheet(package, s, parts, piles, present) for s in package.sheets)


def _groups_of(package: Package, sheet: Sheet, electorate: str) -> list[str]:
    return [g.key for g in package.counted_in(electorate) if g.key in sheet.groups]


def _cells(
    package: Package, sheet: Sheet, piles: Piles, anonymous: set[str], size: Size
) -> dict[tuple[str, ...], Sizes]:
    """Subjects -> ballots by electorate. One cell for all subjects unless some are barred."""
    due = [k for k in package.electorate_keys if k in anonymous]
    if not sheet.barred:
        sizes = {k: _sum(package, sheet, k, piles, "", size) for k in due}
        subjects = tuple(r.subject for r in sheet.rows)
        return {subjects: {k: n for k, n in sizes.items() if n is not None}}
    found: dict[tuple[str, ...], Sizes] = {}
    for row in sheet.rows:
        sizes = {k: _sum(package, sheet, k, piles, row.subject, size) for k in due}
        found[(row.subject,)] = {k: n for k, n in sizes.items() if n is not None}
    return found


def _returned(pile: Pile) -> int:
    return pile.returned


def _valid(pile: Pile) -> int:
    return pile.valid


def _sum(
    package: Package, sheet: Sheet, electorate: str, piles: Piles, subject: str, size: Size
) -> int | None:
    """Ballots of an electorate that can stand for a subject; None where it has no part."""
    mine = [g for g in _groups_of(package, sheet, electorate) if (g, subject) not in sheet.barred]
    return sum(size(piles[sheet.key, g]) for g in mine) if mine else None


def _sheet(
    package: Package,
    sheet: Sheet,
    parts: Sequence[tuple[tuple[str, ...], bool]],
    piles: Piles,
    present: set[str],
) -> SheetCount:
    signed = {k for keys, is_signed in parts if is_signed for k in keys}
    cells = _cells(package, sheet, piles, present - signed, _valid)
    withheld = tuple(
        subject
        for subjects, sizes in cells.items()
        for subject in subjects
        if sizes and sum(sizes.values()) < package.k
    )
    lines = []
    if len(withheld) == len(sheet.rows):  # one line: what each handed in is not told either
        whole = tuple(k for keys, is_signed in parts if not is_signed for k in keys)
        parts = [(whole, False), *(part for part in parts if part[1])]
    for keys, is_signed in parts:
        due = tuple(k for k in keys if _groups_of(package, sheet, k))
        if due:
            lines.append(_line(package, sheet, due, is_signed, piles, set(withheld)))
    empty = tuple(
        k for k in package.electorate_keys if k not in present and _groups_of(package, sheet, k)
    )
    return SheetCount(sheet.key, sheet.kind, tuple(lines), empty, withheld)


def _line(
    package: Package,
    sheet: Sheet,
    keys: tuple[str, ...],
    signed: bool,
    piles: Piles,
    withheld: set[str],
) -> Line:
    groups = [g for k in keys for g in _groups_of(package, sheet, k)]
    mine = [piles[sheet.key, g] for g in groups]
    returned, valid = sum(p.returned for p in mine), sum(p.valid for p in mine)
    if valid < package.k and not signed:
        return Line(keys, signed, returned, 0, 0, True, ())
    rows = []
    for place, row in enumerate(sheet.rows):
        open_to = [g for g in groups if (g, row.subject) not in sheet.barred]
        if not open_to or (row.subject in withheld and not signed):
            continue
        sums = sum(piles[sheet.key, g].table[place] for g in open_to)
        numbers = [int(n) for n in np.asarray(sums)]
        options = tuple((o.key, n) for o, n in zip(sheet.options, numbers[1:], strict=True))
        rows.append(RowCount(row.subject, options, numbers[0]))
    flags = tuple(q.code for q in package.quality if _flagged(q, sheet, mine))
    return Line(keys, signed, returned, valid, returned - valid, False, tuple(rows), flags)


def _flagged(rule: QualityRule, sheet: Sheet, piles: Sequence[Pile]) -> bool:
    """Whether the ballots of a line call for a second look, compared as exact fractions.

    ``same`` says more than the published totals do. Two ballots of a line that change hands leave
    it as it was, so it tells nothing of a few; but where rows are barred they can't, and it is not
    asked: with the rows' totals it could tell what two people marked.
    """
    if len(sheet.rows) < rule.least_rows or (rule.figure == "same" and sheet.barred):
        return False
    valid, cells = sum(p.valid for p in piles), sum(p.cells for p in piles)
    returned = sum(p.returned for p in piles)
    abstained = [n for n, o in enumerate(sheet.options, 1) if o.abstain]
    marked = sum(int(p.table[:, 1:].sum()) for p in piles)
    taken, of = {
        "same": (sum(p.same for p in piles), valid),
        "blank": (cells - marked, cells),
        "abstain": (sum(int(p.table[:, abstained].sum()) for p in piles), cells),
        "invalid": (returned - valid, returned),
    }[rule.figure]
    return of > 0 and Fraction(taken, of) > Fraction(rule.above)

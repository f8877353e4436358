"""The one reader of counts: who may see which figure, and never one that gives a small group back.

The office and the deciders see merged voter groups (each at least k ballots); the person sees his
own figures, groups merged further until each line stands for at least 2k (M18). Whatever would
stand for fewer than k ballots is not given, nor is any total from which it could be subtracted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from cases.ballot_box.opening import Count, Line, RowCount, merge_small
from cases.ballot_box.package import K_FLOOR, Package
from workflow.words import Sentence, m


class Scope(StrEnum):
    """Who reads: ``office`` (office, deciders, reviewer of an objection) or the ``subject``."""

    OFFICE = "office"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Figure:
    """Ballots on one subject by one merged group, or in total.

    ``ballots`` = valid ones = sum of ``options`` + ``blank``; ``base`` is the printed denominator
    of ``rate`` (M21). ``signed`` lines are views given by name and no anonymous ballots.
    """

    groups: tuple[str, ...]
    signed: bool
    ballots: int
    options: tuple[tuple[str, int], ...]
    blank: int
    base: int

    @property
    def marked(self) -> int:
        """Ballots on which this row was filled in."""
        return self.ballots - self.blank

    def rate(self, *keys: str) -> Fraction:
        """Share of the ballots on these options, exact; 0 when there is no denominator."""
        taken = sum(n for key, n in self.options if key in keys)
        return Fraction(taken, self.base) if self.base else Fraction(0)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What may be shown of one subject. ``withheld`` is the sentence that stands for the rest."""

    sheet: str
    subject: str
    lines: tuple[Figure, ...]
    total: Figure | None
    withheld: Sentence | None


def disclose(package: Package, count: Count, sheet: str, subject: str, scope: Scope) -> Disclosure:
    """Figures of one subject on one sheet for one kind of reader.

    Raises KeyError when the sheet or the subject is not in the package.
    """
    rows = {r.subject for s in package.sheets if s.key == sheet for r in s.rows}
    if subject not in rows:
        raise KeyError((sheet, subject))
    k = max(count.k, K_FLOOR)
    lines = next(s.lines for s in count.sheets if s.sheet == sheet)
    shown = [_figure(package, [line], subject) for line in lines if not line.withheld]
    hidden = any(line.withheld for line in lines) or not lines
    if scope is Scope.SUBJECT:
        shown = _coarser(package, lines, subject, 2 * k)
    total = _total(package, lines, subject) if not hidden else None
    if total is not None and total.ballots < k and scope is Scope.SUBJECT:
        total, hidden = None, True
    if total is None and scope is Scope.SUBJECT:
        shown = []
    return Disclosure(sheet, subject, tuple(shown), total, too_few(k) if hidden else None)


def too_few(k: int) -> Sentence:
    """What stands where a figure would stand for fewer than k ballots."""
    return m("少于 %(k)s 票,不单列", k=k)


def roll_up(disclosures: Iterable[Disclosure], k: int) -> Figure | None:
    """One figure over many subjects with the same options (a unit, a level, the whole city).

    Adds only totals that were disclosed; what was withheld is not in it, so no subtraction gives it
    back. None when fewer than k ballots remain.
    """
    totals = [d.total for d in disclosures if d.total is not None]
    if sum(t.ballots for t in totals) < max(k, K_FLOOR):
        return None
    groups = tuple(dict.fromkeys(g for t in totals for g in t.groups))
    return Figure(
        groups,
        False,
        sum(t.ballots for t in totals),
        _added([t.options for t in totals]),
        sum(t.blank for t in totals),
        sum(t.base for t in totals),
    )


def _coarser(package: Package, lines: Sequence[Line], subject: str, least: int) -> list[Figure]:
    """Lines merged until each stands for ``least`` ballots; none when they never do."""
    sizes = {str(i): line.valid for i, line in enumerate(lines)}
    merged = merge_small(sizes, least)
    picked = [[lines[int(i)] for i in keys] for keys in merged]
    if len(picked) < 2 or any(line.withheld for line in lines):
        return []  # a single line is the total and is not said twice
    return [_figure(package, part, subject) for part in picked]


def _total(package: Package, lines: Sequence[Line], subject: str) -> Figure:
    return _figure(package, lines, subject)


def _figure(package: Package, lines: Sequence[Line], subject: str) -> Figure:
    rows = [_row(line, subject) for line in lines]
    ballots, blank = sum(line.valid for line in lines), sum(row.blank for row in rows)
    return Figure(
        groups=tuple(g for line in lines for g in line.groups),
        signed=all(line.signed for line in lines),
        ballots=ballots,
        options=_added([row.options for row in rows]),
        blank=blank,
        base=ballots - blank if package.rate_base == "marked" else ballots,
    )


def _row(line: Line, subject: str) -> RowCount:
    return next(row for row in line.rows if row.subject == subject)


def _added(parts: Sequence[tuple[tuple[str, int], ...]]) -> tuple[tuple[str, int], ...]:
    sums: dict[str, int] = {}
    for part in parts:
        for key, number in part:
            sums[key] = sums.get(key, 0) + number
    return tuple(sums.items())

"""The one reader of counts: who may see which figure, and never one that gives a small group back.

The office and the deciders see merged voter groups (each at least k ballots); the person sees his
own figures, groups merged further until each line stands for at least 2k (M18). Whatever would
stand for fewer than k ballots is not given, nor is any total from which it could be subtracted.
Pages, papers, exports, scores and the log all come through ``disclosed``; the one other thing that
could give a small group back, a second ballot of the same people on the same subject, is refused
before it is held (``repeated``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from cases.ballot_box.counting import Line, RowCount, SheetCount
from cases.ballot_box.merging import merge_small
from cases.ballot_box.opening import Count, anonymous, result_from_json
from cases.ballot_box.package import K_FLOOR, Package, Text
from cases.ballot_box.package import from_json as package_from_json
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

    @property
    def unanimous(self) -> bool:
        """Whether all of them say the same (B15)."""
        return self.ballots > 0 and self.ballots in (self.blank, *(n for _, n in self.options))

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


@dataclass(frozen=True, slots=True)
class Head:
    """Ballots of one merged group on a sheet. ``withheld``: too few, then only ``returned``.

    ``flags``: codes of the package's quality rules that these ballots meet.
    """

    groups: tuple[str, ...]
    signed: bool
    returned: int
    valid: int
    invalid: int
    withheld: bool
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetShown:
    """One sheet as one kind of reader gets it. ``heads`` and ``empty`` are for the office alone."""

    sheet: str
    kind: str
    item: str
    heads: tuple[Head, ...]
    empty: tuple[str, ...]
    rows: tuple[Disclosure, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted urn in the hands of those who print it: they ask, and see what they may."""

    package: Package
    count: Count

    def shown(self, scope: Scope) -> tuple[SheetShown, ...]:
        """Every sheet for one kind of reader."""
        return disclosed(self.package, self.count, scope)

    @property
    def few(self) -> Sentence | None:
        """What stands for the numbers of valid and invalid cards of an urn with fewer than k."""
        k = max(self.count.k, K_FLOOR)
        return too_few(k) if anonymous(self.count.envelopes, self.count.sheets) < k else None

    def of(self, sheet: str, subject: str, scope: Scope) -> Disclosure:
        """One subject on one sheet. Raises KeyError when the urn doesn't hold it."""
        return disclose(self.package, self.count, sheet, subject, scope)


def counted_from(package: str, result: str) -> Counted:
    """A counted urn from what is stored. Raises PackageRefusal, OpeningRefusal for broken texts."""
    return Counted(package_from_json(package), result_from_json(result))


def disclosed(package: Package, count: Count, scope: Scope) -> tuple[SheetShown, ...]:
    """All that one kind of reader may learn of an urn. The only reader of counts."""
    found = []
    for sheet, counted in zip(package.sheets, count.sheets, strict=True):
        rows = tuple(_disclosure(package, count, counted, r.subject, scope) for r in sheet.rows)
        office = scope is Scope.OFFICE
        heads = tuple(map(_head, counted.lines)) if office else ()
        empty = counted.empty if office else ()
        found.append(SheetShown(sheet.key, sheet.kind, sheet.item, heads, empty, rows))
    return tuple(found)


def disclose(package: Package, count: Count, sheet: str, subject: str, scope: Scope) -> Disclosure:
    """Figures of one subject on one sheet for one kind of reader.

    Raises KeyError when the sheet or the subject is not in the package.
    """
    rows = {r.subject for s in package.sheets if s.key == sheet for r in s.rows}
    if subject not in rows:
        raise KeyError((sheet, subject))
    counted = next(s for s in count.sheets if s.sheet == sheet)
    return _disclosure(package, count, counted, subject, scope)


def _head(line: Line) -> Head:
    return Head(
        line.groups, line.signed, line.returned, line.valid, line.invalid, line.withheld, line.flags
    )


def _disclosure(
    package: Package, count: Count, sheet: SheetCount, subject: str, scope: Scope
) -> Disclosure:
    k = max(count.k, K_FLOOR)
    lines = [line for line in sheet.lines if any(r.subject == subject for r in line.rows)]
    few = subject in sheet.withheld or any(x.withheld for x in sheet.lines) or not lines
    if scope is Scope.OFFICE:
        shown = tuple(_figure(package, [line], subject) for line in lines)
        total = None if few else _figure(package, lines, subject)
        return Disclosure(sheet.sheet, subject, shown, total, too_few(k) if few else None)
    total = None if few else _figure(package, lines, subject)
    if total is None or total.ballots < k:
        return Disclosure(sheet.sheet, subject, (), None, too_few(k))
    hides = package.unanimous == "hide"
    if hides and total.unanimous:
        return Disclosure(sheet.sheet, subject, (), None, m("意见完全一致,不列分布"))
    parts = tuple(_coarser(package, lines, subject, 2 * k))
    if hides and any(part.unanimous for part in parts):
        parts = ()
    return Disclosure(sheet.sheet, subject, parts, total, None)


Cell = tuple[str, str, str, str]
"""Kind of sheet, item, subject, electorate."""


def cells_of(package: Package) -> dict[Cell, Text]:
    """What a ballot asks whom about, with the electorate's title."""
    return {
        (sheet.kind, sheet.item, row.subject, group.counted_as): package.title_of(group.counted_as)
        for sheet in package.sheets
        for group in package.groups
        if group.key in sheet.groups
        for row in sheet.for_group(group.key).rows
    }


def repeated(package: Package, before: Collection[Cell]) -> list[Sentence]:
    """Why this ballot may not be held: figures of the same electorate on a subject are out already.

    A second count with one voter more, less the first, is that voter's ballot; no threshold on
    either of them protects him. One published count per subject and electorate.
    """
    names = {r.subject: r.name for s in package.sheets for r in s.rows}
    found = {
        (cell[2], title.zh): m(
            "“%(name)s”已由“%(group)s”测评并计票,同一年度不能再次测评",
            name=names[cell[2]],
            group=title.word,
        )
        for cell, title in cells_of(package).items()
        if cell in before
    }
    return list(found.values())


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
    sizes = {str(i): _row(line, subject).ballots for i, line in enumerate(lines)}
    picked = [[lines[int(i)] for i in keys] for keys in merge_small(sizes, least)]
    if len(picked) < 2:
        return []  # a single line is the total and is not said twice
    return [_figure(package, part, subject) for part in picked]


def _figure(package: Package, lines: Sequence[Line], subject: str) -> Figure:
    rows = [_row(line, subject) for line in lines]
    ballots, blank = sum(row.ballots for row in rows), sum(row.blank for row in rows)
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

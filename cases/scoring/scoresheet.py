"""A unit's sheet: figure, points, weight and contribution of each row, groups, items, total.

Units are compared only as the scheme says; a sheet depends on the order of nothing. Sheets are
made when asked for: scoring keeps columns (``run``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from cases.scoring.book import Book, Figure, Series, read_book
from cases.scoring.chain import LINKS
from cases.scoring.exact import plain, stored
from cases.scoring.items import ItemEntry, ItemRow, settle
from cases.scoring.joined import join_steps, unadded, unadded_whole
from cases.scoring.leaves import LeafRun
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import Step
from cases.scoring.nodes import Points
from cases.scoring.reasons import flags_of, left_out
from cases.scoring.red_lines import Cap, caps_of
from cases.scoring.rule_shapes import Title
from cases.scoring.run import ClassRun, run
from cases.scoring.shapes import Indicator, IndicatorScheme
from cases.scoring.vectors import Number
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class LeafRow:
    """One indicator on a unit's sheet: figure to contribution.

    ``weight`` is the scheme's, ``effective`` the share of the total it really had (0 to 1,
    None where excluded), ``contribution`` = points x effective, None where a group above is not
    an arithmetic mean, whose parts can't be added; then ``unadded`` says which.
    """

    indicator: str
    group: str
    method: str
    value: Decimal | None
    provenance: str
    provisional: bool
    points: Decimal | None
    weight: Decimal
    effective: Decimal | None
    contribution: Decimal | None
    remark: Sentence | None
    leaf: LeafRun = field(compare=False, repr=False)
    place: int = field(compare=False)
    rounding: tuple[Step, ...] = ()
    unadded: Sentence | None = None

    def steps(self) -> tuple[Step, ...]:
        """The arithmetic from figure to points, made when asked for."""
        at = self.leaf.frames[-1].where(self.place)
        if at is None:
            return ()
        explained = METHODS[self.method].explain(self.leaf.column, at)
        return (*_links(self.leaf, self.place), *explained, *self.rounding)


def _links(leaf: LeafRun, place: int) -> Iterator[Step]:
    """One step for each link of the chain: the figure before and after."""
    before = _figure(leaf, 0, place)
    for number, link in enumerate(leaf.chain, start=1):
        after = _figure(leaf, number, place)
        kind = LINKS[link.kind]
        name = m("变换:%(name)s", name=Title(kind.zh, kind.en))
        told = ""
        if kind.formula is not None:
            told = kind.formula(leaf.frames[number - 1], link.parameters, place)
        yield Step(name, f"{before} {told}" if told else f"{before} → {after}", after)
        before = after


def _figure(leaf: LeafRun, number: int, place: int) -> str:
    frame = leaf.frames[number]
    at = frame.where(place)
    return "—" if at is None else plain(frame.values.at(at))


@dataclass(frozen=True, slots=True)
class PartRow:
    """One child of a group as it went into the group: its weight, and its score if it had one."""

    indicator: str
    weight: Decimal
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group: mean of its present children by its rule, out of 100, or their product.

    ``joined`` is that, ``score`` what became of it: changed by a chain, scored once more among the
    units, given, filled or rounded.
    """

    indicator: str
    score: Decimal | None
    weight: Decimal
    remark: Sentence | None
    parts: tuple[PartRow, ...]
    joined: Decimal | None
    again: LeafRun | None = field(compare=False, repr=False)
    method: str
    place: int = field(compare=False)
    node: Indicator = field(compare=False, repr=False)
    rounding: tuple[Step, ...] = ()

    def steps(self) -> tuple[Step, ...]:
        """From the children to the score; nothing where it is their arithmetic mean."""
        made = _made(self.node, self.parts, self.joined)
        at = None if self.again is None else self.again.frames[-1].where(self.place)
        if self.again is None or at is None:
            return (*made, *self.rounding)
        links = _links(self.again, self.place)
        again = METHODS[self.method].explain(self.again.column, at) if self.method else ()
        return (*made, *links, *again, *self.rounding)


def _made(one: Indicator, parts: Sequence[PartRow], joined: Decimal | None) -> tuple[Step, ...]:
    there = [(p.indicator, p.weight, p.score) for p in parts if p.score is not None]
    return join_steps(one, there, joined)


@dataclass(frozen=True, slots=True)
class Scoresheet:
    """The result of one unit. ``total`` is None when nothing could be scored, with a flag.

    ``caps`` are the red lines crossed, each with the best grade it leaves; ``made`` how the parts
    were joined where they don't simply add up.
    """

    unit: str
    class_code: str
    rows: tuple[LeafRow, ...]
    groups: tuple[GroupRow, ...]
    parts: tuple[PartRow, ...]
    weighted: Decimal | None
    items: tuple[ItemRow, ...]
    total: Decimal | None
    caps: tuple[Cap, ...]
    flags: tuple[Sentence, ...]
    joined: Decimal | None = None
    """The mean of the parts, before it was rounded."""
    made: tuple[Step, ...] = ()


class Scores(Mapping[str, Scoresheet]):
    """Sheets by unit code, in the order of codes, each made when it is asked for."""

    def __init__(self, scheme: IndicatorScheme, book: Book) -> None:
        self.scheme = scheme
        self.book = book
        self.runs = run(scheme, book)

    def __len__(self) -> int:
        return len(self.book.units)

    def __iter__(self) -> Iterator[str]:
        return iter(self.book.units)

    def __getitem__(self, unit: str) -> Scoresheet:
        one, i = self.run_of(unit)
        return _sheet(self.scheme, self.book, one, self.book.places[unit], i)

    def run_of(self, unit: str) -> tuple[ClassRun, int]:
        """The run of the unit's class and where in it the unit stands. Raises KeyError."""
        place = self.book.places[unit]
        one = self.runs[self.book.classes[place]]
        return one, bisect_left(one.units, place)

    def totals(self) -> dict[str, Decimal | None]:
        """Totals after items, without making the sheets."""
        found: dict[str, Decimal | None] = dict.fromkeys(self.book.units)
        for one in self.runs.values():
            for place, total in zip(one.units, one.total.stored(), strict=True):
                found[self.book.units[place]] = total
        for unit, entries in self.book.entries.items():
            one, i = self.run_of(unit)
            score = settle(self.scheme, "indicators", _weighted(one.total.at(i)), entries)[1]
            found[unit] = None if score is None else stored(score)
        return found

    def remarks(self, unit: str) -> tuple[Sentence, ...]:
        """Flags and red lines of the unit, without making its sheet."""
        one, i = self.run_of(unit)
        place, entries = self.book.places[unit], self.book.entries.get(unit, ())
        flags = flags_of(self.scheme, self.book, one, place, i)
        caps = caps_of(self.scheme, self.book, unit, entries)
        return (*flags, *(cap.reason for cap in caps))


def score_units(
    scheme: IndicatorScheme,
    units: Mapping[str, str],
    figures: Iterable[Figure],
    entries: Iterable[ItemEntry] = (),
    attributes: Mapping[str, Mapping[str, str]] | None = None,
) -> Scores:
    """The sheets of all units (code -> class code).

    Raises DocumentErrors as ``read_book`` does; then nothing is scored.
    """
    return Scores(scheme, read_book(scheme, units, figures, entries, attributes))


def _weighted(score: Number | None) -> Fraction | None:
    return None if score is None else Fraction(score)


def _sheet(scheme: IndicatorScheme, book: Book, one: ClassRun, place: int, i: int) -> Scoresheet:
    unit = book.units[place]
    weighted = _weighted(one.total.at(i))
    entries = book.entries.get(unit, ())
    items, total = settle(scheme, "indicators", weighted, entries)
    shares, why = _effective(scheme, one, i)
    rows = tuple(
        _row(scheme, book, one, code, place, i, shares.get(code), why.get(code))
        for code in one.leaves
    )
    parts = _parts(one, scheme.roots, i)
    joined = _unrounded(one.unrounded.get(""), one.total, i)
    return Scoresheet(
        unit=unit,
        class_code=one.class_code,
        rows=rows,
        groups=tuple(
            _group(scheme, one, code, i) for code in one.weights if scheme.indicators[code].children
        ),
        parts=parts,
        weighted=None if weighted is None else stored(weighted),
        items=items,
        total=None if total is None else stored(total),
        caps=caps_of(scheme, book, unit, entries),
        flags=flags_of(scheme, book, one, place, i),
        joined=joined,
        made=_made(scheme.top, parts, joined),
    )


def _effective(
    scheme: IndicatorScheme, one: ClassRun, i: int
) -> tuple[dict[str, Fraction], dict[str, Sentence]]:
    """Share of the total of each node after leaving out what is missing, and why some don't add
    up to it: the nearest group above that is no plain mean."""
    shares: dict[str, Fraction] = {}
    told: dict[str, Sentence] = {}

    def go_down(codes: tuple[str, ...], share: Fraction, why: Sentence | None) -> None:
        present = [c for c in codes if c in one.weights and i not in one.nodes[c].gaps]
        whole = sum((one.weights[c] for c in present), Fraction(0))
        for code in present:
            shares[code] = share * one.weights[code] / whole
            if why is not None:
                told[code] = why
            node = scheme.indicators[code]
            if node.children:
                go_down(node.children, shares[code], unadded(node) or why)

    go_down(scheme.roots, Fraction(1), unadded_whole(scheme.top))
    return shares, told


_NOTHING = Series([])


def _row(
    scheme: IndicatorScheme, book: Book, one: ClassRun, code: str, place: int, i: int,
    effective: Fraction | None, why: Sentence | None,
) -> LeafRow:  # fmt: skip
    indicator, leaf = scheme.indicators[code], one.leaves[code]
    series = book.of(code) or _NOTHING
    value = series.at(place) if series.nums else None
    points = leaf.points.at(i)
    contribution = None
    if points is not None and effective is not None and why is None:
        contribution = stored(Fraction(points) * effective)
    return LeafRow(
        indicator=code,
        group=indicator.parent or "",
        method=indicator.method,
        value=None if value is None else stored(value),
        provenance=series.provenance.get(place, ""),
        provisional=place in series.provisional,
        points=None if points is None else stored(points),
        weight=stored(one.weights.get(code, Fraction(0))),
        effective=None if effective is None else stored(effective),
        contribution=contribution,
        remark=leaf.points.remarks.get(i),
        leaf=leaf,
        place=place,
        rounding=_rounding(indicator, leaf.unrounded, leaf.points, i),
        unadded=None if points is None or why is None else m("%(why)s,不能折合相加", why=why),
    )


def _unrounded(before: Points | None, after: Points, i: int) -> Decimal | None:
    score = (after if before is None else before).at(i)
    return None if score is None else stored(score)


def _rounding(one: Indicator, before: Points | None, after: Points, i: int) -> tuple[Step, ...]:
    """The step from a score to the rounded one, where the scheme rounds it."""
    score, told = after.at(i), None if before is None else before.at(i)
    if one.places is None or score is None or told is None:
        return ()
    title = m("四舍五入到 %(n)s 位小数", n=one.places)
    return (Step(title, f"{stored(told):f}", plain(score)),)


def _group(scheme: IndicatorScheme, one: ClassRun, code: str, i: int) -> GroupRow:
    node = scheme.indicators[code]
    points = one.nodes[code]
    score, remark = points.at(i), points.remarks.get(i)
    again = one.again.get(code)
    before = one.unrounded.get(code)
    joined = points if before is None else before
    joined = joined if again is None else again.joined
    return GroupRow(
        indicator=code,
        score=None if score is None else stored(score),
        weight=stored(one.weights[code]),
        remark=remark if score is not None else left_out(scheme, node, one, joined, i) or remark,
        parts=_parts(one, node.children, i),
        joined=_unrounded(None, joined, i),
        again=None if again is None else again.leaf,
        method="" if node.again is None else node.again.method,
        place=one.units[i],
        node=node,
        rounding=_rounding(node, before, points, i),
    )


def _parts(one: ClassRun, codes: tuple[str, ...], i: int) -> tuple[PartRow, ...]:
    found = []
    for code in codes:
        if code in one.weights:
            score = one.nodes[code].at(i)
            weight = stored(one.weights[code])
            found.append(PartRow(code, weight, None if score is None else stored(score)))
    return tuple(found)

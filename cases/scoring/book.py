"""The figures of a scoring run as columns: units in the order of their codes, one column a series.

Reading a book is the load; scoring it never parses a number again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cases.scoring.blocks import Block, Whole, block_of
from cases.scoring.exact import LARGEST, Numeric, decimal_parts, exact
from cases.scoring.items import ItemEntry
from cases.scoring.reading import DocumentErrors, Problem, short
from cases.scoring.shapes import IndicatorScheme
from cases.scoring.vectors import Exact, divided
from workflow.words import m

_WORD = 2**62


class Figure(NamedTuple):
    """One indicator value of one unit; ``value`` None is missing, ``target`` its own target.

    ``previous`` is last year's figure. ``provenance`` says where it comes from (document, version
    id), ``provisional`` that the gate was passed with it (M1), ``applies`` False that the
    indicator does not concern the unit, which is not the same as missing.
    """

    unit: str
    indicator: str
    value: Numeric | None
    target: Numeric | None = None
    provenance: str = ""
    provisional: bool = False
    previous: Numeric | None = None
    applies: bool = True


@dataclass(slots=True)
class Series:
    """One series, by position of the unit: ``nums[place] / den``, None where there is no figure.

    ``ready`` holds the same as floats where no figure is missing."""

    nums: list[int | None]
    den: int = 1
    targets: dict[int, Fraction] = field(default_factory=dict)
    previous: Series | None = None
    provenance: dict[int, str] = field(default_factory=dict)
    provisional: set[int] = field(default_factory=set)
    apart: set[int] = field(default_factory=set)
    ready: NDArray[np.float64] | None = None
    whole: Whole | None = None
    """The same for blocks, where the numerators fit a machine word."""

    def at(self, place: int) -> Fraction | None:
        num = self.nums[place]
        return None if num is None else Fraction(num, self.den)

    def column(self, places: Sequence[int]) -> tuple[Sequence[int], Exact]:
        """Which of the places have a figure, and the figures there."""
        if self.whole is not None:
            return self._words(places, self.whole)
        nums = [self.nums[place] for place in places]
        if None not in nums:
            return places, Exact(nums, self.den)  # type: ignore[arg-type]
        kept = [place for place in places if self.nums[place] is not None]
        return kept, Exact([n for n in nums if n is not None], self.den)

    def _words(self, places: Sequence[int], whole: Whole) -> tuple[Sequence[int], Exact]:
        at: Any = slice(None) if len(places) == len(self.nums) else list(places)
        if self.ready is not None:
            return places, Exact(whole.nums[at], self.den, whole.figures[at])
        there = whole.there[at]
        if there.all():
            return places, Exact(whole.nums[at], self.den, whole.figures[at])
        kept = np.array(places, dtype=np.int64)[there]
        return kept.tolist(), Exact(whole.nums[kept], self.den, whole.figures[kept])


@dataclass(frozen=True, slots=True)
class Book:
    """All that a run looks at; ``attributes`` are columns of the units, such as their region."""

    units: tuple[str, ...]
    places: Mapping[str, int]
    classes: tuple[str, ...]
    series: Mapping[str, Series]
    entries: Mapping[str, tuple[ItemEntry, ...]]
    attributes: Mapping[str, Sequence[str]]
    members: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    blocks: Mapping[str, Block] = field(default_factory=dict)
    """By class, in the order of their codes: positions of the units, their figures as a matrix."""

    def of(self, code: str) -> Series | None:
        return self.series.get(code)


def read_book(
    scheme: IndicatorScheme,
    units: Mapping[str, str],
    figures: Iterable[Figure],
    entries: Iterable[ItemEntry] = (),
    attributes: Mapping[str, Mapping[str, str]] | None = None,
) -> Book:
    """The book of the units (code -> class code); ``attributes`` by name, then by unit.

    Raises DocumentErrors for unknown units, classes, indicators and items, for a figure given
    twice and for anything that is not a finite number; then nothing is scored.
    """
    problems: list[Problem] = []
    _check_units(scheme, units, problems)
    ordered = tuple(sorted(units))
    places = {unit: place for place, unit in enumerate(ordered)}
    table = _Table(scheme, places, problems)
    for one in figures:
        table.put(one)
    kept = _entries(scheme, units, entries, problems)
    if problems:
        raise DocumentErrors(problems)
    classes, series = tuple(units[unit] for unit in ordered), table.sealed()
    members = _members(classes)
    columns = {code: whole for code in scheme.indicators if (whole := _of(series, code))}
    return Book(
        units=ordered,
        places=places,
        classes=classes,
        series=series,
        entries={unit: tuple(rows) for unit, rows in kept.items()},
        attributes={
            name: tuple(by_unit.get(unit, "") for unit in ordered)
            for name, by_unit in (attributes or {}).items()
        },
        members=members,
        blocks={code: block_of(columns, at) for code, at in members.items()},
    )


def _of(series: Mapping[str, Series], code: str) -> Whole | None:
    return series[code].whole if code in series else None


def _members(classes: Sequence[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for place, code in enumerate(classes):
        found.setdefault(code, []).append(place)
    return {code: tuple(found[code]) for code in sorted(found)}


def _check_units(
    scheme: IndicatorScheme, units: Mapping[str, str], problems: list[Problem]
) -> None:
    for unit, code in sorted(units.items()):
        if code not in scheme.classes:
            problems.append((unit, m("没有类别“%(code)s”", code=code)))
        elif not scheme.classes[code].leaf:
            problems.append((unit, m("单位只能归入最末级类别,不能归入“%(code)s”", code=code)))


class _Filling:
    """A column on its way: decimals as whole numbers with their places, other fractions apart."""

    __slots__ = ("nums", "odd", "places", "seen")

    def __init__(self, size: int) -> None:
        self.nums: list[int | None] = [None] * size
        self.places = bytearray(size)
        self.seen = bytearray(size)
        self.odd: dict[int, Fraction] = {}

    def put(self, place: int, value: Numeric) -> None:
        """Raises ValueError and TypeError as ``exact`` does."""
        if type(value) is int and abs(value) < LARGEST:
            self.nums[place] = value
            return
        text = str(value) if isinstance(value, str | Decimal) else ""
        parts = decimal_parts(text)
        if parts is None:
            self.odd[place] = exact(value)
        else:
            self.nums[place], self.places[place] = parts

    def sealed(self) -> tuple[list[int | None], int]:
        """Numerators over one denominator."""
        most = max(self.places, default=0)
        found = self.nums
        if most and min(self.places) < most:
            times = [10 ** (most - places) for places in range(most + 1)]
            found = [
                None if num is None else num * times[places]
                for num, places in zip(found, self.places, strict=True)
            ]
        if not self.odd:
            return found, 10**most
        whole = {i: Fraction(num, 10**most) for i, num in enumerate(found) if num is not None}
        whole |= self.odd
        exacts = Exact.of(whole.values())
        found = [None] * len(found)
        for place, num in zip(whole, exacts.nums, strict=True):
            found[place] = num
        return found, exacts.den


class _Table:
    """Figures as they come, until all are there."""

    def __init__(
        self, scheme: IndicatorScheme, places: Mapping[str, int], problems: list[Problem]
    ) -> None:
        self.scheme = scheme
        self.places = places
        self.problems = problems
        self.columns: dict[str, _Filling] = {}
        self.series: dict[str, Series] = {}
        self.before: dict[str, _Filling] = {}

    def put(self, one: Figure) -> None:
        unit, indicator, value, target, provenance, provisional, previous, applies = one
        place = self.places.get(unit)
        if place is None:
            self.problems.append((_path(one), m("没有单位“%(code)s”", code=unit)))
            return
        column = self.columns.get(indicator)
        if column is None:
            if not takes_figures(self.scheme, indicator):
                self.problems.append((_path(one), m("没有指标“%(code)s”", code=indicator)))
                return
            column = self.columns[indicator] = _Filling(len(self.places))
            self.series[indicator] = Series([])
        if column.seen[place]:
            self.problems.append((_path(one), m("同一单位同一指标有两个数值")))
            return
        column.seen[place] = 1
        if value is not None and applies:
            self._put(column, place, one, value)
        if provenance:
            self.series[indicator].provenance[place] = provenance
        if target is not None or previous is not None or provisional or not applies:
            self._beside(one, place)

    def _beside(self, one: Figure, place: int) -> None:
        series = self.series[one.indicator]
        target = self._number(one, one.target)
        if target is not None:
            series.targets[place] = target
        if one.previous is not None:
            before = self.before.setdefault(one.indicator, _Filling(len(self.places)))
            self._put(before, place, one, one.previous)
        if one.provisional:
            series.provisional.add(place)
        if not one.applies:
            series.apart.add(place)

    def _put(self, column: _Filling, place: int, one: Figure, value: Numeric) -> None:
        try:
            column.put(place, value)
        except (ValueError, TypeError):
            self._refuse(one, value)

    def _number(self, one: Figure, value: Numeric | None) -> Fraction | None:
        try:
            return None if value is None else exact(value)
        except (ValueError, TypeError):
            self._refuse(one, value)
            return None

    def _refuse(self, one: Figure, value: Numeric | None) -> None:
        sentence = m("“%(value)s”不是有效的数字", value=short(str(value)))
        self.problems.append((_path(one), sentence))

    def sealed(self) -> dict[str, Series]:
        """The series, each over one denominator."""
        for code, column in self.columns.items():
            series = self.series[code]
            series.nums, series.den = column.sealed()
            series.whole = _whole(series)
            if code in self.before:
                series.previous = Series(*self.before[code].sealed())
            if series.ready is None and None not in series.nums:
                series.ready = divided(series.nums, series.den)  # type: ignore[arg-type]
        return self.series


def _whole(series: Series) -> Whole | None:
    """The numerators as machine words, None where they don't fit."""
    there = np.array([num is not None for num in series.nums], dtype=bool)
    filled = [0 if num is None else num for num in series.nums]
    if max(filled, default=0) >= _WORD or min(filled, default=0) <= -_WORD:
        return None
    figures = divided(filled, series.den)
    if there.all():
        series.ready = figures
    return Whole(np.array(filled, dtype=np.int64), figures, there)


def takes_figures(scheme: IndicatorScheme, code: str) -> bool:
    """Whether figures may be given for a code: leaves, groups taken as given, helping series."""
    one = scheme.indicators.get(code)
    if one is None:
        return code in scheme.series
    return not one.children or one.given


def _path(one: Figure) -> str:
    return f"{one.unit}/{one.indicator}"


def _entries(
    scheme: IndicatorScheme,
    units: Mapping[str, str],
    entries: Iterable[ItemEntry],
    problems: list[Problem],
) -> dict[str, list[ItemEntry]]:
    found: dict[str, list[ItemEntry]] = {}
    for one in entries:
        item = scheme.items.get(one.item)
        if one.subject not in units:
            problems.append((one.subject, m("没有单位“%(code)s”", code=one.subject)))
        elif item is None or item.applies_at != "indicators":
            problems.append((one.subject, m("没有加减分项“%(code)s”", code=one.item)))
        else:
            found.setdefault(one.subject, []).append(one)
    return found

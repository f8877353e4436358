"""One scoring run: every class by itself, column by column, from figures to a total."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from itertools import chain
from typing import Any

from cases.scoring.again import Again, scored_again, scored_beside
from cases.scoring.book import Book, Series
from cases.scoring.chain import through
from cases.scoring.chain.link import Frame
from cases.scoring.leaves import LeafRun, narrowed, placed
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import Column, Scored
from cases.scoring.nodes import EXACT, Points, join, rounded
from cases.scoring.products import PRODUCT, Factor, product, product_of
from cases.scoring.shapes import Indicator, IndicatorScheme
from cases.scoring.stand_ins import as_given, filled
from cases.scoring.tables import Tables, mean_of, stacked, tables_of
from cases.scoring.vectors import Exact, Number
from cases.scoring.weighing import Found, weights_for

_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class ClassRun:
    """One class: positions of its units in the book, weights, scores of leaves and groups.

    ``again`` are the groups scored once more, ``unrounded`` scores of groups (and, under ``""``,
    the total) before they were rounded.
    """

    class_code: str
    units: tuple[int, ...]
    weights: Mapping[str, Fraction]
    leaves: Mapping[str, LeafRun]
    nodes: Mapping[str, Points]
    total: Points
    again: Mapping[str, Again] = field(default_factory=dict)
    unrounded: Mapping[str, Points] = field(default_factory=dict)


class Leaves(Mapping[str, LeafRun]):
    """The indicators of a class, each made when it is asked for and kept."""

    def __init__(self, codes: tuple[str, ...], make: Callable[[str], LeafRun]) -> None:
        self._codes = dict.fromkeys(codes)
        self._make = make
        self._made: dict[str, LeafRun] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __getitem__(self, code: str) -> LeafRun:
        found = self._made.get(code)
        if found is None:
            if code not in self._codes:
                raise KeyError(code)
            found = self._made[code] = self._make(code)
        return found


class Nodes(Mapping[str, Points]):
    """Scores of the indicators, then of the groups."""

    def __init__(self, leaves: Leaves, groups: dict[str, Points]) -> None:
        self._leaves = leaves
        self._groups = groups

    def __len__(self) -> int:
        return len(self._leaves) + len(self._groups)

    def __iter__(self) -> Iterator[str]:
        return chain(self._leaves, self._groups)

    def __getitem__(self, code: str) -> Points:
        found = self._groups.get(code)
        return self._leaves[code].points if found is None else found


@dataclass(slots=True)
class Joining:
    """One class on its way: the scores of its indicators, and the groups joined so far."""

    weights: Mapping[str, Fraction]
    units: tuple[int, ...]
    leaves: Mapping[str, Points]
    tables: Tables
    compare: Callable[[Indicator, Points], LeafRun]
    """A group scored once more: out of its scores in this class, over its cohort."""
    groups: dict[str, Points] = field(default_factory=dict)
    joined: dict[str, Points] = field(default_factory=dict)
    again: dict[str, Again] = field(default_factory=dict)
    unrounded: dict[str, Points] = field(default_factory=dict)
    quick: Mapping[str, Any] = field(init=False)
    """The weights, as floats where they are a statistic."""

    def __post_init__(self) -> None:
        self.quick = self.weights.floats if isinstance(self.weights, Found) else self.weights

    def points(self, code: str) -> Points:
        """Scores of a node, without remarks where they are not made yet."""
        if code in self.groups:
            return self.groups[code]
        return self.tables.points(code) if code in self.tables.found else self.leaves[code]


@dataclass(slots=True)
class _Runner:
    scheme: IndicatorScheme
    book: Book
    members: Mapping[str, tuple[int, ...]]
    shared: dict[tuple[str, str], LeafRun] = field(default_factory=dict)
    classes: dict[str, tuple[Leaves, Joining]] = field(default_factory=dict)


def run(scheme: IndicatorScheme, book: Book) -> dict[str, ClassRun]:
    """Class code -> run, for the classes that have units, in the order of their codes."""
    runner = _Runner(scheme, book, book.members)
    return {code: _class_run(runner, code) for code in book.members}


def _class_run(runner: _Runner, class_code: str) -> ClassRun:
    leaves, joining = _class(runner, class_code)
    total = joined_up(runner.scheme, runner.book, joining)
    return ClassRun(
        class_code,
        joining.units,
        joining.weights,
        leaves,
        Nodes(leaves, joining.groups),
        total,
        joining.again,
        joining.unrounded,
    )


def _class(runner: _Runner, class_code: str) -> tuple[Leaves, Joining]:
    """A class with nothing joined yet; made once, as another class may ask for its groups."""
    if class_code in runner.classes:
        return runner.classes[class_code]
    scheme, book, units = runner.scheme, runner.book, runner.members[class_code]
    codes = scheme.leaves(class_code)
    leaves = Leaves(codes, lambda code: _leaf_in_class(runner, scheme.indicators[code], class_code))
    tables = tables_of((scheme.indicators[c] for c in codes), book.blocks.get(class_code))
    nodes = Nodes(leaves, {})
    joining = Joining(
        weights_for(scheme, class_code, nodes, tables),
        units,
        nodes,
        tables,
        lambda one, joined: _group_in_class(runner, one, class_code, joined),
    )
    runner.classes[class_code] = (leaves, joining)
    return leaves, joining


def _group_in_class(runner: _Runner, one: Indicator, class_code: str, joined: Points) -> LeafRun:
    """A group scored once more, among its class or a wider cohort."""
    again, units = one.again, runner.members[class_code]
    assert again is not None
    key = cohort_key(runner.scheme, again, class_code)
    if key == class_code:
        return scored_again(again, runner.book, [(units, joined)])
    if (one.code, key) not in runner.shared:
        parts = [
            (runner.members[code], _joined_in(runner, one, code))
            for code in runner.members
            if cohort_key(runner.scheme, again, code) == key
            and one.code in _class(runner, code)[1].weights
        ]
        runner.shared[one.code, key] = scored_again(again, runner.book, parts)
    return narrowed(runner.shared[one.code, key], units)


def _joined_in(runner: _Runner, one: Indicator, class_code: str) -> Points:
    joining = _class(runner, class_code)[1]
    return _joined_up(runner.scheme, runner.book, one, one.children, joining)


def joined_up(scheme: IndicatorScheme, book: Book, joining: Joining) -> Points:
    """The total of a class out of the scores of its indicators, every group filled in below it."""
    return _group(scheme, book, scheme.top, scheme.roots, joining)


def _group(
    scheme: IndicatorScheme,
    book: Book,
    one: Indicator,
    children: Sequence[str],
    joining: Joining,
) -> Points:
    """The score of a group, its own groups filled in first."""
    joined = _joined_up(scheme, book, one, children, joining)
    if one.again is not None:
        again = joining.again.get(one.code)
        if again is None:
            again = joining.again[one.code] = Again(joined, partial(joining.compare, one, joined))
        joined = again.points
    if one.given:
        joined = as_given(book.of(one.code), joining.units, joined)
    if one.fill and joined.gaps:
        joined = filled(joined, book.attributes.get(one.fill, ()), joining.units)
    if one.places is not None:
        joining.unrounded[one.code] = joined
        joined = rounded(joined, one.places)
    return joined


def _joined_up(
    scheme: IndicatorScheme,
    book: Book,
    one: Indicator,
    children: Sequence[str],
    joining: Joining,
) -> Points:
    """The children of a group joined, theirs before; once, as another class may ask first."""
    if one.code in joining.joined:
        return joining.joined[one.code]
    counted = [code for code in children if code in joining.quick]
    groups = [below for code in counted if (below := scheme.indicators[code]).children]
    _beside(scheme, book, [below for below in groups if below.again is not None], joining)
    for below in groups:
        joining.groups[below.code] = _group(scheme, book, below, below.children, joining)
    if one.aggregate == PRODUCT:
        found = _multiplied(scheme, one, counted, joining)
    else:
        found = _joined(one, counted, joining)
    joining.joined[one.code] = found
    return found


def _multiplied(
    scheme: IndicatorScheme, one: Indicator, counted: list[str], joining: Joining
) -> Points:
    """The children of a product that count for the class multiplied, each to its power."""
    powers = [one.exponents.get(code, _ONE) for code in counted] if one.exponents else ()
    side_by_side = joining.tables.together(counted)
    if side_by_side is not None and side_by_side[0].there is None:
        table, first = side_by_side
        found = product_of(table.points[first : first + len(counted)], powers)
        if found is not None:
            return found
    factors = [
        Factor(scheme.indicators[code].title, one.exponents.get(code, _ONE), joining.points(code))
        for code in counted
    ]
    return product(factors, len(joining.units))


def _beside(
    scheme: IndicatorScheme, book: Book, groups: Sequence[Indicator], joining: Joining
) -> None:
    """Groups that are scored once more in their class: in one go, where they can be."""
    own = [(one, one.again) for one in groups if one.again and one.again.cohort == "class"]
    if len(own) < 2:
        return
    joined = [_joined_up(scheme, book, one, one.children, joining) for one, _ in own]
    found = scored_beside(
        [(again, points) for (_, again), points in zip(own, joined, strict=True)], book
    )
    for (one, _), before, points in zip(own, joined, found or (), strict=False):
        joining.again[one.code] = Again(before, partial(joining.compare, one, before), points)


def _joined(one: Indicator, counted: list[str], joining: Joining) -> Points:
    """The children joined: as one table where the result is a statistic, else exactly."""
    weighed = joining.quick
    loose = weighed is not joining.weights
    side_by_side = joining.tables.together(counted)
    children: list[Points] = []
    if side_by_side is None:
        children = [joining.points(code) for code in counted]
        floats = loose or one.aggregate not in EXACT or all(p.exact is None for p in children)
        side_by_side = (stacked(counted, children), 0) if children and floats else None
    if side_by_side is not None:
        weights = [weighed[code] for code in counted]
        mean = mean_of(
            weights, *side_by_side, one.availability, one.aggregate, one.amount, floats=loose
        )
        if mean is not None:
            return mean
    children = children or [joining.points(code) for code in counted]
    parts = [(joining.weights[code], own) for code, own in zip(counted, children, strict=True)]
    return join(one.aggregate, parts, len(joining.units), one.availability, one.amount)


def _leaf_in_class(runner: _Runner, one: Indicator, class_code: str) -> LeafRun:
    """The indicator in one class, out of a wider cohort where the scheme compares wider."""
    key = cohort_key(runner.scheme, one, class_code)
    if key == class_code:
        return _leaf(runner, one, runner.members[class_code], class_code)
    if (one.code, key) not in runner.shared:
        compared = sorted(
            place
            for code, places in runner.members.items()
            if cohort_key(runner.scheme, one, code) == key
            and one.code in runner.scheme.leaves(code)
            for place in places
        )
        runner.shared[one.code, key] = _leaf(runner, one, tuple(compared), "")
    whole = runner.shared[one.code, key]
    return narrowed(whole, runner.members[class_code])


def cohort_key(scheme: IndicatorScheme, one: Indicator, class_code: str) -> str:
    """What units share that are compared with one another; the class itself by default."""
    if one.cohort == "all":
        return "*"
    parent = scheme.classes[class_code].parent
    return f"/{parent}" if one.cohort == "parent" and parent else class_code


def _leaf(runner: _Runner, one: Indicator, units: tuple[int, ...], class_code: str) -> LeafRun:
    book, series = runner.book, runner.book.of(one.code) or Series([None] * len(runner.book.units))
    at, values = series.column(units)
    frame = Frame(book, units, tuple(at), values, one.direction, frozenset(series.apart))
    frames = [frame]
    for link in one.chain:
        frame = through(link, frame)
        frames.append(frame)
    column = Column(
        values=frame.values,
        direction=frame.direction,
        parameters=one.parameters,
        targets=_targets(runner, one, series, frame.at, class_code),
    )
    if METHODS[one.method].needs_previous and one.chain:
        column = replace(column, previous=_chained(book, one, frame))
    elif METHODS[one.method].needs_previous:
        column = _with_previous(column, series.previous, frame.at)
    scored = METHODS[one.method].score(column) if len(column) else Scored(Exact([]))
    points, lost = placed(one, series.apart, units, frame, scored)
    found = LeafRun(points, column, tuple(frames), one.chain, lost)
    if one.places is None:
        return found
    return replace(found, points=rounded(points, one.places), unrounded=points)


def _targets(
    runner: _Runner, one: Indicator, series: Series, at: Sequence[int], class_code: str
) -> Fraction | list[Fraction | None] | None:
    if not series.targets and class_code:
        return one.target(class_code)
    classes = runner.book.classes
    return [series.targets.get(place, one.target(classes[place])) for place in at]


def _with_previous(column: Column, before: Series | None, at: Sequence[int]) -> Column:
    if before is None:
        return column
    nums = [before.nums[place] for place in at]
    unknown = frozenset(i for i, num in enumerate(nums) if num is None) if None in nums else ()
    known = Exact([0 if num is None else num for num in nums] if unknown else nums, before.den)  # type: ignore[arg-type]
    return replace(column, previous=known, unknown=frozenset(unknown))


def _chained(book: Book, one: Indicator, now: Frame) -> list[Number | None]:
    """Last year's figures by the same chain, over last year's divisors; what isn't known is never
    filled by the mean of others."""
    before = replace(book, series={c: s.previous for c, s in book.series.items() if s.previous})
    series = before.of(one.code)
    if series is None:
        return [None] * len(now.at)
    at, values = series.column(now.units)
    frame = Frame(before, now.units, tuple(at), values, one.direction, now.apart)
    for link in one.chain:
        if link.kind != "impute":
            frame = through(link, frame)
    return [None if (i := frame.where(at)) is None else frame.values.at(i) for at in now.at]

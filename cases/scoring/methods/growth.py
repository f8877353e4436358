"""Growth on the unit's own last year: base + points x percentage points, or min-max of growth.

``measure`` says whether growth is a rate (percent of last year) or a difference (for figures that
are percentages themselves); in reverse a fall is growth. A rate needs last year's figure above
zero; else there are no points, or by the word ``nonpositive`` the difference counts. Source:
进步率/增幅 of published schemes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from cases.scoring.exact import plain, pointed
from cases.scoring.fine import quotients
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step, taken
from cases.scoring.methods.pairs import like, minus, ratio, same_figures
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact, Floats, Number, Vector
from workflow.words import Sentence, m

ZERO = Fraction(0)
_ROOM = 2**62
_OUTSIDE = m("得分超出上下限,按上下限计分")
_UNKNOWN = m("缺上年数,不能计算增幅")
_NO_RATE = m("上年数不大于零,不能计算增幅")


@dataclass(frozen=True, slots=True)
class _Growth:
    """Growth on the good side by place, in percent or in the figure's unit.

    ``absolute`` are places without a rate that count by their difference; ``gaps`` those without
    growth.
    """

    values: Vector
    absolute: frozenset[int]
    gaps: dict[int, Sentence]


def _growth(column: Column) -> _Growth:
    known = column.previous if len(column.previous) else [None] * len(column)
    gaps: dict[int, Sentence] = dict.fromkeys(sorted(column.unknown), _UNKNOWN)
    if not isinstance(known, Exact):
        gaps = {place: _UNKNOWN for place, one in enumerate(known) if one is None}
    before = like(column.values, known)
    change = minus(column.values, before) if column.best_is_high else minus(before, column.values)
    if column.word("measure", "rate") == "difference":
        return _Growth(change, frozenset(), gaps)
    rates = ratio(change, before, 100)
    low = [place for place in _not_above_zero(before) if place not in gaps]
    if column.word("nonpositive", "gap") == "gap":
        gaps |= dict.fromkeys(low, _NO_RATE)
        return _Growth(rates, frozenset(), gaps)
    return _Growth(_put(rates, change, low), frozenset(low), gaps)


def _not_above_zero(before: Vector) -> list[int]:
    if not len(before) or before.lowest() > 0:
        return []
    if isinstance(before, Exact):
        return [place for place, n in enumerate(before.nums) if n <= 0]
    return [place for place, value in enumerate(before.array.tolist()) if value <= 0]


def _put(rates: Vector, change: Vector, at: list[int]) -> Vector:
    """The differences in the place of the rates where there is no rate."""
    if not at:
        return rates
    if isinstance(rates, Exact):
        found = rates.all()
        for place in at:
            found[place] = Fraction(change.at(place))
        return Exact.of(found)
    array = rates.array.copy()
    array[at] = change.floats().array[at]
    return Floats(array)


def _ends(growth: _Growth) -> tuple[Number, Number] | None:
    """Lowest and highest growth there is; None where there is none."""
    there = growth.values
    if growth.gaps:
        there = taken(there, [i for i in range(len(there)) if i not in growth.gaps])
    return (there.lowest(), there.highest()) if len(there) else None


def _by_points(column: Column, values: Vector) -> Vector:
    base = column.number("base", ZERO)
    return values.line(column.number("per_point", Fraction(1)), 0, base)


def _by_minmax(column: Column, values: Vector, low: Number, high: Number) -> Vector:
    base = min(column.number("base", ZERO), column.number("full", FULL))
    rest, room = column.number("full", FULL) - base, high - low
    slope = rest / room if isinstance(room, Fraction) else float(rest) / room
    return values.line(slope, low, base)


def _bounded(column: Column, points: Vector) -> Vector:
    return points.clip(ZERO, column.number("full", FULL))


def _at_once(column: Column) -> Scored | None:
    """The points of rates by whole points a percent, in machine words: the same to the last digit.

    None where the rule or the figures don't go that way.
    """
    before, values = column.previous, column.values
    plain_rule = (
        column.word("by", "points") == "points"
        and column.word("measure", "rate") == "rate"
        and column.word("nonpositive", "gap") == "gap"
    )
    each = column.number("per_point", Fraction(1))
    if not plain_rule or each.denominator != 1 or not isinstance(before, Exact):
        return None
    if not isinstance(values, Exact):
        return None
    pair = _in_words(values, before)
    if pair is None:
        return None
    now, then = pair
    none = then <= 0
    change = (now - then if column.best_is_high else then - now) * 100
    rates = quotients(np.where(none, 0, change), np.where(none, 1, then))
    free = None if rates is None else rates.times(int(each), column.number("base", ZERO))
    bounded = None if free is None else free.clip(0, column.number("full", FULL))
    if bounded is None:
        return None
    gaps: dict[int, Sentence] = dict.fromkeys(sorted(column.unknown), _UNKNOWN)
    gaps |= dict.fromkeys((i for i in np.flatnonzero(none).tolist() if i not in gaps), _NO_RATE)
    points, below, above = bounded
    remarks = dict.fromkeys([*below, *above], _OUTSIDE)
    return Scored(Exact([]), remarks, gaps, fine=points)


def _in_words(first: Exact, second: Exact) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Both columns over one denominator in 64-bit numbers with room for a hundredfold."""
    den = lcm(first.den, second.den)
    found = []
    for one in (first, second):
        times = den // one.den
        if one.words is None or max(one.most, 1) * times * 200 >= _ROOM:
            return None
        found.append(one.words * times)
    return found[0], found[1]


def score(column: Column) -> Scored:
    """Points from 0 to full; growth that is the same everywhere gets ``equal`` in min-max."""
    return _at_once(column) or one_by_one(column)


def one_by_one(column: Column) -> Scored:
    """The same for every rule and any figures."""
    growth = _growth(column)
    gaps = growth.gaps
    remarks = dict.fromkeys(growth.absolute, m("上年数不大于零,按增减量计"))
    if column.word("by", "points") == "minmax":
        ends = _ends(growth)
        if ends is None:
            return Scored(growth.values, {}, gaps)
        if ends[0] == ends[1]:
            equal = _equal(column)
            same = same_figures(len(column) - len(gaps), equal)[0]
            return Scored(
                growth.values.line(0, add=equal), dict.fromkeys(range(len(column)), same), gaps
            )
        return Scored(_bounded(column, _by_minmax(column, growth.values, *ends)), remarks, gaps)
    free = _by_points(column, growth.values)
    outside = [*free.below(0), *free.above(column.number("full", FULL))]
    bounds = dict.fromkeys(outside, _OUTSIDE)
    return Scored(_bounded(column, free), {**bounds, **remarks}, gaps)


def _equal(column: Column) -> Fraction:
    return column.number("equal", column.number("full", FULL))


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Growth, points."""
    growth = _growth(column)
    if place in growth.gaps:
        return ()
    steps = (_growth_step(column, growth, place),)
    own = taken(growth.values, [place])
    rate, full = plain(own.at(0)), plain(column.number("full", FULL))
    if column.word("by", "points") != "minmax":
        points = _bounded(column, _by_points(column, own)).at(0)
        each = plain(column.number("per_point", Fraction(1)))
        line = f"{plain(column.number('base', ZERO))} + {each} × {rate}"
        formula = f"min({full}, max(0, {line}))"
        return (*steps, Step(m("折算得分"), formula, pointed(points)))
    low, high = _ends(growth) or (0, 0)
    posts = Step(m("最小值、最大值"), f"{plain(low)}, {plain(high)}", plain(high - low))
    if low == high:
        equal = _equal(column)
        return (*steps, posts, Step(m("数值相同"), plain(equal), pointed(equal)))
    points = _bounded(column, _by_minmax(column, own, low, high)).at(0)
    base = plain(min(column.number("base", ZERO), column.number("full", FULL)))
    share = f"({rate} − {plain(low)}) ÷ ({plain(high)} − {plain(low)})"
    formula = f"{base} + ({full} − {base}) × {share}"
    return (*steps, posts, Step(m("折算得分"), formula, pointed(points)))


def _growth_step(column: Column, growth: _Growth, place: int) -> Step:
    before = plain(column.before(place) or 0)
    now, found = plain(column.values.at(place)), plain(growth.values.at(place))
    said = f"{now} − {before}" if column.best_is_high else f"{before} − {now}"
    if column.word("measure", "rate") == "difference" or place in growth.absolute:
        return Step(m("比上年增减量"), said, found)
    return Step(m("比上年增幅(百分比)"), f"({said}) ÷ {before} × 100", found)


def _refuse(parameters: Mapping[str, Parameter]) -> Sentence | None:
    base, full = parameters.get("base"), parameters.get("full", FULL)
    if isinstance(base, Fraction) and isinstance(full, Fraction) and base > full:
        return m("基础分不应大于满分")
    return None


METHOD = Method(
    code="growth",
    zh="比上年进步",
    en="Growth on last year",
    score=score,
    explain=explain,
    numbers={
        "full": (0, 10000),
        "base": (0, 10000),
        "per_point": (0, 10000),
        "equal": (0, 10000),
    },
    refuse=_refuse,
    words={
        "by": ("points", "minmax"),
        "measure": ("rate", "difference"),
        "nonpositive": ("gap", "difference"),
    },
    needs_previous=True,
)

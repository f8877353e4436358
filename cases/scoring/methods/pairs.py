"""Two columns at once: a figure with its target or with last year's figure.

Also whole units of a gap, and the remark for a class that can't be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from cases.scoring.exact import pointed
from cases.scoring.fine import ROOM
from cases.scoring.methods.method import Column
from cases.scoring.vectors import FINE, SAME, Exact, Floats, Number, Vector
from workflow.words import Sentence, m

PROPORTIONAL = "proportional"
POLICIES = (PROPORTIONAL, "floor", "ceil")
"""How a part of a unit counts: by its share, not at all, as a whole one."""

_WIDEST = 2**512
ZERO = Fraction(0)


def like(values: Vector, others: Sequence[Number | None] | Exact) -> Vector:
    """The others in the arithmetic of ``values``, 0 where there is none."""
    if isinstance(values, Floats):
        if isinstance(others, Exact):
            return others.floats()
        return Floats.of(0 if one is None else one for one in others)
    if isinstance(others, Exact):
        return others
    kept = [ZERO if one is None else one for one in others]
    if any(type(one) is float for one in kept):
        kept = [Fraction(one) for one in kept]
    return _over_one(kept)  # type: ignore[arg-type]  # no float is left


def _over_one(values: Sequence[Fraction]) -> Exact:
    """As ``Exact.of``, for many values over few denominators."""
    below = [one.denominator for one in values]
    den = lcm(*set(below))
    if den > _WIDEST:
        return Exact.of(values)
    times = {one: den // one for one in set(below)}
    return Exact([one.numerator * times[b] for one, b in zip(values, below, strict=True)], den)


def minus(first: Vector, second: Vector) -> Vector:
    """first - second, place by place, both in one arithmetic."""
    if isinstance(first, Floats) or isinstance(second, Floats):
        return Floats(first.floats().array - second.floats().array)
    den = lcm(first.den, second.den)
    x, y = den // first.den, den // second.den
    a_words, b_words = first.words, second.words
    if a_words is not None and b_words is not None and _small(first, x, second, y):
        return Exact(a_words * x - b_words * y, den)
    return Exact([x * a - y * b for a, b in zip(first.nums, second.nums, strict=True)], den)


def _small(first: Exact, x: int, second: Exact, y: int) -> bool:
    return first.most * x + second.most * y < ROOM and max(x, y) < ROOM


def ratio(first: Vector, second: Vector, times: int = 1) -> Vector:
    """``times`` x first / second, exact ones to ``FINE`` places; 0 where second is not above 0."""
    if isinstance(first, Floats) or isinstance(second, Floats):
        below = second.floats().array
        found = np.zeros_like(below)
        np.divide(first.floats().array * times, below, out=found, where=below > 0)
        return Floats(found)
    den = lcm(first.den, second.den)
    top, bottom = 2 * FINE * times * (den // first.den), den // second.den
    if bottom == 1:
        return Exact(
            [
                (top * a + b) // (2 * b) if b > 0 else 0
                for a, b in zip(first.nums, second.nums, strict=True)
            ],
            FINE,
        )
    return Exact(
        [
            (top * a + bottom * b) // (2 * bottom * b) if b > 0 else 0
            for a, b in zip(first.nums, second.nums, strict=True)
        ],
        FINE,
    )


def ahead(column: Column) -> tuple[Vector, dict[int, Sentence]]:
    """How far each figure is on the good side of its target, and where there is no target."""
    sign = 1 if column.best_is_high else -1
    targets = column.targets
    if isinstance(targets, Fraction):
        return column.values.line(sign, targets), {}
    missing = m("没有目标值,不能计分")
    if targets is None:
        return column.values, dict.fromkeys(range(len(column)), missing)
    aims = like(column.values, targets)
    found = minus(column.values, aims) if sign > 0 else minus(aims, column.values)
    return found, {i: missing for i, one in enumerate(targets) if one is None}


def counted(units: Vector, policy: str) -> Vector:
    """Units of a gap as the policy counts a part of one."""
    if policy == PROPORTIONAL:
        return units
    if isinstance(units, Exact):
        den = units.den
        if units.words is not None and den < ROOM:
            words = units.words // den if policy == "floor" else -(-units.words // den)
            return Exact(words)
        if policy == "floor":
            return Exact([n // den for n in units.nums])
        return Exact([-(-n // den) for n in units.nums])
    steady = np.round(units.array, SAME)
    return Floats(np.floor(steady) if policy == "floor" else np.ceil(steady))


def steady_mean(values: Vector) -> Number:
    """The mean, the same to the last digit in any order of the figures."""
    if isinstance(values, Exact):
        return values.mean()
    return float(np.sort(values.array).mean())


def either(size: int, usual: Fraction, other: Fraction, places: list[int]) -> Exact:
    """``usual`` everywhere but at the places, where it is ``other``."""
    both = Exact.of([usual, other])
    first, second = both.nums
    if max(abs(first), abs(second)) >= ROOM:
        off = set(places)
        return Exact([second if i in off else first for i in range(size)], both.den)
    nums = np.full(size, first, dtype=np.int64)
    nums[places] = second
    return Exact(nums, both.den)


def same_figures(size: int, points: Fraction) -> dict[int, Sentence]:
    """The remark for everyone in a class whose figures don't differ."""
    said = (
        m("本类只有一个单位,无从比较,计 %(points)s 分", points=pointed(points))
        if size == 1
        else m("本类各单位数值相同,一律计 %(points)s 分", points=pointed(points))
    )
    return dict.fromkeys(range(size), said)


def nobody(column: Column, why: Sentence) -> dict[int, Sentence]:
    """The same reason for having no points at every place."""
    return dict.fromkeys(range(len(column)), why)

"""Columns of exact scores at the speed of machine words: twenty-four places, never a float.

A score is ``(high + low / HALF) / HALF`` with ``low`` from 0 to ``HALF`` - 1. Both are arrays of
64-bit numbers; where those could overflow, arrays of Python's whole numbers with the same results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

HALF = 10**12
"""Each of the two parts holds twelve places."""
FINE = HALF * HALF
"""Scores are summed in whole units of 1 / FINE; twelve places of them are stored."""
ROOM = 2**62
_STRIDE = 10**6
_WIDEST = ROOM // _STRIDE
_HEAVIEST = ROOM // (4 * HALF)

Whole = NDArray[Any]
"""Whole numbers, of 64 bits or Python's."""


@dataclass(frozen=True, slots=True, eq=False)
class Fine:
    """A column of exact scores."""

    high: Whole
    low: Whole

    @staticmethod
    def of(nums: Sequence[int] | Whole, den: int) -> Fine:
        """``nums[i] / den`` to twenty-four places, halves up, rounded once."""
        if den == FINE:
            return Fine.of_units([int(one) for one in nums])
        top, largest = _sized(nums)
        if den > _WIDEST or largest // den >= ROOM // HALF - 1:
            top = top.astype(object)
        whole = np.floor_divide(top, den)
        rest = top - whole * den
        if HALF % den == 0:
            return Fine(whole * HALF + rest * (HALF // den), np.zeros_like(rest))
        return _places(whole, rest, den)

    @staticmethod
    def of_units(units: Sequence[int]) -> Fine:
        """Scores in whole units of 1 / FINE."""
        pairs = [divmod(one, HALF) for one in units]
        return Fine(_whole([high for high, _ in pairs]), _whole([low for _, low in pairs]))

    def __len__(self) -> int:
        return len(self.high)

    def at(self, place: int) -> Fraction:
        return Fraction(self.units(place), FINE)

    def units(self, place: int) -> int:
        """The score in whole units of 1 / FINE."""
        return int(self.high[place]) * HALF + int(self.low[place])

    def all(self) -> list[int]:
        """The scores in whole units of 1 / FINE."""
        pairs = zip(self.high.tolist(), self.low.tolist(), strict=True)
        return [high * HALF + low for high, low in pairs]

    def shortened(self) -> tuple[list[int], Fraction]:
        """The scores as whole numbers, and what each stands for: as short as they can be."""
        if self.low.any() or self.high.dtype == object:
            return self.all(), Fraction(1, FINE)
        common = int(np.gcd.reduce(self.high)) or 1
        return (self.high // common).tolist(), Fraction(common, HALF)

    def stored(self) -> list[int]:
        """The scores in units of 1 / HALF, halves to even: what is stored."""
        twice = 2 * self.low
        up = (twice > HALF) | ((twice == HALF) & (self.high % 2 == 1))
        return [int(one) for one in (self.high + up).tolist()]

    def floats(self) -> NDArray[np.float64]:
        high, low = self.high.astype(np.float64), self.low.astype(np.float64)
        return np.asarray((high + low / HALF) / HALF, dtype=np.float64)

    def taken(self, places: Sequence[int]) -> Fine:
        """The scores at the places, in their order."""
        order = list(places)
        return Fine(self.high[order], self.low[order])

    def put(self, at: Sequence[int], size: int) -> Fine:
        """The scores at the positions ``at`` of a longer column, 0 elsewhere."""
        high, low = (np.zeros(size, dtype=one.dtype) for one in (self.high, self.low))
        order = list(at)
        high[order], low[order] = self.high, self.low
        return Fine(high, low)

    def changed(self, scores: Mapping[int, Fraction | int]) -> Fine:
        """The column with other scores at some places."""
        pairs = [divmod(_units(score), HALF) for score in scores.values()]
        above, below = _whole([high for high, _ in pairs]), _whole([low for _, low in pairs])
        wide = object in (self.high.dtype, above.dtype)
        high, low = (one.astype(object) if wide else one.copy() for one in (self.high, self.low))
        order = list(scores)
        high[order], low[order] = above, below
        return Fine(high, low)

    def times(self, factor: int, plus: Fraction) -> Fine | None:
        """``factor`` x score + ``plus``, exactly; None where that doesn't fit machine words."""
        units = plus * FINE
        high, low = divmod(units.numerator, HALF)
        largest = _largest(self.high) + 1
        if units.denominator != 1 or not 0 <= factor < _HEAVIEST:
            return None
        if self.high.dtype == object or largest * max(factor, 1) + abs(high) >= ROOM // 2:
            return None
        return _carried(self.high * factor + high, self.low * factor + low)

    def clip(self, low: int, full: Fraction) -> tuple[Fine, list[int], list[int]] | None:
        """The scores between ``low`` and ``full``, and the places that were below and above.

        None where ``full`` has more places than a score.
        """
        units = full * FINE
        top, rest = divmod(units.numerator, HALF)
        if units.denominator != 1 or top >= ROOM:
            return None
        below = self.high < low * HALF
        above = (self.high > top) | ((self.high == top) & (self.low > rest))
        under, over = np.flatnonzero(below).tolist(), np.flatnonzero(above).tolist()
        if not under and not over:
            return self, [], []
        highs = np.where(above, top, np.where(below, low * HALF, self.high))
        lows = np.where(above, rest, np.where(below, 0, self.low))
        return Fine(highs, lows), under, over

    def over(self, weights: Whole | int) -> Fine:
        """The sums ``high``, ``low`` over whole weights above zero, halves up."""
        whole = np.floor_divide(self.high, weights)
        rest = (self.high - whole * weights) * HALF + self.low
        return _carried(whole, np.floor_divide(rest + np.floor_divide(weights, 2), weights))


def quotients(above: Whole, below: Whole) -> Fine | None:
    """``above / below``, place by place, to twenty-four places, halves up, rounded once.

    Both are 64-bit, ``below`` is above zero. None where the steps don't fit machine words.
    """
    if not len(below) or int(below.max()) > _WIDEST:
        return None
    whole = np.floor_divide(above, below)
    if _largest(whole) >= ROOM // HALF - 1:
        return None
    rest = above - whole * below
    return _places(whole, rest, below)


def furthest(
    low: bool, one: Fine, two: Fine, none_in_one: Sequence[int], none_in_two: Sequence[int]
) -> Fine:
    """The lower (or higher) of two columns, place by place; where one has none, the other."""
    below = (two.high < one.high) | ((two.high == one.high) & (two.low < one.low))
    second = below if low else ~below
    second[list(none_in_one)] = True
    second[list(none_in_two)] = False
    both = [one for one in none_in_one if one in set(none_in_two)]
    second[both] = True
    return Fine(np.where(second, two.high, one.high), np.where(second, two.low, one.low))


def rounded(column: Fine, places: int) -> Fine:
    """The scores to so many decimal places, 0 to twelve, halves away from zero."""
    step = 10 ** (12 - places)
    whole = np.floor_divide(column.high, step)
    rest = column.high - whole * step
    if step == 1:
        over, half = 2 * column.low > HALF, 2 * column.low == HALF
    else:
        over = (2 * rest > step) | ((2 * rest == step) & (column.low > 0))
        half = (2 * rest == step) & (column.low == 0)
    up = over | (half & (column.high >= 0))
    return Fine((whole + up) * step, np.zeros_like(column.low))


def total(weights: Sequence[int], columns: Sequence[Fine], size: int) -> Fine:
    """The sum of columns times weights, to be divided by ``over``."""
    full = sum(weights)
    largest = max((_largest(one.high) for one in columns), default=0)
    kind: Any = object if full >= _HEAVIEST or full * (largest + 1) >= ROOM else np.int64
    high, low = np.zeros(size, dtype=kind), np.zeros(size, dtype=kind)
    for weight, column in zip(weights, columns, strict=True):
        high += column.high.astype(kind, copy=False) * weight
        low += column.low.astype(kind, copy=False) * weight
    return Fine(high, low)


def _places(whole: Whole, rest: Whole, below: Whole | int) -> Fine:
    """``whole + rest / below`` by long division, six places a step, halves up at the last."""
    parts = []
    for _ in range(4):
        rest = rest * _STRIDE
        part = np.floor_divide(rest, below)
        rest = rest - part * below
        parts.append(part)
    low = parts[2] * _STRIDE + parts[3] + (2 * rest >= below)
    return _carried(whole * HALF + parts[0] * _STRIDE + parts[1], low)


def _carried(high: Whole, low: Whole) -> Fine:
    carry = np.floor_divide(low, HALF)
    if not carry.any():
        return Fine(high, low)
    return Fine(high + carry, low - carry * HALF)


def _whole(nums: Sequence[int] | Whole) -> Whole:
    return _sized(nums)[0]


def _sized(nums: Sequence[int] | Whole) -> tuple[Whole, int]:
    """The numbers as machine words where they fit, and the largest of them, whatever its sign."""
    try:
        found = np.asarray(nums, dtype=np.int64)
    except OverflowError:
        found = np.array(nums, dtype=object)
    largest = _largest(found)
    return (found if largest < ROOM else found.astype(object)), largest


def _largest(values: Whole) -> int:
    if not len(values):
        return 0
    return max(int(np.maximum.reduce(values)), -int(np.minimum.reduce(values)))


def _units(score: Fraction | int) -> int:
    """The score in whole units of 1 / FINE, halves up."""
    return (2 * score.numerator * FINE + score.denominator) // (2 * score.denominator)

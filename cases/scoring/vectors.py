"""Columns of numbers in two arithmetics: exact for rules in points, floats for statistics.

``Exact`` holds whole numerators over one denominator, so that a column is scored at the speed of
whole numbers and a score that is exactly 90 still compares as 90. ``Floats`` holds float64. Both
offer the same few operations; a method is written once and runs on either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray

from cases.scoring.fine import FINE as FINE
from cases.scoring.fine import Fine

Number = Fraction | float
SAME = 9
"""Decimal places to which floats count as equal when they are ranked."""
_EXACT = 2**53
_HUGE = 2**512
_WIDE = Context(prec=200)


def divided(nums: Sequence[int], den: int) -> NDArray[np.float64]:
    """``nums[i] / den``, each correctly rounded."""
    try:
        whole = np.array(nums, dtype=np.int64)
    except OverflowError:
        whole = np.array([_EXACT])
    if den < _EXACT and len(whole) and np.abs(whole).max() < _EXACT:
        return np.asarray(whole / den, dtype=np.float64)
    return np.array([num / den for num in nums], dtype=np.float64)


def rounded(above: int, below: int) -> int:
    """``above / below`` as a whole number, halves up."""
    return (2 * above + below) // (2 * below)


@dataclass(frozen=True, slots=True)
class Exact:
    """``nums[i] / den``, in order; ``den`` is above zero."""

    nums: list[int]
    den: int = 1
    ready: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)
    """The same values as floats, where they are at hand."""

    @staticmethod
    def of(values: Iterable[Fraction | int]) -> Exact:
        """The values over their lowest common denominator, or to ``FINE`` places if it is huge."""
        kept = list(values)
        den = 1
        for value in kept:
            den = lcm(den, value.denominator)
            if den > _HUGE:
                return Exact([rounded(v.numerator * FINE, v.denominator) for v in kept], FINE)
        return Exact([v.numerator * (den // v.denominator) for v in kept], den)

    @staticmethod
    def of_decimals(values: Sequence[Decimal]) -> Exact:
        """Finite decimals over one power of ten: the fast way in for stored figures."""
        places = max((-int(v.as_tuple().exponent) for v in values), default=0)
        if places <= 0:
            return Exact([int(v) for v in values])
        return Exact([int(v.scaleb(places, _WIDE)) for v in values], 10**places)

    def __len__(self) -> int:
        return len(self.nums)

    def at(self, place: int) -> Fraction:
        return Fraction(self.nums[place], self.den)

    def all(self) -> list[Fraction]:
        return [Fraction(n, self.den) for n in self.nums]

    def lowest(self) -> Fraction:
        return Fraction(min(self.nums), self.den)

    def highest(self) -> Fraction:
        return Fraction(max(self.nums), self.den)

    def mean(self) -> Fraction:
        return Fraction(sum(self.nums), self.den * len(self.nums))

    def line(self, factor: Number, about: Number = 0.0, add: Number = 0.0) -> Exact:
        """``factor`` x (value - ``about``) + ``add``."""
        by = Fraction(factor)
        plus = Fraction(add) - by * Fraction(about)
        den = lcm(self.den * by.denominator, plus.denominator)
        times = by.numerator * (den // (self.den * by.denominator))
        offset = plus.numerator * (den // plus.denominator)
        common = gcd(times, offset, den)
        times, offset, den = times // common, offset // common, den // common
        if offset:
            return Exact([times * n + offset for n in self.nums], den)
        return Exact([times * n for n in self.nums], den)

    def clip(self, low: Number | None, high: Number | None) -> Exact:
        """Values below ``low`` become it, values above ``high`` become that."""
        ends = [Fraction(x) for x in (low, high) if x is not None]
        scaled = self._over(lcm(self.den, *(x.denominator for x in ends)))
        nums = scaled.nums
        if low is not None:
            floor = int(Fraction(low) * scaled.den)
            nums = [floor if n < floor else n for n in nums]
        if high is not None:
            top = int(Fraction(high) * scaled.den)
            nums = [top if n > top else n for n in nums]
        return Exact(nums, scaled.den)

    def over(self, dividend: Fraction, otherwise: Fraction) -> Exact:
        """``dividend`` / value to ``FINE`` places; ``otherwise`` where the value is not above 0."""
        top, below = dividend.numerator * FINE * self.den, dividend.denominator
        rest = rounded(otherwise.numerator * FINE, otherwise.denominator)
        return Exact([rounded(top, below * n) if n > 0 else rest for n in self.nums], FINE)

    def above(self, bound: Number) -> list[int]:
        """Places of the values above the bound."""
        limit = Fraction(bound)
        most = limit.numerator * self.den // limit.denominator
        return [place for place, n in enumerate(self.nums) if n > most]

    def below(self, bound: Number) -> list[int]:
        """Places of the values below the bound."""
        limit = Fraction(bound)
        least = -(-limit.numerator * self.den // limit.denominator)
        return [place for place, n in enumerate(self.nums) if n < least]

    def each(self, points: Callable[[Fraction], Fraction | int]) -> Exact:
        """The values given by a function of one value; slower than ``line``."""
        return Exact.of([Fraction(points(v)) for v in self.all()])

    def floats(self) -> Floats:
        return Floats(divided(self.nums, self.den) if self.ready is None else self.ready)

    def fine(self) -> Fine:
        """The values to ``FINE`` places, rounded once: what scores are summed in."""
        return Fine.of(self.nums, self.den)

    def keys(self) -> list[int]:
        """Numbers that compare as the values do."""
        return self.nums

    def _over(self, den: int) -> Exact:
        times = den // self.den
        return self if times == 1 else Exact([n * times for n in self.nums], den)


@dataclass(frozen=True, slots=True, eq=False)
class Floats:
    """A column of finite floats."""

    array: NDArray[np.float64]

    @staticmethod
    def of(values: Iterable[Number]) -> Floats:
        return Floats(np.array([float(v) for v in values], dtype=np.float64))

    def __len__(self) -> int:
        return len(self.array)

    def at(self, place: int) -> float:
        return float(self.array[place])

    def all(self) -> list[float]:
        return [float(v) for v in self.array]

    def lowest(self) -> float:
        return float(self.array.min())

    def highest(self) -> float:
        return float(self.array.max())

    def mean(self) -> float:
        return float(self.array.mean())

    def line(self, factor: Number, about: Number = 0.0, add: Number = 0.0) -> Floats:
        """``factor`` x (value - ``about``) + ``add``."""
        return Floats((self.array - float(about)) * float(factor) + float(add))

    def clip(self, low: Number | None, high: Number | None) -> Floats:
        """Values below ``low`` become it, values above ``high`` become that."""
        found = self.array
        if low is not None:
            found = np.maximum(found, float(low))
        return Floats(found if high is None else np.minimum(found, float(high)))

    def over(self, dividend: Fraction, otherwise: Fraction) -> Floats:
        """``dividend`` / value; ``otherwise`` where the value is not above 0."""
        found = np.full_like(self.array, float(otherwise))
        np.divide(float(dividend), self.array, out=found, where=self.array > 0)
        return Floats(found)

    def above(self, bound: Number) -> list[int]:
        """Places of the values above the bound."""
        return [int(place) for place in np.flatnonzero(self.array > float(bound))]

    def below(self, bound: Number) -> list[int]:
        """Places of the values below the bound."""
        return [int(place) for place in np.flatnonzero(self.array < float(bound))]

    def each(self, points: Callable[[Fraction], Fraction | int]) -> Floats:
        """The values given by a function of one value; slower than ``line``."""
        return Floats.of(float(points(Fraction(float(v)))) for v in self.array)

    def floats(self) -> Floats:
        return self

    def keys(self) -> list[float]:
        """Numbers that compare as the values do, the last bits of a float apart."""
        return [round(float(v), SAME) for v in self.array]


Vector = Exact | Floats


def ranked(vector: Vector, best_is_high: bool) -> list[int]:
    """Competition ranks in the order of the values: best is 1, ties share the better (1, 1, 3)."""
    keys = vector.keys()
    first: dict[float, int] = {}
    for place, key in enumerate(sorted(keys, reverse=best_is_high), start=1):
        first.setdefault(key, place)
    return [first[key] for key in keys]

"""Columns of numbers in two arithmetics: exact for rules in points, floats for statistics.

``Exact`` holds whole numerators over one denominator, in machine words where they fit, so that a
column is scored at their speed and a score that is exactly 90 still compares as 90. ``Floats``
holds float64. Both offer the same few operations; a method is written once and runs on either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray

from cases.scoring.fine import FINE as FINE
from cases.scoring.fine import ROOM, Fine

Number = Fraction | float
Words = NDArray[np.int64]
SAME = 9
"""Decimal places to which floats count as equal when they are ranked."""
_EXACT = 2**53
_HUGE = 2**512


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


class Exact:
    """``nums[i] / den``, in order; ``den`` is above zero. Nobody changes one that is made.

    ``words`` are the numerators as machine words where they fit; either form makes the other when
    it is asked for. ``ready`` are the same values as floats, where they are at hand.
    """

    __slots__ = ("_kept", "_most", "_nums", "_words", "den", "ready")

    def __init__(
        self, nums: list[int] | Words, den: int = 1, ready: NDArray[np.float64] | None = None
    ) -> None:
        """An array of numerators holds none beyond ``ROOM``."""
        array = isinstance(nums, np.ndarray)
        self._words: Words | None = nums if isinstance(nums, np.ndarray) else None
        self._nums: list[int] | None = None if isinstance(nums, np.ndarray) else nums
        self._kept = array
        self._most = -1
        self.den = den
        self.ready = ready

    @property
    def nums(self) -> list[int]:
        """The numerators, of any size."""
        if self._nums is None:
            assert self._words is not None
            self._nums = self._words.tolist()
        return self._nums

    @property
    def words(self) -> Words | None:
        """The numerators as 64-bit numbers below ``ROOM``; None where they don't fit."""
        if not self._kept:
            assert self._nums is not None
            self._kept = True
            try:
                found = np.array(self._nums, dtype=np.int64)
            except OverflowError:
                return None
            self._words = found if _largest(found) < ROOM else None
        return self._words

    @property
    def most(self) -> int:
        """The largest numerator, whatever its sign."""
        if self._most < 0:
            words = self.words
            self._most = max(map(abs, self.nums), default=0) if words is None else _largest(words)
        return self._most

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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exact) and (self.nums, self.den) == (other.nums, other.den)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Exact({self.nums!r}, {self.den!r})"

    def __len__(self) -> int:
        return len(self._words if self._nums is None else self._nums)  # type: ignore[arg-type]

    def at(self, place: int) -> Fraction:
        return Fraction(self.nums[place], self.den)

    def all(self) -> list[Fraction]:
        return [Fraction(n, self.den) for n in self.nums]

    def taken(self, places: Sequence[int]) -> Exact:
        """The values at the places, in their order."""
        if self.words is not None:
            return Exact(self.words[list(places)], self.den)
        return Exact([self.nums[place] for place in places], self.den)

    def lowest(self) -> Fraction:
        found = min(self.nums) if self.words is None else int(self.words.min())
        return Fraction(found, self.den)

    def highest(self) -> Fraction:
        found = max(self.nums) if self.words is None else int(self.words.max())
        return Fraction(found, self.den)

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
        words = self.words
        if words is not None and self.most * abs(times) + abs(offset) < ROOM and _fits(times):
            return Exact(words * times + offset, den)
        if offset:
            return Exact([times * n + offset for n in self.nums], den)
        return Exact([times * n for n in self.nums], den)

    def clip(self, low: Number | None, high: Number | None) -> Exact:
        """Values below ``low`` become it, values above ``high`` become that."""
        ends = [Fraction(x) for x in (low, high) if x is not None]
        scaled = self._over(lcm(self.den, *(x.denominator for x in ends)))
        floor = None if low is None else int(Fraction(low) * scaled.den)
        top = None if high is None else int(Fraction(high) * scaled.den)
        if scaled.words is not None and _fits(floor or 0) and _fits(top or 0):
            words = scaled.words if floor is None else np.maximum(scaled.words, floor)
            return Exact(words if top is None else np.minimum(words, top), scaled.den)
        nums = scaled.nums
        if floor is not None:
            nums = [floor if n < floor else n for n in nums]
        if top is not None:
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
        if self.words is not None and _fits(most):
            return np.flatnonzero(self.words > most).tolist()
        return [place for place, n in enumerate(self.nums) if n > most]

    def below(self, bound: Number) -> list[int]:
        """Places of the values below the bound."""
        limit = Fraction(bound)
        least = -(-limit.numerator * self.den // limit.denominator)
        if self.words is not None and _fits(least):
            return np.flatnonzero(self.words < least).tolist()
        return [place for place, n in enumerate(self.nums) if n < least]

    def each(self, points: Callable[[Fraction], Fraction | int]) -> Exact:
        """The values given by a function of one value; slower than ``line``."""
        return Exact.of([Fraction(points(v)) for v in self.all()])

    def floats(self) -> Floats:
        if self.ready is not None:
            return Floats(self.ready)
        if self.words is not None and self.den < _EXACT and self.most < _EXACT:
            return Floats(self.words / self.den)
        return Floats(divided(self.nums, self.den))

    def fine(self) -> Fine:
        """The values to ``FINE`` places, rounded once: what scores are summed in."""
        return Fine.of(self.nums if self.words is None else self.words, self.den)

    def keys(self) -> list[int]:
        """Numbers that compare as the values do."""
        return self.nums

    def _over(self, den: int) -> Exact:
        times = den // self.den
        if times == 1:
            return self
        if self.words is not None and self.most * times < ROOM and _fits(times):
            return Exact(self.words * times, den)
        return Exact([n * times for n in self.nums], den)


def _largest(words: Words) -> int:
    if not len(words):
        return 0
    return max(int(np.maximum.reduce(words)), -int(np.minimum.reduce(words)))


def _fits(number: int) -> bool:
    return -ROOM < number < ROOM


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

    def taken(self, places: Sequence[int]) -> Floats:
        """The values at the places, in their order."""
        return Floats(self.array[list(places)])

    def lowest(self) -> float:
        return float(self.array.min())

    def highest(self) -> float:
        return float(self.array.max())

    def mean(self) -> float:
        return float(self.array.mean())

    def line(self, factor: Number, about: Number = 0.0, add: Number = 0.0) -> Floats:
        """``factor`` x (value - ``about``) + ``add``."""
        found = (self.array - float(about) if about else self.array) * float(factor)
        found += float(add)
        return Floats(found)

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

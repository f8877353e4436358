"""Products of the scores of a group's children, each to a stated power; below zero it divides.

A product without one of its factors is another figure, so a missing child leaves none. Exact scores
to whole powers stay exact, rounded once; all else is done in floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

import numpy as np
from numpy.typing import NDArray

from cases.scoring.exact import LARGEST
from cases.scoring.fine import FINE, Fine
from cases.scoring.nodes import Points
from cases.scoring.rule_shapes import Title
from workflow.words import Sentence, m

PRODUCT = "product"
_MOST_EXACT = 64
"""Powers that add up to more are done in floats, whose arithmetic doesn't grow with them."""
_FURTHEST = float(LARGEST)
_LARGEST = int(LARGEST) * FINE


@dataclass(frozen=True, slots=True)
class Factor:
    """One child of a product: its name, its power (not zero) and its scores."""

    title: Title
    exponent: Fraction
    points: Points


def product(factors: Sequence[Factor], size: int) -> Points:
    """The product by position; without a score where a factor has none, is zero below the line,
    has no such power, or leaves the range of scores, each with its reason but the first."""
    if not factors:
        return Points(Fine.of_units([0] * size), None, frozenset(range(size)))
    gaps = frozenset[int]().union(*(one.points.gaps for one in factors))
    said: dict[int, Sentence] = {}
    for one in factors:
        said = {**_undefined(one), **said}
    said = {place: why for place, why in said.items() if place not in gaps}
    whole = all(one.exponent.denominator == 1 for one in factors)
    short = sum(abs(one.exponent) for one in factors) <= _MOST_EXACT
    if whole and short and all(one.points.exact is not None for one in factors):
        return _exactly(factors, size, gaps, said)
    return _in_floats(factors, size, gaps, said)


def _undefined(one: Factor) -> dict[int, Sentence]:
    """Why a score has no such power, by position."""
    below, root = one.exponent < 0, one.exponent.denominator != 1
    if not below and not root:
        return {}
    scores = one.points.as_floats()
    found: dict[int, Sentence] = {}
    if below:
        zero = m("“%(title)s”的得分为零,不能作除数", title=one.title)
        found |= dict.fromkeys(np.flatnonzero(scores == 0).tolist(), zero)
    if root:
        minus = m("“%(title)s”的得分为负,不能取非整数次幂", title=one.title)
        found |= dict.fromkeys(np.flatnonzero(scores < 0).tolist(), minus)
    return found


def _beyond() -> Sentence:
    return m("连乘的得数超出可计的范围")


def _exactly(
    factors: Sequence[Factor], size: int, gaps: frozenset[int], said: dict[int, Sentence]
) -> Points:
    rows: tuple[list[list[int]], list[list[int]]] = ([], [])
    common = Fraction(FINE)
    for one in factors:
        assert one.points.exact is not None
        power = int(one.exponent)
        nums, part = one.points.exact.shortened()
        common *= part**power
        rows[power < 0].extend([nums] * abs(power))
    above = _multiplied(rows[0], size)
    below = [one or 1 for one in _multiplied(rows[1], size)] if rows[1] else None
    found = _rounded(above, below, common)
    far = {i: _beyond() for i, n in enumerate(found) if abs(n) >= _LARGEST and i not in gaps}
    lost = gaps | said.keys() | far.keys()
    kept = [0 if i in lost else n for i, n in enumerate(found)] if lost else found
    return Points(Fine.of_units(kept), None, lost, {**far, **said})


def _multiplied(rows: list[list[int]], size: int) -> list[int]:
    return [prod(row) for row in zip(*rows, strict=True)] if rows else [1] * size


def _rounded(above: list[int], below: list[int] | None, common: Fraction) -> list[int]:
    """``above / below x common``, halves up, rounded once."""
    up, down = common.numerator, common.denominator
    if below is None:
        up, down = 2 * up, 2 * down
        half = down // 2
        return [(one * up + half) // down for one in above]
    found = []
    for one, two in zip(above, below, strict=True):
        top, bottom = (one * up, two * down) if two > 0 else (-one * up, -two * down)
        found.append((2 * top + bottom) // (2 * bottom))
    return found


def product_of(rows: NDArray[np.float64], exponents: Sequence[Fraction]) -> Points | None:
    """The product of scores side by side, a row a factor, none missing; None where one may have no
    such power or the product leaves the range of scores. ``exponents`` empty: all one."""
    if exponents and bool((rows <= 0).any()):
        return None
    with np.errstate(over="ignore", invalid="ignore"):  # told by the caller
        if exponents:
            rows = rows ** np.array([float(one) for one in exponents]).reshape(-1, 1)
        found = np.multiply.reduce(rows, axis=0)
    return Points(None, found) if float(np.abs(found).max(initial=0)) < _FURTHEST else None


def _in_floats(
    factors: Sequence[Factor], size: int, gaps: frozenset[int], said: dict[int, Sentence]
) -> Points:
    lost = sorted(gaps | said.keys())
    found = np.ones(size)
    with np.errstate(over="ignore", invalid="ignore"):  # told below
        for one in factors:
            scores = one.points.as_floats()
            if lost:
                scores = scores.copy()
                scores[lost] = 1.0
            power = float(one.exponent)
            found *= scores if power == 1 else scores**power
    far = np.flatnonzero(~(np.abs(found) < _FURTHEST)).tolist()
    found[far] = 0.0
    found[lost] = 0.0
    beyond = dict.fromkeys(far, _beyond())
    return Points(None, found, gaps | said.keys() | beyond.keys(), {**beyond, **said})

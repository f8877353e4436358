"""Scores of indicators and groups over the units of one class, and how groups are joined.

A node's score is kept by position: exact ones in units of 1 / FINE, statistical ones as floats;
a join of both is a float. Joining re-weights over the children that are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cases.scoring.exact import PLACES, WIDE, stored
from cases.scoring.fine import ROOM, Fine, Whole, total
from cases.scoring.vectors import Exact, Floats, Number, Vector
from workflow.words import Sentence


@dataclass(frozen=True, slots=True)
class Points:
    """Scores 0-100 of one node by position; what stands at a gap means nothing.

    One of ``exact`` and ``floats`` is there. ``remarks`` hold for positions
    with a score and for gaps alike.
    """

    exact: Fine | None
    floats: NDArray[np.float64] | None = None
    gaps: frozenset[int] = frozenset()
    remarks: Mapping[int, Sentence] = field(default_factory=dict)

    def at(self, place: int) -> Number | None:
        if place in self.gaps:
            return None
        if self.exact is not None:
            return self.exact.at(place)
        assert self.floats is not None
        return float(self.floats[place])

    def stored(self) -> list[Decimal | None]:
        """The scores as they are stored, by position."""
        if self.exact is not None:
            found = [Decimal(one).scaleb(-PLACES, WIDE) for one in self.exact.stored()]
        else:
            found = [stored(float(one)) for one in self.as_floats()]
        return [None if i in self.gaps else one for i, one in enumerate(found)]

    def as_floats(self) -> NDArray[np.float64]:
        """Scores as floats, 0 at gaps."""
        if self.floats is not None:
            return self.floats
        assert self.exact is not None
        return self.exact.floats()


def spread(
    vector: Vector | Fine,
    at: Sequence[int],
    size: int,
    gaps: Mapping[int, Sentence],
    remarks: Mapping[int, Sentence],
) -> Points:
    """Points of ``size`` positions from a vector that covers the positions ``at``."""
    missing = frozenset(gaps)
    said = {**remarks, **gaps} if gaps else remarks
    if not isinstance(vector, Floats):
        fine = vector.fine() if isinstance(vector, Exact) else vector
        return Points(fine if len(at) == size else fine.put(at, size), None, missing, said)
    if len(at) == size:
        return Points(None, vector.array, missing, said)
    floats = np.zeros(size)
    floats[list(at)] = vector.array
    return Points(None, floats, missing, said)


def join(
    how: str, children: Sequence[tuple[Fraction, Points]], size: int, availability: Fraction
) -> Points:
    """The weighted mean of the children over those present at each position.

    Positions where nothing, or less than ``availability`` of the weight, is there are gaps.
    Geometric and harmonic means of a score that is not above zero are zero.
    """
    weights = whole_weights([weight for weight, _ in children])
    present = _present(weights, children, size)
    gaps = _gaps(present, availability * sum(weights))
    divisor = np.maximum(present, 1)
    exact = [points.exact for _, points in children if points.exact is not None]
    if how == "arithmetic" and len(exact) == len(children):
        return Points(_exact_mean(weights, children, size, divisor), None, gaps)
    return Points(None, _float_mean(how, weights, children, size, divisor), gaps)


def whole_weights(weights: Sequence[Fraction]) -> list[int]:
    """The weights as whole numbers in the same proportions; ones where they are equal."""
    if weights.count(weights[0]) == len(weights) if weights else True:
        return [1] * len(weights)
    den = lcm(*(w.denominator for w in weights))
    return [w.numerator * (den // w.denominator) for w in weights]


def _present(
    weights: Sequence[int], children: Sequence[tuple[Fraction, Points]], size: int
) -> Whole:
    """Weight that is there: one number where nothing is missing, else one a position."""
    full = sum(weights)
    if children and not any(points.gaps for _, points in children):
        return np.array(full, dtype=_kind(full))
    found = np.full(size, full, dtype=_kind(full))
    for weight, (_, points) in zip(weights, children, strict=True):
        found[list(points.gaps)] -= weight
    return found


def _kind(full: int) -> Any:
    return np.int64 if full < ROOM else object


def _gaps(present: Whole, floor: Fraction) -> frozenset[int]:
    """Positions with nothing, or with less weight than the floor."""
    if not present.ndim:
        return frozenset()
    least = max(1, -(-floor.numerator // floor.denominator))
    return frozenset(np.flatnonzero(present < least).tolist())


def _exact_mean(
    weights: Sequence[int],
    children: Sequence[tuple[Fraction, Points]],
    size: int,
    divisor: Whole,
) -> Fine:
    columns = []
    for _, points in children:
        assert points.exact is not None
        blank = dict.fromkeys(points.gaps, 0)
        columns.append(points.exact.changed(blank) if blank else points.exact)
    return total(weights, columns, size).over(divisor)


def _float_mean(
    how: str,
    weights: Sequence[int],
    children: Sequence[tuple[Fraction, Points]],
    size: int,
    divisor: Whole,
) -> NDArray[np.float64]:
    scores = np.array([points.as_floats() for _, points in children]).reshape(-1, size)
    there = None
    if any(points.gaps for _, points in children):
        there = np.ones(scores.shape, dtype=bool)
        for row, (_, points) in enumerate(children):
            there[row, list(points.gaps)] = False
    factors = None
    if weights.count(1) != len(weights):
        factors = np.array([float(weight) for weight in weights]).reshape(-1, 1)
    return mean_of_rows(how, scores, factors, there, divisor.astype(np.float64))


def mean_of_rows(
    how: str,
    scores: NDArray[np.float64],
    factors: NDArray[np.float64] | None,
    there: NDArray[np.bool_] | None,
    divisor: NDArray[np.float64] | float,
) -> NDArray[np.float64]:
    """The mean of each column of ``scores``, a row a child, over those that are ``there``.

    ``factors`` are the weights, a row each (None: all one), ``divisor`` what they come to.
    Geometric and harmonic means with a score that is not above zero are zero.
    """
    if how == "arithmetic":
        weighed = scores if factors is None else scores * factors
        if there is not None:
            weighed = np.where(there, weighed, 0.0)
        return np.asarray(np.add.reduce(weighed, axis=0) / divisor)
    below = scores <= 0
    if there is not None:
        below &= there
    some = bool(below.any())
    usable = scores
    if some or there is not None:
        usable = np.where(~below if there is None else there & ~below, scores, 1.0)
    inward = np.log(usable) if how == "geometric" else 1.0 / usable
    if factors is not None:
        inward *= factors
    if there is not None:
        inward[~there] = 0.0
    sums = np.add.reduce(inward, axis=0) / divisor
    if how == "geometric":
        means = np.exp(sums)
    else:
        means = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)
    if some:
        means[below.any(axis=0)] = 0.0
    return np.asarray(means)

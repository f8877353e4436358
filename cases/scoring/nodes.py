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
    sums = np.zeros(size)
    below = np.zeros(size, dtype=bool)
    for weight, (_, points) in zip(weights, children, strict=True):
        scores = points.as_floats()
        if how == "arithmetic" and not points.gaps:
            sums += float(weight) * scores
            continue
        there = np.ones(size, dtype=bool)
        there[list(points.gaps)] = False
        if how != "arithmetic":
            below |= there & (scores <= 0)
            there &= scores > 0
        sums[there] += float(weight) * _inward(how, scores[there])
    means = _outward(how, sums / divisor.astype(np.float64))
    means[below] = 0.0
    return means


def _inward(how: str, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    if how == "geometric":
        return np.log(scores)
    return 1.0 / scores if how == "harmonic" else scores


def _outward(how: str, means: NDArray[np.float64]) -> NDArray[np.float64]:
    if how == "geometric":
        return np.exp(means)
    if how == "harmonic":
        return np.divide(1.0, means, out=np.zeros_like(means), where=means > 0)
    return means

"""Scores of indicators and groups over the units of one class, and how groups are joined.

A node's score is kept by position: exact ones in units of 1 / FINE, statistical ones as floats;
a join of both is a float. Joining re-weights over the children that are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from cases.scoring.vectors import FINE, Exact, Number, Vector, rounded
from workflow.words import Sentence


@dataclass(frozen=True, slots=True)
class Points:
    """Scores 0-100 of one node by position; what stands at a gap means nothing.

    One of ``exact`` (units of 1 / FINE) and ``floats`` is there. ``remarks`` hold for positions
    with a score and for gaps alike.
    """

    exact: list[int] | None
    floats: NDArray[np.float64] | None = None
    gaps: frozenset[int] = frozenset()
    remarks: Mapping[int, Sentence] = field(default_factory=dict)

    def at(self, place: int) -> Number | None:
        if place in self.gaps:
            return None
        if self.exact is not None:
            return Fraction(self.exact[place], FINE)
        assert self.floats is not None
        return float(self.floats[place])

    def as_floats(self) -> NDArray[np.float64]:
        """Scores as floats, 0 at gaps."""
        if self.floats is not None:
            return self.floats
        assert self.exact is not None
        return np.array([n / FINE for n in self.exact], dtype=np.float64)


def spread(
    vector: Vector,
    at: Sequence[int],
    size: int,
    gaps: Mapping[int, Sentence],
    remarks: Mapping[int, Sentence],
) -> Points:
    """Points of ``size`` positions from a vector that covers the positions ``at``."""
    missing = frozenset(gaps)
    said = {**remarks, **gaps}
    if isinstance(vector, Exact):
        fine = vector.fine()
        if len(at) == size:
            return Points(fine, None, missing, said)
        exact = [0] * size
        for place, value in zip(at, fine, strict=True):
            exact[place] = value
        return Points(exact, None, missing, said)
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
    weights = _whole([weight for weight, _ in children])
    present = _present(weights, children, size)
    full = sum(weights)
    floor = availability * full
    gaps = frozenset(i for i, weight in present.items() if not weight or weight < floor)
    if how == "arithmetic" and all(points.exact is not None for _, points in children):
        return Points(_exact_mean(weights, children, size, full, present), None, gaps)
    return Points(None, _float_mean(how, weights, children, size, full, present), gaps)


def _whole(weights: Sequence[Fraction]) -> list[int]:
    """The weights as whole numbers in the same proportions."""
    den = lcm(*(w.denominator for w in weights)) if weights else 1
    return [w.numerator * (den // w.denominator) for w in weights]


def _present(
    weights: Sequence[int], children: Sequence[tuple[Fraction, Points]], size: int
) -> dict[int, int]:
    """Weight that is there, for the positions where some is missing."""
    full = sum(weights)
    found: dict[int, int] = {} if children else dict.fromkeys(range(size), 0)
    for weight, (_, points) in zip(weights, children, strict=True):
        for place in points.gaps:
            found[place] = found.get(place, full) - weight
    return found


def _exact_mean(
    weights: Sequence[int],
    children: Sequence[tuple[Fraction, Points]],
    size: int,
    full: int,
    present: Mapping[int, int],
) -> list[int]:
    sums = [0] * size
    for weight, (_, points) in zip(weights, children, strict=True):
        exact = points.exact or []
        if points.gaps:
            exact = [0 if i in points.gaps else n for i, n in enumerate(exact)]
        sums = [a + weight * n for a, n in zip(sums, exact, strict=True)]
    if not present:
        half = full // 2
        return [(a + half) // full for a in sums]
    return [rounded(a, w) if (w := present.get(place, full)) else 0 for place, a in enumerate(sums)]


def _float_mean(
    how: str,
    weights: Sequence[int],
    children: Sequence[tuple[Fraction, Points]],
    size: int,
    full: int,
    present: Mapping[int, int],
) -> NDArray[np.float64]:
    sums = np.zeros(size)
    below = np.zeros(size, dtype=bool)
    for weight, (_, points) in zip(weights, children, strict=True):
        there = np.ones(size, dtype=bool)
        there[list(points.gaps)] = False
        scores = points.as_floats()
        if how != "arithmetic":
            below |= there & (scores <= 0)
            there &= scores > 0
        sums[there] += weight * _inward(how, scores[there])
    whole = np.full(size, float(full))
    for place, weight in present.items():
        whole[place] = weight or 1
    means = _outward(how, sums / whole)
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

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
from cases.scoring.fine import ROOM, Fine, Whole, furthest, total
from cases.scoring.fine import rounded as rounded_fine
from cases.scoring.means import mean_of_rows
from cases.scoring.vectors import SAME, Exact, Floats, Number, Vector
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


_STEADY = 2.0**52 / 10**SAME
"""Below it a float times 10^SAME is told apart from its neighbours."""
EXACT = ("arithmetic", "minimum", "maximum")
"""Ways to join that leave exact scores exact."""


def join(
    how: str,
    children: Sequence[tuple[Fraction, Points]],
    size: int,
    availability: Fraction,
    amount: Fraction = Fraction(1),
) -> Points:
    """The weighted mean of the children over those present at each position.

    Positions where nothing, or less than ``availability`` of the weight, is there are gaps.
    ``amount`` and scores that are not above zero are as in ``means``.
    """
    weights = whole_weights([weight for weight, _ in children])
    present = _present(weights, children, size)
    gaps = _gaps(present, availability * sum(weights))
    divisor = np.maximum(present, 1)
    exact = [points.exact for _, points in children if points.exact is not None]
    if how == "arithmetic" and len(exact) == len(children):
        return Points(_exact_mean(weights, children, size, divisor), None, gaps)
    if how in EXACT and children and len(exact) == len(children):
        return Points(_exact_end(how, children), None, gaps)
    means = _float_mean(how, weights, children, size, divisor, float(amount))
    return Points(None, means, gaps)


def rounded(points: Points, places: int) -> Points:
    """The scores to so many decimal places, halves away from zero; they are exact then.

    Floats count as equal to ``SAME`` places, so that 70.005 in floats is no less than it.
    """
    fine = points.exact
    if fine is None:
        floats = points.as_floats()
        if float(np.abs(floats).max(initial=0.0)) < _STEADY:
            fine = Fine.of(np.rint(floats * 10**SAME).astype(np.int64), 10**SAME)
        else:
            fine = Exact.of(Fraction(round(float(one), SAME)) for one in floats).fine()
    return Points(rounded_fine(fine, places), None, points.gaps, points.remarks)


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


def _exact_end(how: str, children: Sequence[tuple[Fraction, Points]]) -> Fine:
    """The lowest or highest score that is there."""
    found: Fine | None = None
    missing: frozenset[int] = frozenset()
    for _, points in children:
        assert points.exact is not None
        if found is None:
            found, missing = points.exact, points.gaps
            continue
        blank = sorted(points.gaps)
        found = furthest(how == "minimum", found, points.exact, sorted(missing), blank)
        missing &= points.gaps
    assert found is not None
    return found


def _float_mean(
    how: str,
    weights: Sequence[int],
    children: Sequence[tuple[Fraction, Points]],
    size: int,
    divisor: Whole,
    amount: float,
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
    return mean_of_rows(how, scores, factors, there, divisor.astype(np.float64), amount)

"""Means of scores side by side: a row a child, a column a unit, over the children there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
There = NDArray[np.bool_]


def mean_of_rows(
    how: str,
    scores: Scores,
    factors: Scores | None,
    there: There | None,
    divisor: Scores | float,
    amount: float = 1.0,
) -> Scores:
    """The mean of each column of ``scores``, a row a child, over those that are ``there``.

    ``factors`` are the weights, a row each (None: all one), ``divisor`` what they come to;
    ``amount`` is the exponent of ``power`` and the penalty of ``penalised``. Geometric, harmonic
    and power means (exponent not above zero) with a score that is not above zero are zero; with
    an exponent above zero a score below zero counts as zero.
    """
    if how == "arithmetic":
        return _summed(scores, factors, there) / divisor
    if how in ("minimum", "maximum"):
        return _furthest(how, scores, there)
    if how == "penalised":
        return _penalised(scores, factors, there, divisor, amount)
    if how == "power" and amount > 0:
        kept = scores if scores.min(initial=0.0) >= 0 else np.maximum(scores, 0.0)
        return _powers(kept, factors, there, divisor, amount)
    return _zero_if_any_is(how, scores, factors, there, divisor, amount)


def _summed(scores: Scores, factors: Scores | None, there: There | None) -> Scores:
    weighed = scores if factors is None else scores * factors
    if there is not None:
        weighed = np.where(there, weighed, 0.0)
    return np.asarray(np.add.reduce(weighed, axis=0))


def _furthest(how: str, scores: Scores, there: There | None) -> Scores:
    """The lowest or the highest; 0 where nothing is there."""
    pick, end = (np.minimum, np.inf) if how == "minimum" else (np.maximum, -np.inf)
    if there is None and len(scores):
        return np.asarray(pick.reduce(scores, axis=0))
    kept = scores if there is None else np.where(there, scores, end)
    found = np.asarray(pick.reduce(kept, axis=0, initial=end))
    return np.where(np.isinf(found), 0.0, found)


def _penalised(
    scores: Scores,
    factors: Scores | None,
    there: There | None,
    divisor: Scores | float,
    penalty: float,
) -> Scores:
    """M - penalty x S x (S / M), S the standard deviation of the children of one unit around M.

    The penalty for unbalanced values of De Muro, Mazziotta and Pareto (ISTAT's AMPI). Without a
    mean above zero there is no share to take off, and the mean stands.
    """
    mean = _summed(scores, factors, there) / divisor
    square = _summed((scores - mean) ** 2, factors, there) / divisor
    share = np.divide(square, mean, out=np.zeros_like(mean), where=mean > 0)
    return np.asarray(mean - penalty * share)


def _powers(
    scores: Scores,
    factors: Scores | None,
    there: There | None,
    divisor: Scores | float,
    exponent: float,
) -> Scores:
    """(sum of w x^p / sum of w)^(1/p) of scores above zero, or p above zero and none below it.

    Taken over the score furthest out, so that no power leaves the range of floats.
    """
    far = _furthest("maximum" if exponent > 0 else "minimum", scores, there)
    if there is None and far.min(initial=1.0) > 0:
        sums = _summed((scores / far) ** exponent, factors, None) / divisor
        return np.asarray(far * sums ** (1.0 / exponent))
    steady = np.where(far > 0, far, 1.0)
    share = scores / steady
    share = np.minimum(share, 1.0) if exponent > 0 else np.maximum(share, 1.0)
    sums = _summed(share**exponent, factors, there) / divisor
    roots = np.where(sums > 0, sums, 1.0) ** (1.0 / exponent)
    return np.asarray(np.where(sums > 0, steady * roots, 0.0))


def _zero_if_any_is(
    how: str,
    scores: Scores,
    factors: Scores | None,
    there: There | None,
    divisor: Scores | float,
    exponent: float,
) -> Scores:
    """Geometric and harmonic means, and power means with an exponent not above zero."""
    below = scores <= 0
    if there is not None:
        below &= there
    some = bool(below.any())
    usable = scores
    if some or there is not None:
        usable = np.where(~below if there is None else there & ~below, scores, 1.0)
    if how == "power" and exponent < 0:
        means = _powers(usable, factors, there, divisor, exponent)
    else:
        means = _inward(how, usable, factors, there, divisor)
    if some:
        means[below.any(axis=0)] = 0.0
    return means


def _inward(
    how: str,
    usable: Scores,
    factors: Scores | None,
    there: There | None,
    divisor: Scores | float,
) -> Scores:
    inward = 1.0 / usable if how == "harmonic" else np.log(usable)
    if factors is not None:
        inward *= factors
    if there is not None:
        inward[~there] = 0.0
    sums = np.add.reduce(inward, axis=0) / divisor
    if how != "harmonic":
        return np.asarray(np.exp(sums))
    return np.asarray(np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0))

"""Weights of a class: as the scheme gives them, equal among siblings, or by entropy.

Entropy weights (熵权法): p = score / sum of scores; e = -sum(p ln p) / ln n; weight = (1 - e) over
the sum of all (1 - e). Indicators on which all units agree carry no weight; if none differs, all
are equal. A group weighs what its children weigh together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cases.scoring.nodes import Points
from cases.scoring.shapes import Indicator, IndicatorScheme
from cases.scoring.tables import Table, Tables, stacked

ONE = Fraction(1)
_NEAR = 1e-9
"""Below this a row is looked at: scores that are all the same have no entropy to lose."""


class Found(Mapping[str, Fraction]):
    """Weights that are a statistic: floats, exact fractions of them when asked for one by one."""

    def __init__(self, floats: Mapping[str, float], nodes: Mapping[str, Indicator]) -> None:
        self.floats = floats
        self._nodes = nodes

    def __len__(self) -> int:
        return len(self.floats)

    def __iter__(self) -> Iterator[str]:
        return iter(self.floats)

    def __contains__(self, code: object) -> bool:
        return code in self.floats

    def __getitem__(self, code: str) -> Fraction:
        own, below = self.floats[code], self._nodes[code].children
        if not below:
            return Fraction(own)
        return sum((self[one] for one in below if one in self.floats), Fraction(0))


def weights_for(
    scheme: IndicatorScheme, class_code: str, leaves: Mapping[str, Points], tables: Tables
) -> Mapping[str, Fraction]:
    """Weight by indicator and group, for those that count for the class.

    The scores of an indicator stand in ``tables``, or else among ``leaves``.
    """
    given = scheme.weights_of(class_code)
    if scheme.weighing == "given":
        return given
    if scheme.weighing == "equal":
        return dict.fromkeys(given, ONE)
    codes = [code for code in leaves if code in given]
    raw = dict(zip(codes, divergences(_scores(codes, leaves, tables)), strict=True))
    if not any(raw.values()):
        return dict.fromkeys(given, ONE)
    sums: dict[str, float] = {}
    _sum_up(scheme, scheme.roots, given, raw, sums)
    return Found({code: sums[code] for code in given if sums.get(code)}, scheme.indicators)


def _scores(codes: list[str], leaves: Mapping[str, Points], tables: Tables) -> Table:
    whole = tables.whole(codes)
    if whole is not None:
        return whole
    points = [tables.points(code) if code in tables.found else leaves[code] for code in codes]
    return stacked(codes, points)


def divergences(scores: Table) -> list[float]:
    """1 - entropy of each row of scores that are there; 0 where they don't differ."""
    kept, there = scores.points, scores.there
    if not kept.size:
        return [0.0] * len(scores.codes)
    counts: Any = kept.shape[1]
    if there is not None:
        kept, counts = np.where(there, kept, 0.0), there.sum(axis=1)
    entropy = _disorder(kept) / np.log(np.maximum(counts, 2))
    found = np.maximum(0.0, 1.0 - entropy)
    if kept.shape[1] < 2 or there is not None:
        found[np.broadcast_to(counts < 2, found.shape)] = 0.0
    for row in np.flatnonzero(found < _NEAR).tolist():
        own = scores.points[row] if there is None else scores.points[row][there[row]]
        if not own.size or own.min() == own.max():
            found[row] = 0.0
    lost: list[float] = found.tolist()
    return lost


def _disorder(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """-sum(p ln p) of each row, scores below zero counting nothing; infinite without a sum."""
    sums = np.add.reduce(scores, axis=1)
    if np.minimum.reduce(scores, axis=None) > 0:
        share = scores / sums[:, None]
        logs = np.log(share)
    else:
        share = np.maximum(scores, 0.0)
        share /= np.where(sums > 0, np.add.reduce(share, axis=1), 1.0)[:, None]
        logs = np.log(np.where(share > 0, share, 1.0))
    logs *= share
    found: NDArray[np.float64] = -np.add.reduce(logs, axis=1)
    found[sums <= 0] = np.inf
    return found


def _sum_up(
    scheme: IndicatorScheme,
    codes: Sequence[str],
    given: Mapping[str, Fraction],
    raw: Mapping[str, float],
    found: dict[str, float],
) -> list[float]:
    """What the indicators of these codes and below weigh; a group weighs the sum, rounded once."""
    own: list[float] = []
    for code in codes:
        if code in raw:
            found[code] = raw[code]
            own.append(raw[code])
        elif code in given:
            below = _sum_up(scheme, scheme.indicators[code].children, given, raw, found)
            found[code] = fsum(below)
            own += below
    return own

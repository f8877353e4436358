"""Weights of a class: as the scheme gives them, equal among siblings, or by entropy.

Entropy weights (熵权法): p = score / sum of scores; e = -sum(p ln p) / ln n; weight = (1 - e) over
the sum of all (1 - e). Indicators on which all units agree carry no weight; if none differs, all
are equal. A group weighs what its children weigh together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import fsum

import numpy as np

from cases.scoring.nodes import Points
from cases.scoring.shapes import IndicatorScheme
from cases.scoring.tables import Table, Tables, stacked

ONE = Fraction(1)
_NEAR = 1e-9
"""Below this a row is looked at: scores that are all the same have no entropy to lose."""


class Found(Mapping[str, Fraction]):
    """Weights that are a statistic: floats, exact fractions of them when asked for one by one."""

    def __init__(self, floats: Mapping[str, float], parts: Mapping[str, Sequence[str]]) -> None:
        self.floats = floats
        self._parts = parts

    def __len__(self) -> int:
        return len(self.floats)

    def __iter__(self) -> Iterator[str]:
        return iter(self.floats)

    def __contains__(self, code: object) -> bool:
        return code in self.floats

    def __getitem__(self, code: str) -> Fraction:
        own = self.floats[code]
        if code not in self._parts:
            return Fraction(own)
        return sum((self[one] for one in self._parts[code] if one in self.floats), Fraction(0))


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
    for code in scheme.roots:
        _sum_up(scheme, code, given, raw, sums)
    parts = {code: one.children for code in given if (one := scheme.indicators[code]).children}
    return Found({code: sums[code] for code in given if sums.get(code)}, parts)


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
    if there is not None:
        kept = np.where(there, kept, 0.0)
    counts = np.full(len(kept), kept.shape[1]) if there is None else there.sum(axis=1)
    sums = kept.sum(axis=1)
    positive = bool(kept.min() > 0)
    share = kept if positive else np.maximum(kept, 0.0)
    whole = np.where(sums > 0, share.sum(axis=1), 1.0)
    share = share / whole[:, None]
    logs = np.log(share if positive else np.where(share > 0, share, 1.0))
    logs *= share
    entropy = -logs.sum(axis=1) / np.log(np.maximum(counts, 2))
    found = np.maximum(0.0, 1.0 - entropy)
    found[(counts < 2) | (sums <= 0)] = 0.0
    for row in np.flatnonzero(found < _NEAR).tolist():
        own = scores.points[row] if there is None else scores.points[row][there[row]]
        if not own.size or own.min() == own.max():
            found[row] = 0.0
    return [float(one) for one in found]


def _sum_up(
    scheme: IndicatorScheme,
    code: str,
    given: Mapping[str, Fraction],
    raw: Mapping[str, float],
    found: dict[str, float],
) -> list[float]:
    """What the indicators below weigh; the sum of them, rounded once, is the weight."""
    children = scheme.indicators[code].children
    if code not in given:
        return []
    own = [raw.get(code, 0.0)]
    if children:
        own = [one for child in children for one in _sum_up(scheme, child, given, raw, found)]
    found[code] = fsum(own)
    return own

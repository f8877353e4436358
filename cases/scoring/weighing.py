"""Weights of a class: as the scheme gives them, equal among siblings, or by entropy.

Entropy weights (熵权法): p = score / sum of scores; e = -sum(p ln p) / ln n; weight = (1 - e) over
the sum of all (1 - e). Indicators on which all units agree carry no weight; if none differs, all
are equal. A group weighs what its children weigh together.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from cases.scoring.nodes import Points
from cases.scoring.shapes import IndicatorScheme

ONE = Fraction(1)


def weights_for(
    scheme: IndicatorScheme, class_code: str, leaves: Mapping[str, Points]
) -> Mapping[str, Fraction]:
    """Weight by indicator and group, for those that count for the class."""
    given = scheme.weights_of(class_code)
    if scheme.weighing == "given":
        return given
    if scheme.weighing == "equal":
        return dict.fromkeys(given, ONE)
    raw = {code: _divergence(points) for code, points in leaves.items() if code in given}
    if not any(raw.values()):
        return dict.fromkeys(given, ONE)
    found: dict[str, Fraction] = {}
    for code in scheme.roots:
        _sum_up(scheme, code, given, raw, found)
    return {code: found[code] for code in given if found.get(code)}


def _divergence(points: Points) -> Fraction:
    """1 - entropy of the scores that are there; 0 where they don't differ."""
    kept = np.delete(points.as_floats(), list(points.gaps))
    if len(kept) < 2 or float(kept.max()) == float(kept.min()) or kept.sum() <= 0:
        return Fraction(0)
    share = np.maximum(kept, 0.0) / np.maximum(kept, 0.0).sum()
    there = share[share > 0]
    entropy = -float((there * np.log(there)).sum()) / float(np.log(len(kept)))
    return Fraction(max(0.0, 1.0 - entropy))


def _sum_up(
    scheme: IndicatorScheme,
    code: str,
    given: Mapping[str, Fraction],
    raw: Mapping[str, Fraction],
    found: dict[str, Fraction],
) -> Fraction:
    children = scheme.indicators[code].children
    if code not in given:
        return Fraction(0)
    own = (
        sum((_sum_up(scheme, child, given, raw, found) for child in children), Fraction(0))
        if children
        else raw.get(code, Fraction(0))
    )
    found[code] = own
    return own

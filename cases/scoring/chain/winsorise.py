"""Winsorise: outlying figures are pulled in one by one until the distribution is acceptable.

As COINr does for the ASEM index: while |skewness| and excess kurtosis (both bias-corrected) are
above their bounds, the furthest figure takes the value of the next one, on the side of the skew.
"""

import math
from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cases.scoring.chain.link import Frame, LinkKind, number
from cases.scoring.exact import plain
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Floats
from workflow.words import m

POINTS, SKEWNESS, KURTOSIS = Fraction(5), Fraction(2), Fraction(7, 2)


def apply(frame: Frame, parameters: Mapping[str, Parameter]) -> Frame:
    """At most ``points`` figures are pulled in; each says what it became."""
    figures = frame.values.floats().array.copy()
    before = figures.copy()
    bounds = (
        float(number(parameters, "skewness", SKEWNESS)),
        float(number(parameters, "kurtosis", KURTOSIS)),
    )
    for count in range(1, int(number(parameters, "points", POINTS)) + 1):
        side = _side(figures, *bounds)
        if side == 0:
            break
        order = np.argsort(-side * before, kind="stable")
        figures = before.copy()
        figures[order[:count]] = before[order[count]]
    changed = np.flatnonzero(figures != before)
    notes = {
        frame.at[int(i)]: m("离群值,按 %(value)s 计", value=plain(float(figures[i])))
        for i in changed
    }
    return frame.to(Floats(figures), notes)


def _side(figures: NDArray[np.float64], skewness: float, kurtosis: float) -> int:
    """Where outliers stand: 1 high, -1 low, 0 when the distribution is acceptable."""
    if len(figures) < 4 or float(figures.max()) == float(figures.min()):
        return 0
    skew = sample_skewness(figures)
    if abs(skew) <= skewness or sample_kurtosis(figures) <= kurtosis:
        return 0
    return 1 if skew > 0 else -1


def sample_skewness(figures: NDArray[np.float64]) -> float:
    """Bias-corrected skewness G1 of at least three figures that are not all equal."""
    n, off = len(figures), figures - figures.mean()
    second = float((off**2).mean())
    return float((off**3).mean()) / math.pow(second, 1.5) * math.sqrt(n * (n - 1)) / (n - 2)


def sample_kurtosis(figures: NDArray[np.float64]) -> float:
    """Bias-corrected excess kurtosis G2 of at least four figures that are not all equal."""
    n, off = len(figures), figures - figures.mean()
    second = float((off**2).mean())
    excess = float((off**4).mean()) / second**2 - 3
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)


LINK = LinkKind(
    code="winsorise",
    zh="离群值缩尾",
    en="Winsorise",
    apply=apply,
    numbers={"points": (0, 100), "skewness": (0, 100), "kurtosis": (0, 1000)},
)

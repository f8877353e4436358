"""The same arithmetic bare, method by method: what a scorer would write for one table alone.

Statistics are floats in numpy; methods whose points are exact are whole numbers of 24 places.
Each gets figures in hundredths, a column an indicator, and gives the mean of the group means.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

GROUPS = 5
FINE = 10**24
Table = NDArray[Any]
Columns = list[list[int]]
HOLE = 19
"""With missing figures, every so many there is none."""


def holes(table: Table) -> Table:
    """The figures with NaN where there is none."""
    found = table.copy()
    found.reshape(-1)[::HOLE] = np.nan
    return found


def means(points: Table) -> Table:
    """The mean of the group means."""
    return np.asarray(np.mean([points[n::GROUPS].mean(axis=0) for n in range(GROUPS)], axis=0))


def zscore(table: Table) -> Table:
    """50 + 10 z."""
    off = table - table.mean(axis=1, keepdims=True)
    return means(50 + 10 * off / table.std(axis=1, keepdims=True))


def zscore_with_holes(table: Table) -> Table:
    """The same over the figures that are there; weights renormalise."""
    off = table - np.nanmean(table, axis=1, keepdims=True)
    points = 50 + 10 * off / np.nanstd(table, axis=1, keepdims=True)
    return np.asarray(
        np.nanmean([np.nanmean(points[n::GROUPS], axis=0) for n in range(GROUPS)], axis=0)
    )


def minmax_of_logs(table: Table) -> Table:
    """Between the lowest and the highest logarithm."""
    logs = np.log(table)
    low = logs.min(axis=1, keepdims=True)
    return means((logs - low) * (100 / (logs.max(axis=1, keepdims=True) - low)))


def joined(columns: Columns) -> list[int]:
    """The mean of group means in whole numbers, halves up."""
    means = []
    for group in (columns[n::GROUPS] for n in range(GROUPS)):
        size = len(group)
        sums = [sum(row) for row in zip(*group, strict=True)]
        means.append([(2 * one + size) // (2 * size) for one in sums])
    return [sum(row) // GROUPS for row in zip(*means, strict=True)]


def over(top: int, below: int) -> int:
    """A quotient, halves up."""
    return (2 * top + below) // (2 * below)


def target_ratio(columns: Columns) -> list[int]:
    """min(1, x / 50) x 100."""
    return joined([[min(2 * x, 10_000) * (FINE // 100) for x in one] for one in columns])


def minmax(columns: Columns) -> list[int]:
    """100 (x - lowest) / (highest - lowest)."""
    found = []
    for one in columns:
        low, room = min(one), max(one) - min(one)
        found.append([over(100 * (x - low) * FINE, room) for x in one])
    return joined(found)


def efficacy(columns: Columns) -> list[int]:
    """40 (x - lowest) / (highest - lowest) + 60."""
    found = []
    for one in columns:
        low, room = min(one), max(one) - min(one)
        found.append([over((40 * (x - low) + 60 * room) * FINE, room) for x in one])
    return joined(found)


def percentile(columns: Columns) -> list[int]:
    """100 (n - place) / (n - 1), equal figures sharing the better place."""
    found = []
    for one in columns:
        order, free = sorted(-x for x in one), len(one) - 1
        found.append([over(100 * (free - bisect_left(order, -x)) * FINE, free) for x in one])
    return joined(found)


def vs_mean(columns: Columns) -> list[int]:
    """100 less 0.1 for each percent below the mean, at most 50."""
    found = []
    for one in columns:
        total, size = sum(one), len(one)
        change = [min(0, max(-500 * total, 100 * (x * size - total))) for x in one]
        found.append([over((1000 * total + n) * FINE, 10 * total) for n in change])
    return joined(found)


def best_ratio(columns: Columns) -> list[int]:
    """100 x / highest."""
    found = []
    for one in columns:
        best = max(one)
        found.append([over(100 * x * FINE, best) for x in one])
    return joined(found)


def growth(columns: Columns) -> list[int]:
    """Percent on last year's figure, that of the unit at the other end, from 0 to 100."""
    full = 100 * FINE
    found = []
    for one in columns:
        pairs = zip(one, reversed(one), strict=True)
        found.append([min(full, max(0, over(100 * (x - b) * FINE, b))) for x, b in pairs])
    return joined(found)


def distance_to_target(columns: Columns) -> list[int]:
    """100 (1 - |x - 50| / 50), at least 0."""
    return joined(
        [[max(0, 10_000 - 2 * abs(x - 5_000)) * (FINE // 100) for x in one] for one in columns]
    )


@dataclass(frozen=True, slots=True)
class Bare:
    """A rule of a scheme, and the same arithmetic bare: in whole numbers, or floats in numpy.

    ``scheme`` is what the scheme says beside its indicators; ``every`` so many figures one is
    missing.
    """

    rule: dict[str, Any]
    whole: Callable[[Columns], object] | None = None
    floats: Callable[[Table], object] | None = None
    scheme: dict[str, Any] = field(default_factory=dict)
    every: int = 0
    cases: bool = False
    """The figures are whole numbers."""


METHODS: dict[str, Bare] = {
    "zscore": Bare({"method": "zscore"}, floats=zscore),
    "zscore, one in nineteen missing": Bare(
        {"method": "zscore"}, floats=zscore_with_holes, every=HOLE
    ),
    "minmax of logarithms": Bare(
        {"method": "minmax", "parameters": {"scale": "log"}}, floats=minmax_of_logs
    ),
    "target_ratio": Bare(
        {"method": "target_ratio", "parameters": {"cap": "1"}, "target": "50"}, target_ratio
    ),
    "minmax": Bare({"method": "minmax"}, minmax),
    "efficacy": Bare({"method": "efficacy"}, efficacy),
    "percentile": Bare({"method": "percentile"}, percentile),
    "vs_mean": Bare(
        {"method": "vs_mean", "parameters": {"below": "0.1", "most_deducted": "50"}}, vs_mean
    ),
    "best_ratio": Bare({"method": "best_ratio"}, best_ratio),
    "growth": Bare({"method": "growth"}, growth),
    "distance_to_target": Bare(
        {"method": "distance_to_target", "target": "50"}, distance_to_target
    ),
}
"""What compares with the class, last year, or a target in proportion."""

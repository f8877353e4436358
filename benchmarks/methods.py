"""The same arithmetic bare, method by method: what a scorer would write for one table alone.

Statistics are floats in numpy; methods whose points are exact are whole numbers of 24 places.
Each gets figures in hundredths, a column an indicator, and gives the mean of the group means.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
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


def _means(points: Table) -> Table:
    return np.mean([points[n::GROUPS].mean(axis=0) for n in range(GROUPS)], axis=0)


def zscore(table: Table) -> Table:
    """50 + 10 z."""
    off = table - table.mean(axis=1, keepdims=True)
    return _means(50 + 10 * off / table.std(axis=1, keepdims=True))


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
    return _means((logs - low) * (100 / (logs.max(axis=1, keepdims=True) - low)))


def _joined(columns: Columns) -> list[int]:
    """The mean of group means in whole numbers, halves up."""
    means = []
    for group in (columns[n::GROUPS] for n in range(GROUPS)):
        size = len(group)
        sums = [sum(row) for row in zip(*group, strict=True)]
        means.append([(2 * one + size) // (2 * size) for one in sums])
    return [sum(row) // GROUPS for row in zip(*means, strict=True)]


def _over(top: int, below: int) -> int:
    return (2 * top + below) // (2 * below)


def target_ratio(columns: Columns) -> list[int]:
    """min(1, x / 50) x 100."""
    return _joined([[min(2 * x, 10_000) * (FINE // 100) for x in one] for one in columns])


def minmax(columns: Columns) -> list[int]:
    """100 (x - lowest) / (highest - lowest)."""
    found = []
    for one in columns:
        low, room = min(one), max(one) - min(one)
        found.append([_over(100 * (x - low) * FINE, room) for x in one])
    return _joined(found)


def efficacy(columns: Columns) -> list[int]:
    """40 (x - lowest) / (highest - lowest) + 60."""
    found = []
    for one in columns:
        low, room = min(one), max(one) - min(one)
        found.append([_over((40 * (x - low) + 60 * room) * FINE, room) for x in one])
    return _joined(found)


def percentile(columns: Columns) -> list[int]:
    """100 (n - place) / (n - 1), equal figures sharing the better place."""
    found = []
    for one in columns:
        order, free = sorted(-x for x in one), len(one) - 1
        found.append([_over(100 * (free - bisect_left(order, -x)) * FINE, free) for x in one])
    return _joined(found)


def vs_mean(columns: Columns) -> list[int]:
    """100 less 0.1 for each percent below the mean, at most 50."""
    found = []
    for one in columns:
        total, size = sum(one), len(one)
        change = [min(0, max(-500 * total, 100 * (x * size - total))) for x in one]
        found.append([_over((1000 * total + n) * FINE, 10 * total) for n in change])
    return _joined(found)


def best_ratio(columns: Columns) -> list[int]:
    """100 x / highest."""
    found = []
    for one in columns:
        best = max(one)
        found.append([_over(100 * x * FINE, best) for x in one])
    return _joined(found)


def growth(columns: Columns) -> list[int]:
    """Percent on last year's figure, that of the unit at the other end, from 0 to 100."""
    full = 100 * FINE
    found = []
    for one in columns:
        pairs = zip(one, reversed(one), strict=True)
        found.append([min(full, max(0, _over(100 * (x - b) * FINE, b))) for x, b in pairs])
    return _joined(found)


def distance_to_target(columns: Columns) -> list[int]:
    """100 (1 - |x - 50| / 50), at least 0."""
    return _joined(
        [[max(0, 10_000 - 2 * abs(x - 5_000)) * (FINE // 100) for x in one] for one in columns]
    )


FLOATS: dict[str, tuple[dict[str, Any], Callable[[Table], object]]] = {
    "zscore": ({"method": "zscore"}, zscore),
    "zscore, one in nineteen missing": ({"method": "zscore"}, zscore_with_holes),
    "minmax of logarithms": (
        {"method": "minmax", "parameters": {"scale": "log"}}, minmax_of_logs,
    ),
}  # fmt: skip
"""Statistics: the rule of a scheme, and the same in numpy."""

WHOLE: dict[str, tuple[dict[str, Any], Callable[[Columns], object]]] = {
    "target_ratio": (
        {"method": "target_ratio", "parameters": {"cap": "1"}, "target": "50"}, target_ratio,
    ),
    "minmax": ({"method": "minmax"}, minmax),
    "efficacy": ({"method": "efficacy"}, efficacy),
    "percentile": ({"method": "percentile"}, percentile),
    "vs_mean": (
        {"method": "vs_mean", "parameters": {"below": "0.1", "most_deducted": "50"}}, vs_mean,
    ),
    "best_ratio": ({"method": "best_ratio"}, best_ratio),
    "growth": ({"method": "growth"}, growth),
    "distance_to_target": (
        {"method": "distance_to_target", "target": "50"}, distance_to_target,
    ),
}  # fmt: skip
"""Exact points: the rule, and the same in whole numbers."""

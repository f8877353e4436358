"""The same arithmetic bare for what stands above the indicators: means of groups, and weights.

Where a mean of another kind, or entropy, is made of points, the points are whole numbers of 24
places and what follows is numpy; of z-scores everything is numpy.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from benchmarks.methods import FINE, GROUPS, HOLE, Bare, Columns, Table, joined, over

RATIO: dict[str, Any] = {
    "method": "target_ratio", "parameters": {"cap": "1"}, "target": "50",
}  # fmt: skip
SCORE: dict[str, Any] = {"method": "zscore"}


def _ratios(columns: Columns) -> Table:
    """Points of target ratios: whole numbers, then floats."""
    fine = [[min(2 * x, 10_000) * (FINE // 100) for x in one] for one in columns]
    return np.array([[n / FINE for n in one] for one in fine])


def _scores(table: Table) -> Table:
    off = table - table.mean(axis=1, keepdims=True)
    return np.asarray(50 + 10 * off / table.std(axis=1, keepdims=True))


def _geometric(points: Table) -> Table:
    logs = [np.log(points[n::GROUPS]).mean(axis=0) for n in range(GROUPS)]
    return np.asarray(np.exp(np.mean(logs, axis=0)))


def _harmonic(points: Table) -> Table:
    turned = [(1 / points[n::GROUPS]).mean(axis=0) for n in range(GROUPS)]
    return np.asarray(1 / np.mean(turned, axis=0))


def _by_entropy(points: Table) -> Table:
    """Weights 1 - e over the sum of them; a group weighs what its indicators weigh."""
    share = points / points.sum(axis=1, keepdims=True)
    parts = share * np.log(np.where(share > 0, share, 1))
    weights = 1 + parts.sum(axis=1) / np.log(points.shape[1])
    return np.asarray(weights @ points / weights.sum())


def _with_gaps(table: Table) -> Table:
    """z-scores over what is there, joined geometrically over what is there."""
    off = table - np.nanmean(table, axis=1, keepdims=True)
    logs = np.log(50 + 10 * off / np.nanstd(table, axis=1, keepdims=True))
    groups = [np.nanmean(logs[n::GROUPS], axis=0) for n in range(GROUPS)]
    return np.asarray(np.exp(np.nanmean(groups, axis=0)))


def _squares(points: Table) -> Table:
    """The power mean with exponent 2."""
    squares = [(points[n::GROUPS] ** 2).mean(axis=0) for n in range(GROUPS)]
    return np.asarray(np.mean(squares, axis=0) ** 0.5)


def _penalised(points: Table) -> Table:
    """M - S^2 / M in each group, then over the groups."""

    def one(rows: Table) -> Table:
        mean = rows.mean(axis=0)
        return np.asarray(mean - ((rows - mean) ** 2).mean(axis=0) / mean)

    return one(np.array([one(points[n::GROUPS]) for n in range(GROUPS)]))


def _again(points: Table) -> Table:
    """The scores of each group as z-scores once more, then their mean."""
    groups = np.array([points[n::GROUPS].mean(axis=0) for n in range(GROUPS)])
    return np.asarray(_scores(groups).mean(axis=0))


def lowest(columns: Columns) -> list[int]:
    """The lowest target ratio of each group, then the lowest group."""
    fine = [[min(2 * x, 10_000) * (FINE // 100) for x in one] for one in columns]
    groups = [[min(row) for row in zip(*fine[n::GROUPS], strict=True)] for n in range(GROUPS)]
    return [min(row) for row in zip(*groups, strict=True)]


def multiplied(columns: Columns) -> list[int]:
    """Shares of a target multiplied in each group, then the mean of the groups."""
    found = []
    for group in (columns[n::GROUPS] for n in range(GROUPS)):
        shares = [[min(2 * x, 10_000) for x in one] for one in group]
        whole = 10_000 ** len(group)
        products = [prod(row) for row in zip(*shares, strict=True)]
        found.append([over(one * FINE, whole) for one in products])
    return [sum(row) // GROUPS for row in zip(*found, strict=True)]


def turned(columns: Columns) -> list[int]:
    """A hundred less the mean of the target ratios of each group, then the mean of the groups."""
    found = []
    for group in (columns[n::GROUPS] for n in range(GROUPS)):
        points = [[min(2 * x, 10_000) * (FINE // 100) for x in one] for one in group]
        sums = [sum(row) for row in zip(*points, strict=True)]
        found.append([100 * FINE - over(one, len(group)) for one in sums])
    return [sum(row) // GROUPS for row in zip(*found, strict=True)]


def _products(points: Table) -> Table:
    """The scores of each group over fifty multiplied, then their mean."""
    return np.asarray(np.mean([points[n::GROUPS].prod(axis=0) for n in range(GROUPS)], axis=0))


def _exponentials(points: Table) -> Table:
    """e to a hundredth of the mean of each group, then their mean."""
    means = np.array([points[n::GROUPS].mean(axis=0) for n in range(GROUPS)])
    return np.asarray(np.exp(means / 100).mean(axis=0))


def to_tenths(columns: Columns) -> list[int]:
    """Target ratios, their mean in each group rounded to a tenth, and the mean of the groups."""
    means = []
    for group in (columns[n::GROUPS] for n in range(GROUPS)):
        size = len(group)
        points = [[min(2 * x, 10_000) * (FINE // 100) for x in one] for one in group]
        sums = [sum(row) for row in zip(*points, strict=True)]
        tenth = FINE // 10
        fine = [(2 * one + size) // (2 * size) for one in sums]
        means.append([(2 * one + tenth) // (2 * tenth) * tenth for one in fine])
    return [sum(row) // GROUPS for row in zip(*means, strict=True)]


def pulled_in(columns: Columns) -> list[int]:
    """Figures pulled in to the 5th and the 95th percentile, then between these ends."""
    found = []
    for one in columns:
        order, last = sorted(one), len(one) - 1
        ends = []
        for percent in (5, 95):
            at, part = divmod(last * percent, 100)
            ends.append(100 * order[at] + part * (order[min(at + 1, last)] - order[at]))
        low, high = ends
        room = high - low
        points = [min(high, max(low, 100 * x)) - low for x in one]
        found.append([over(100 * point * FINE, room) for point in points])
    return joined(found)


def given(columns: Columns) -> list[int]:
    """Target ratios by weights 1, 2, 3 ... in each group, the groups by 30, 25, 20, 15, 10."""
    means = []
    for group in (columns[n::GROUPS] for n in range(GROUPS)):
        weights = range(1, len(group) + 1)
        points = [
            [w * min(2 * x, 10_000) * (FINE // 100) for x in one]
            for w, one in zip(weights, group, strict=True)
        ]
        full = sum(weights)
        sums = [sum(row) for row in zip(*points, strict=True)]
        means.append([(2 * one + full) // (2 * full) for one in sums])
    return [
        sum(w * n for w, n in zip(SHARES, row, strict=True)) // 100
        for row in zip(*means, strict=True)
    ]


SHARES = (30, 25, 20, 15, 10)


def weights_given(indicators: int) -> dict[str, Any]:
    """The weights of ``given``, points of a hundred in each group."""
    found: dict[str, str] = {f"g{n}": str(share) for n, share in enumerate(SHARES)}
    for n in range(GROUPS):
        leaves = list(range(n, indicators, GROUPS))
        full = len(leaves) * (len(leaves) + 1) // 2
        found |= {f"i{leaf}": f"{100 * w}/{full}" for w, leaf in enumerate(leaves, start=1)}
    return {"by_class": {"c": found}}


GEOMETRIC = {"aggregate": "geometric"}
HARMONIC = {"aggregate": "harmonic"}
ENTROPY = {"weights": {"method": "entropy"}}

JOINS: dict[str, Bare] = {
    "geometric means of z-scores": Bare(
        SCORE, floats=lambda table: _geometric(_scores(table)), scheme=GEOMETRIC
    ),
    "geometric means of z-scores, one in nineteen missing": Bare(
        SCORE, floats=_with_gaps, scheme=GEOMETRIC, every=HOLE
    ),
    "geometric means of target ratios": Bare(
        RATIO, lambda columns: _geometric(_ratios(columns)), scheme=GEOMETRIC
    ),
    "harmonic means of z-scores": Bare(
        SCORE, floats=lambda table: _harmonic(_scores(table)), scheme=HARMONIC
    ),
    "harmonic means of target ratios": Bare(
        RATIO, lambda columns: _harmonic(_ratios(columns)), scheme=HARMONIC
    ),
    "entropy weights of z-scores": Bare(
        SCORE, floats=lambda table: _by_entropy(_scores(table)), scheme=ENTROPY
    ),
    "entropy weights of target ratios": Bare(
        RATIO, lambda columns: _by_entropy(_ratios(columns)), scheme=ENTROPY
    ),
    "power means of z-scores": Bare(
        SCORE,
        floats=lambda table: _squares(_scores(table)),
        scheme={"aggregate": "power", "exponent": "2"},
    ),
    "penalised means of z-scores": Bare(
        SCORE, floats=lambda table: _penalised(_scores(table)), scheme={"aggregate": "penalised"}
    ),
    "groups of z-scores scored again": Bare(
        SCORE,
        floats=lambda table: _again(_scores(table)),
        scheme={"group": {"rescale": {"method": "zscore"}}},
    ),
    "lowest of target ratios": Bare(RATIO, lowest, scheme={"aggregate": "minimum"}),
    "products of target ratios": Bare(
        {**RATIO, "parameters": {"cap": "1", "full": "1"}},
        multiplied,
        scheme={"group": {"aggregate": "product"}},
    ),
    "products of z-scores": Bare(
        {**SCORE, "parameters": {"centre": "1", "scale": "1/5"}},
        floats=lambda table: _products(_scores(table) / 50),
        scheme={"group": {"aggregate": "product"}},
    ),
    "a hundred less the means of target ratios": Bare(
        RATIO, turned, scheme={"group": {"chain": [{"link": "line", "times": -1, "add": 100}]}}
    ),
    "exponentials of means of z-scores": Bare(
        SCORE,
        floats=lambda table: _exponentials(_scores(table)),
        scheme={
            "group": {
                "chain": [{"link": "line", "times": "1/100"}, {"link": "transform", "how": "exp"}]
            }
        },
    ),
    "target ratios rounded by group": Bare(RATIO, to_tenths, scheme={"group": {"round": 1}}),
    "min-max within the 5th and 95th percentile": Bare(
        {
            "method": "minmax",
            "chain": [{"link": "winsorise_percentile", "low": "5", "high": "95"}],
        },
        pulled_in,
    ),
    "given weights": Bare(RATIO, given, scheme={"weights": "given"}),
}
"""Means of groups other than the arithmetic one, and weights other than equal ones."""

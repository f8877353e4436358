"""Rank intervals: how far a rank moves when the weights are a little different.

1,000 seeded draws, each weight ±20 % and re-normalised; the interval is the 5th to the 95th
percentile of the rank. For the office only, never in meeting papers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from cases.scoring.exact import Numeric, exact

Array = NDArray[np.float64]
DRAWS = 1000
NOISE = 0.2


@dataclass(frozen=True, slots=True)
class RankInterval:
    """Rank under the weights as they are, and the interval, both ends included."""

    rank: int
    low: int
    high: int

    def overlaps(self, other: "RankInterval") -> bool:
        return self.low <= other.high and other.low <= self.high


def rank_intervals(
    scores: Mapping[str, Mapping[str, Numeric | None]],
    weights: Mapping[str, Numeric],
    *,
    seed: int = 0,
    draws: int = DRAWS,
    noise: float = NOISE,
) -> dict[str, RankInterval]:
    """Interval per subject from part or indicator scores (0-100) and their weights.

    Missing scores are left out and the other weights re-normalised; a subject without any score
    has no interval. The same input and seed give the same intervals, whatever the row order.
    """
    parts = sorted(code for code, weight in weights.items() if exact(weight) > 0)
    codes, values, there = _table(scores, parts)
    base = np.array([float(exact(weights[part])) for part in parts], dtype=np.float64)
    # seeded so that an office can repeat the figure; nothing here is secret
    source = Random(seed)  # noqa: S311
    first = _ranks(values, there, base)
    seen = np.empty((draws, len(codes)), dtype=np.int64)
    for number in range(draws):
        shift = [source.uniform(1 - noise, 1 + noise) for _ in parts]
        seen[number] = _ranks(values, there, base * np.array(shift))
    seen.sort(axis=0)
    return {code: interval(int(first[i]), seen[:, i]) for i, code in enumerate(codes)}


def _table(
    scores: Mapping[str, Mapping[str, Numeric | None]], parts: list[str]
) -> tuple[list[str], Array, Array]:
    """Subjects with a score, their scores (0 where missing), and 1 where one is there."""
    rows = {code: [scores[code].get(part) for part in parts] for code in sorted(scores)}
    kept = {code: row for code, row in rows.items() if any(one is not None for one in row)}
    shape = (len(kept), len(parts))
    values = [[0.0 if one is None else float(exact(one)) for one in row] for row in kept.values()]
    there = [[float(one is not None) for one in row] for row in kept.values()]
    return list(kept), np.array(values).reshape(shape), np.array(there).reshape(shape)


def _ranks(values: Array, there: Array, weights: Array) -> NDArray[np.int64]:
    """Competition ranks: best is 1, ties share the better one."""
    # nine places, so that equal scores tie in spite of the last bits of a float
    totals = -np.round((values @ weights) / (there @ weights), 9)
    found: NDArray[np.int64] = np.searchsorted(np.sort(totals), totals, side="left") + 1
    return found


def interval(rank: int, seen: NDArray[np.int64]) -> RankInterval:
    """Nearest-rank percentiles of sorted ranks; the rank itself always lies inside."""
    if not len(seen):
        return RankInterval(rank, rank, rank)
    low = int(seen[max(0, -(-len(seen) * 5 // 100) - 1)])
    high = int(seen[-(-len(seen) * 95 // 100) - 1])
    return RankInterval(rank, min(low, rank), max(high, rank))

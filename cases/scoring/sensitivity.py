"""Rank intervals: how far a rank moves when the weights are a little different.

1,000 seeded draws, each weight ±20 % and re-normalised; the interval is the 5th to the 95th
percentile of the rank. For the office only, never in meeting papers.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from cases.scoring.exact import Numeric, exact

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
    table = {code: _row(scores[code], parts) for code in sorted(scores)}
    table = {code: row for code, row in table.items() if row}
    base = [float(exact(weights[part])) for part in parts]
    first = _ranks(table, base)
    # seeded so that an office can repeat the figure; nothing here is secret
    source = Random(seed)  # noqa: S311
    seen: dict[str, list[int]] = {code: [] for code in table}
    for _ in range(draws):
        drawn = [weight * source.uniform(1 - noise, 1 + noise) for weight in base]
        for code, rank in _ranks(table, drawn).items():
            seen[code].append(rank)
    return {code: _interval(first[code], sorted(seen[code])) for code in table}


_Row = list[tuple[int, float]]


def _row(scores: Mapping[str, Numeric | None], parts: list[str]) -> _Row:
    """(position of the part, score) for what is there."""
    values = [(place, scores.get(part)) for place, part in enumerate(parts)]
    return [(place, float(exact(value))) for place, value in values if value is not None]


def _ranks(table: Mapping[str, _Row], weights: list[float]) -> dict[str, int]:
    totals = {}
    for code, row in table.items():
        whole = sum(weights[place] for place, _ in row)
        mean = sum(weights[place] * value for place, value in row) / whole
        # nine places, so that equal scores tie in spite of the last bits of a float
        totals[code] = round(mean, 9)
    ordered = sorted(-total for total in totals.values())
    return {code: bisect_left(ordered, -total) + 1 for code, total in totals.items()}


def _interval(rank: int, seen: list[int]) -> RankInterval:
    """Nearest-rank percentiles; the rank itself always lies inside."""
    if not seen:
        return RankInterval(rank, rank, rank)
    low = seen[max(0, -(-len(seen) * 5 // 100) - 1)]
    high = seen[-(-len(seen) * 95 // 100) - 1]
    return RankInterval(rank, min(low, rank), max(high, rank))

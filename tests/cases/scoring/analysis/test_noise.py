"""Rank intervals through the tree: the real joins under drawn weights."""

from random import Random
from typing import Any

import numpy as np
import pytest

from cases.scoring.analysis.noise import tree_intervals
from cases.scoring.book import Figure
from cases.scoring.items import ItemEntry
from cases.scoring.scheme import load_indicators
from cases.scoring.scoresheet import Scores, score_units
from cases.scoring.sensitivity import RankInterval

POINTS = {"method": "minmax", "parameters": {"min": 0, "max": 100}, "direction": "positive"}


def year(
    rows: dict[str, tuple[float | None, ...]],
    *,
    group: dict[str, Any] | None = None,
    items: list[ItemEntry] | None = None,
) -> Scores:
    """Four indicators in two groups, the first with the settings under ``group``."""
    leaves = [
        {"code": f"i{n}", "title": f"i{n}", "missing": "renormalise", **POINTS} for n in range(4)
    ]
    document: dict[str, Any] = {
        "code": "t", "title": "t", "year": 2025,
        "indicators": [
            {"code": "g0", "title": "g0", "children": leaves[:2], **(group or {})},
            {"code": "g1", "title": "g1", "children": leaves[2:]},
        ],
        "classes": [{"code": "c", "title": "c"}], "weights": {"method": "equal"},
    }  # fmt: skip
    if items:
        document["items"] = [
            {
                "code": "loss", "title": "loss", "kind": "deduction", "per_case": 5, "cap": 40,
                "applies_at": "indicators",
            }
        ]  # fmt: skip
    figures = [
        Figure(unit, f"i{n}", None if value is None else str(value))
        for unit, row in rows.items()
        for n, value in enumerate(row)
    ]
    return score_units(load_indicators(document), dict.fromkeys(rows, "c"), figures, items or ())


def intervals(scores: Scores, **options: Any) -> dict[str, RankInterval]:
    return tree_intervals(scores, scores.runs["c"], **options)


CLEAR = {"top": (90, 90, 90, 90), "mid": (70, 71, 70, 70), "low": (10, 10, 10, 10)}


def test_clear_ranks_stay_and_close_ones_overlap() -> None:
    rows: dict[str, tuple[float | None, ...]] = {**CLEAR, "odd": (95, 45, 95, 45.5)}
    found = intervals(year(rows), seed=5)
    assert (found["top"], found["low"]) == (RankInterval(1, 1, 1), RankInterval(4, 4, 4))
    assert (found["mid"], found["odd"]) == (RankInterval(2, 2, 3), RankInterval(3, 2, 3))


def test_without_noise_the_rank_is_the_rank_of_the_totals() -> None:
    source = Random(2)
    rows = {f"u{n:02d}": tuple(source.randrange(101) for _ in range(4)) for n in range(30)}
    scores = year(rows, group={"aggregate": "geometric"})
    totals = scores.totals()
    found = intervals(scores, noise=0.0, draws=3)
    for unit, one in found.items():
        due = 1 + sum(1 for other in totals.values() if (other or 0) > (totals[unit] or 0))
        assert one == RankInterval(due, due, due)


def test_a_geometric_group_is_joined_as_it_is() -> None:
    """A zero keeps the whole group at zero under any weights; adding leaf weights would not."""
    rows = {"zero": (100, 0, 50, 50), "even": (26, 26, 50, 50)}
    found = intervals(year(rows, group={"aggregate": "geometric"}))
    assert found == {"zero": RankInterval(2, 2, 2), "even": RankInterval(1, 1, 1)}
    added = intervals(year(rows))
    assert added["zero"].rank == 1


def test_missing_figures_renormalise_and_a_floor_of_availability_leaves_out() -> None:
    rows = {"whole": (60, 60, 60, 60), "part": (90, None, 50, 50), "none": (None,) * 4}
    assert sorted(intervals(year(rows))) == ["part", "whole"]
    found = intervals(year(rows, group={"availability": "0.6"}), noise=0.0, draws=1)
    assert found == {"whole": RankInterval(1, 1, 1), "part": RankInterval(2, 2, 2)}


def test_items_count_as_in_the_total() -> None:
    entry = ItemEntry("top", "loss", cases=8, evidence=("p",))
    found = intervals(year(dict(CLEAR), items=[entry]), noise=0.0, draws=1)
    assert {unit: one.rank for unit, one in found.items()} == {"mid": 1, "top": 2, "low": 3}


def test_the_same_seed_gives_the_same_and_progress_is_told() -> None:
    source = Random(4)
    rows = {f"u{n:02d}": tuple(source.randrange(40, 60) for _ in range(4)) for n in range(12)}
    told: list[int] = []
    first = intervals(year(rows), seed=9, draws=300, tell=told.append)
    turned = dict(reversed(rows.items()))
    assert intervals(year(turned), seed=9, draws=300) == first
    assert intervals(year(rows), seed=10, draws=300) != first
    assert told == [100, 200, 300]


@pytest.mark.parametrize("aggregate", ["arithmetic", "geometric", "harmonic"])
def test_equal_scores_share_the_rank(aggregate: str) -> None:
    rows = {"a": (80, 70, 60, 50), "b": (80, 70, 60, 50)}
    found = intervals(year(rows, group={"aggregate": aggregate}), draws=50)
    assert found == dict.fromkeys("ab", RankInterval(1, 1, 1))


def test_ranks_are_whole_numbers() -> None:
    found = intervals(year(dict(CLEAR)), draws=2)
    assert all(
        type(one.low) is int and not isinstance(one.low, np.integer) for one in found.values()
    )

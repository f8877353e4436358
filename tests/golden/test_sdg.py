"""SDG Index 2018: 156 countries, 88 indicators, 17 goals, as published.

Goals 8 and 12 of the OECD countries can't be rebuilt from the file and are taken as given, as are
six cells whose published normalised value does not follow from the raw one.
"""

from pathlib import Path
from typing import Any

import pytest

from cases.scoring.book import Figure
from cases.scoring.ranking import ranks
from cases.scoring.scheme import load_indicators
from cases.scoring.scoresheet import Scores, score_units
from tests.golden.reference import folder, rows

TAKEN = ("goal_08", "goal_12")


@pytest.fixture(scope="module")
def sdg() -> Path:
    return folder("sdg2018")


@pytest.fixture(scope="module")
def irregular(sdg: Path) -> dict[tuple[str, str], str]:
    """Published normalised value of the irregular cells, empty where it was left out."""
    return {
        (row["id"], row["code"]): row["normalised_published"]
        for row in rows(sdg / "irregular_cells.csv")
    }


def _goal(code: str) -> str:
    return f"goal_{code[1:3]}"


def _document(sdg: Path) -> dict[str, Any]:
    meta = rows(sdg / "indicator_meta_bounds.csv")
    goals = list(dict.fromkeys(_goal(row["code"]) for row in meta))
    return {
        "code": "sdg",
        "title": "SDG",
        "year": 2018,
        "classes": [{"code": "country", "title": "country"}],
        "indicators": [
            {
                "code": goal,
                "title": goal,
                "fill": "region",
                "given": goal in TAKEN,
                "children": [_leaf(row) for row in meta if _goal(row["code"]) == goal],
            }
            for goal in goals
        ],
        "weights": {"method": "equal"},
    }


def _leaf(row: dict[str, str]) -> dict[str, Any]:
    ends = sorted((row["worst"], row["best"]), key=float)
    return {
        "code": row["code"],
        "title": row["indicator"],
        "direction": "positive" if float(row["best"]) > float(row["worst"]) else "reverse",
        "method": "minmax",
        "parameters": {"min": ends[0], "max": ends[1]},
        "missing": "renormalise",
    }


@pytest.fixture(scope="module")
def scores(sdg: Path, irregular: dict[tuple[str, str], str]) -> Scores:
    bounds = {row["code"]: row for row in rows(sdg / "indicator_meta_bounds.csv")}
    figures = []
    for row in rows(sdg / "raw.csv"):
        for code, bound in bounds.items():
            value: str | None = row[code] or None
            if (row["id"], code) in irregular:
                value = _back(irregular[row["id"], code], bound)
            figures.append(Figure(row["id"], code, value))
    published = rows(sdg / "scores_published.csv")
    for row in published:
        if row["oecd"] == "1":
            figures += [Figure(row["id"], goal, row[goal]) for goal in TAKEN]
    units = {row["id"]: "country" for row in published}
    regions = {"region": {row["id"]: row["region"] for row in published}}
    return score_units(load_indicators(_document(sdg)), units, figures, attributes=regions)


def _back(normalised: str, bound: dict[str, str]) -> str | None:
    """The raw figure that a published normalised value stands for."""
    if not normalised:
        return None
    worst, best = float(bound["worst"]), float(bound["best"])
    return f"{worst + float(normalised) / 100 * (best - worst):.12f}"


def test_sdg_normalised(sdg: Path, scores: Scores) -> None:
    run = scores.runs["country"]
    worst, cells = 0.0, 0
    for row in rows(sdg / "normalised_published.csv"):
        local = run.units.index(scores.book.places[row["id"]])
        for code in run.leaves:
            found = run.nodes[code].at(local)
            assert (found is None) == (row[code] == ""), (row["id"], code)
            if found is not None:
                cells += 1
                worst = max(worst, abs(float(found) - float(row[code])))
    assert worst <= 1e-6
    assert cells > 11_000


def test_sdg_goals_index_and_ranks(sdg: Path, scores: Scores) -> None:
    run = scores.runs["country"]
    published = rows(sdg / "scores_published.csv")
    worst = 0.0
    for row in published:
        local = run.units.index(scores.book.places[row["id"]])
        for code, points in run.nodes.items():
            if code.startswith("goal_"):
                worst = max(worst, abs(float(points.at(local) or 0) - float(row[code])))
        index = float(row["index_score"])
        worst = max(worst, abs(float(run.total.at(local) or 0) - index))
    assert worst <= 1e-6
    assert ranks(scores.totals()) == {row["id"]: int(float(row["rank"])) for row in published}

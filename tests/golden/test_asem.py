"""ASEM Sustainable Connectivity: 51 countries, 49 indicators, every stage as published (COINr)."""

from pathlib import Path
from typing import Any

import pytest

from cases.scoring.book import Figure
from cases.scoring.ranking import ranks
from cases.scoring.scheme import load_indicators
from cases.scoring.scoresheet import Scores, score_units
from tests.golden.reference import folder, rows

GROUP = "Group_EurAsia"


@pytest.fixture(scope="module")
def asem() -> Path:
    return folder("asem")


@pytest.fixture(scope="module")
def scores(asem: Path) -> Scores:
    return _scored(asem)


def _leaf(row: dict[str, str]) -> dict[str, Any]:
    chain: list[dict[str, Any]] = []
    if row["Denominator"]:
        chain.append({"link": "denominate", "by": row["Denominator"]})
    chain += [
        {"link": "impute", "from": "mean", "group": GROUP},
        {"link": "winsorise", "points": 6, "skewness": 2, "kurtosis": "7/2"},
    ]
    return {
        "code": row["IndCode"],
        "title": row["IndName"],
        "direction": "positive" if float(row["Direction"]) > 0 else "reverse",
        "method": "minmax",
        "missing": "renormalise",
        "chain": chain,
    }


def _document(asem: Path) -> dict[str, Any]:
    meta = rows(asem / "indicator_meta.csv")
    parents = {row["Agg1"]: row["Agg2"] for row in meta}
    tops = list(dict.fromkeys(parents.values()))
    return {
        "code": "asem",
        "title": "ASEM",
        "year": 2018,
        "classes": [{"code": "country", "title": "country"}],
        "series": [
            {"code": name, "title": name}
            for name in rows(asem / "denominators.csv")[0]
            if name.startswith("Den_")
        ],
        "indicators": [
            {
                "code": top,
                "title": top,
                "children": [
                    {
                        "code": group,
                        "title": group,
                        "children": [_leaf(row) for row in meta if row["Agg1"] == group],
                    }
                    for group, parent in parents.items()
                    if parent == top
                ],
            }
            for top in tops
        ],
        "weights": {"method": "equal"},
    }


def _scored(asem: Path) -> Scores:
    document = _document(asem)
    raw, denominators = rows(asem / "stage_raw.csv"), rows(asem / "denominators.csv")
    codes = [row["IndCode"] for row in rows(asem / "indicator_meta.csv")]
    figures = [Figure(row["UnitCode"], c, row[c] or None) for row in raw for c in codes]
    figures += [
        Figure(row["UnitCode"], c, row[c] or None)
        for row in denominators
        for c in row
        if c.startswith("Den_")
    ]
    units = {row["UnitCode"]: "country" for row in raw}
    attributes = {GROUP: {row["UnitCode"]: row[GROUP] for row in raw}}
    return score_units(load_indicators(document), units, figures, attributes=attributes)


@pytest.mark.parametrize(
    ("stage", "after"),
    [("denominated", 1), ("imputed", 2), ("treated", 3)],
)
def test_asem_figures_after_each_link(asem: Path, scores: Scores, stage: str, after: int) -> None:
    run = scores.runs["country"]
    worst = 0.0
    for row in rows(asem / f"stage_{stage}.csv"):
        place = scores.book.places[row["UnitCode"]]
        for code, leaf in run.leaves.items():
            number = after if leaf.links[0] == "denominate" else after - 1
            frame = leaf.frames[number]
            found = dict(zip(frame.at, frame.values.all(), strict=True)).get(place)
            assert (found is None) == (row[code] == ""), (row["UnitCode"], code)
            if found is not None:
                published = float(row[code])
                worst = max(worst, abs(float(found) - published) / max(1.0, abs(published)))
    assert worst <= 1e-9


def test_asem_normalised_and_groups(asem: Path, scores: Scores) -> None:
    run = scores.runs["country"]
    worst = 0.0
    for row in rows(asem / "stage_aggregated.csv"):
        local = run.units.index(scores.book.places[row["UnitCode"]])
        for code, points in run.nodes.items():
            worst = max(worst, abs(float(points.at(local) or 0) - float(row[code])))
        worst = max(worst, abs(float(run.total.at(local) or 0) - float(row["Index"])))
    assert worst <= 1e-9


def test_asem_two_decimal_table_and_all_ranks(asem: Path, scores: Scores) -> None:
    run = scores.runs["country"]
    for row in rows(asem / "results_score.csv"):
        local = run.units.index(scores.book.places[row["UnitCode"]])
        for code, points in run.nodes.items():
            if code in row:
                assert abs(float(points.at(local) or 0) - float(row[code])) <= 0.005 + 1e-9
    published = {row["UnitCode"]: int(row["Index"]) for row in rows(asem / "results_rank.csv")}
    assert ranks(scores.totals()) == published

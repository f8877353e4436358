"""Human Development Index of 2019: geometric mean, logarithm of income, fixed goalposts.

Source: UNDP, Human Development Report 2020, table 1 and technical note 1. The report prints its
figures rounded, so an index may differ by one in the third place.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

from cases.scoring.book import Figure
from cases.scoring.scheme import load_indicators
from cases.scoring.scoresheet import score_units
from tests.golden.reference import rows

TABLE = Path(__file__).with_name("hdi_2019.csv")


def _leaf(code: str, low: str, high: str, **more: str) -> dict[str, Any]:
    return {
        "code": code, "title": code, "direction": "positive", "method": "minmax",
        "parameters": {"min": low, "max": high, **more}, "missing": "renormalise",
    }  # fmt: skip


DOCUMENT: dict[str, Any] = {
    "code": "hdi",
    "title": "HDI",
    "year": 2019,
    "classes": [{"code": "country", "title": "country"}],
    "indicators": [
        _leaf("life", "20", "85"),
        {
            "code": "education",
            "title": "education",
            "children": [_leaf("expected", "0", "18"), _leaf("mean", "0", "15")],
        },
        _leaf("income", "100", "75000", scale="log"),
    ],
    "weights": {"method": "equal", "aggregate": "geometric"},
}


def test_hdi_of_seventeen_countries() -> None:
    table = rows(TABLE)
    codes = ("life", "expected", "mean", "income")
    figures = [Figure(row["country"], code, row[code]) for row in table for code in codes]
    units = {row["country"]: "country" for row in table}
    totals = score_units(load_indicators(DOCUMENT), units, figures).totals()
    apart = {
        row["country"]: abs(
            round((totals[row["country"]] or Decimal(0)) / 100, 3) - Decimal(row["index"])
        )
        for row in table
    }
    assert {name: off for name, off in apart.items() if off > Decimal("0.001")} == {}
    rounded = {name for name, off in apart.items() if off}
    assert rounded == {"Ireland", "Switzerland", "Germany", "China", "India"}

"""The example of the how-to is read, and warns as the page says."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases.scoring.plausibility import of_checks, of_range
from cases.scoring.reading import DocumentErrors
from cases.scoring.scheme import load_indicators

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "check-figures.md"
GOOD = {"gdp": "100", "primary": "10", "secondary": "40", "tertiary": "50.05", "population": "25"}


def example() -> dict[str, Any]:
    text = PAGE.read_text(encoding="utf-8").split("```yaml\n", 1)[1].split("```", 1)[0]
    more = {
        "code": "t", "title": "t", "year": 2025, "weights": {"method": "equal"},
        "classes": [{"code": "c", "title": "c"}],
    }  # fmt: skip
    return {**more, **yaml.safe_load(text)}


def found(**changes: str) -> dict[str, list[str]]:
    figures = {code: Decimal(text) for code, text in {**GOOD, **changes}.items()}
    told = of_checks(load_indicators(example()).checks, figures)
    return {code: [one.code for one in some] for code, some in told.items()}


def test_figures_that_fit_are_let_alone() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"tertiary": "50.2"}, {"gdp", "primary", "secondary", "tertiary"}),
        ({"population": "2"}, {"gdp", "population"}),
        ({"population": "101"}, {"gdp", "population"}),
    ],
)
def test_a_check_is_told_at_every_figure_it_reads(changes: dict[str, str], told: set[str]) -> None:
    assert set(found(**changes)) == told


def test_range_and_additive_of_the_example() -> None:
    scheme = load_indicators(example())
    gdp = scheme.indicators["gdp"]
    assert [of_range(gdp, Decimal(n)) is None for n in ("0.9", "1", "5000", "5001")] == [
        False, True, True, False,
    ]  # fmt: skip
    assert (gdp.additive, scheme.indicators["output"].additive) == (True, False)


@pytest.mark.parametrize(
    "check",
    [
        {"code": "x", "title": "x", "sum": ["gdp"], "equals": "nowhere"},
        {"code": "x", "title": "x", "ratio": ["gdp", "population"]},
        {"code": "x", "title": "x", "ratio": ["gdp"], "low": 1},
        {"code": "x", "title": "x", "sum": ["gdp"], "equals": "gdp", "ratio": ["gdp", "gdp"]},
    ],
)
def test_checks_that_cant_be_are_refused(check: dict[str, Any]) -> None:
    with pytest.raises(DocumentErrors):
        load_indicators({**example(), "checks": [check]})

from fractions import Fraction

import pytest

from cases.scoring.analysis.results import imagined
from cases.scoring.analysis.scenario import Scenario, figured, weighed
from cases.scoring.book import Figure
from cases.scoring.items import ItemEntry
from cases.scoring.reading import DocumentErrors
from cases.scoring.scoresheet import score_units
from tests.cases.scoring.test_scoresheet import SCHEME, UNITS, figures, sheets

PLAIN = "county.plain"


def test_weighed_changes_a_copy_and_the_groups_above() -> None:
    copy = weighed(SCHEME, Scenario(weights={(PLAIN, "rd"): Fraction(10)}))
    assert copy.weights_of(PLAIN) == {
        "innovation": 40, "rd": 10, "hightech": 30, "green": 40, "pm25": 25, "energy": 15,
    }  # fmt: skip
    assert SCHEME.weights_of(PLAIN)["rd"] == 30
    assert copy.weights_of("county.hill") == SCHEME.weights_of("county.hill")


def test_weighed_leaves_out_what_weighs_nothing() -> None:
    nothing = Scenario(weights={(PLAIN, "pm25"): Fraction(0), (PLAIN, "energy"): Fraction(0)})
    assert list(weighed(SCHEME, nothing).weights_of(PLAIN)) == ["innovation", "rd", "hightech"]


def test_weighed_refuses_what_is_not_there() -> None:
    wrong = Scenario(
        weights={
            ("moon", "rd"): Fraction(1),
            (PLAIN, "cheese"): Fraction(1),
            (PLAIN, "rd"): Fraction(-1),
        }
    )
    with pytest.raises(DocumentErrors) as refused:
        weighed(SCHEME, wrong)
    assert [(place, str(said)) for place, said in refused.value.errors] == [
        ("moon/rd", "没有类别“moon”"),
        ("county.plain/cheese", "指标“cheese”在这一类别没有权重"),
        ("county.plain/rd", "权重不能小于零"),
    ]


def test_weighed_refuses_a_class_without_any_weight() -> None:
    leaves = ("rd", "hightech", "pm25", "energy")
    with pytest.raises(DocumentErrors) as refused:
        weighed(SCHEME, Scenario(weights={(PLAIN, code): Fraction(0) for code in leaves}))
    assert [(p, str(s)) for p, s in refused.value.errors] == [(PLAIN, "所有权重都是零,不能计分")]


def test_figured_replaces_adds_and_touches_nothing_else() -> None:
    given = figures()
    scenario = Scenario(figures={("u1", "rd"): Fraction(3), ("h1", "rd"): None})
    changed = figured(given, scenario)
    assert given == figures()
    assert [one for one in changed if one not in given] == [
        Figure("u1", "rd", Fraction(3)),
        Figure("h1", "rd", None),
    ]
    assert score_units(SCHEME, UNITS, changed)["u1"].rows[0].points == 100
    assert sheets()["u1"].rows[0].points == 80


def test_figured_takes_a_figure_that_was_missing() -> None:
    scenario = Scenario(figures={("u1", "rd"): Fraction(3)})
    assert figured([], scenario) == [Figure("u1", "rd", Fraction(3))]
    assert (scenario.empty, Scenario().empty) == (False, True)


def test_deductions_count_beside_the_real_result_too() -> None:
    """The ranks before are those of the class table, or the comparison is with nothing real."""
    entries = [ItemEntry("u1", "safety", cases=3, evidence=("x",))]
    scenario = Scenario(weights={(PLAIN, "rd"): Fraction(10)})
    found = imagined(SCHEME, UNITS, figures(), scenario, entries)
    real = sheets(entries=entries).totals()
    before = {row["unit"]: row["before"] for row in found["moves"]}
    assert before == {unit: f"{total:f}" for unit, total in real.items()}

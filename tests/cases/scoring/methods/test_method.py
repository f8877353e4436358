"""What a scheme may tell a method: everything else is refused with its path."""

from fractions import Fraction
from typing import Any

import pytest

from cases.scoring.book import Figure
from cases.scoring.exact import shown
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import Column, taken
from cases.scoring.reading import Node, Problem
from cases.scoring.scheme import load
from cases.scoring.scheme_parameters import read_parameters
from cases.scoring.scoresheet import score_units
from cases.scoring.vectors import Exact, Floats
from tests.cases.scoring.methods.columns import column

GOOD: dict[str, dict[str, Any]] = {
    "target_all_or_none": {"full": 4, "otherwise": 1},
    "target_ratio": {"cap": "1.2", "zero": "met"},
    "best_ratio": {"full": 600, "zero": "met"},
    "rank_step": {"full": 200, "step": 2, "floor": 50, "ties": "mean"},
    "rank_table": {"table": [60, 57, 54], "beyond": "last"},
    "target_then_rank": {"base": 4, "full": 6},
    "efficacy": {"c": 40, "d": 60, "satisfactory": 20, "not_allowed": 10, "beyond": "open"},
    "minmax": {"min": 20, "max": 85, "beyond": "clip"},
    "zscore": {"sd": "sample", "scale": 10, "centre": 50, "low": 0, "high": 100},
    "percentile": {"full": 50, "ties": "better"},
    "growth": {"base": 60, "per_point": 2, "measure": "rate", "nonpositive": "difference"},
    "distance_to_target": {"form": "worst", "worst": -5},
    "per_unit_deduct": {"per_unit": "0.5", "unit_policy": "floor"},
    "per_case_deduct": {"per_case": "1.5", "cap": 5},
    "vs_mean": {"below": "0.1", "most_deducted": 2, "above": "0.1", "most_added": "0.5"},
    "bands": {"table": [[60, 2], [80, 4]], "interpolate": "linear"},
}


def refused(code: str, parameters: dict[str, Any]) -> list[tuple[str, str]]:
    problems: list[Problem] = []
    read_parameters(Node({"parameters": parameters}, "indicators[0]", problems), METHODS[code])
    return [(path, str(sentence)) for path, sentence in problems]


def test_parameters_of_every_method_are_read() -> None:
    assert list(GOOD) == list(METHODS)
    assert [code for code, parameters in GOOD.items() if refused(code, parameters)] == []


@pytest.mark.parametrize("code", list(METHODS))
def test_parameters_unknown_name_refused(code: str) -> None:
    assert refused(code, {**GOOD[code], "fulll": 3}) == [
        ("indicators[0].parameters.fulll", "这种方法没有参数“fulll”")
    ]


@pytest.mark.parametrize(
    ("code", "name"), [(code, name) for code, one in METHODS.items() for name in one.required]
)
def test_parameters_required_missing_refused(code: str, name: str) -> None:
    given = {key: value for key, value in GOOD[code].items() if key != name}
    assert (f"indicators[0].parameters.{name}", "必须填写") in refused(code, given)


@pytest.mark.parametrize(
    ("code", "name"), [(code, name) for code, one in METHODS.items() for name in one.words]
)
def test_parameters_unknown_word_refused(code: str, name: str) -> None:
    words = "、".join(METHODS[code].words[name])
    assert (f"indicators[0].parameters.{name}", f"只能填写:{words}") in refused(
        code, {**GOOD[code], name: "perhaps"}
    )


@pytest.mark.parametrize(
    ("code", "name"), [(code, name) for code, one in METHODS.items() for name in one.numbers]
)
def test_parameters_number_out_of_range_or_text_refused(code: str, name: str) -> None:
    low, high = METHODS[code].numbers[name]
    path = f"indicators[0].parameters.{name}"
    assert (path, f"不能小于 {low}") in refused(code, {**GOOD[code], name: low - 1})
    assert (path, f"不能大于 {high}") in refused(code, {**GOOD[code], name: high + 1})
    for bad in ("NaN", "1e400", "５", "12%"):
        assert path in [where for where, _ in refused(code, {**GOOD[code], name: bad})]


@pytest.mark.parametrize(
    ("code", "changed", "sentence"),
    [
        ("rank_step", {"floor": 300}, "保底分不应大于满分"),
        ("rank_table", {"table": []}, "名次分值表不能为空"),
        ("rank_table", {"table": [57, 60]}, "名次分值应由高到低"),
        ("target_then_rank", {"base": 7}, "达标分不应大于满分"),
        ("efficacy", {"satisfactory": 10}, "满意值和不允许值不能相同"),
        ("minmax", {"min": 85}, "下限应小于上限"),
        ("minmax", {"min": 0, "scale": "log"}, "取对数时上下限应大于零"),
        ("zscore", {"low": 100}, "下限应小于上限"),
        ("growth", {"base": 101}, "基础分不应大于满分"),
        ("distance_to_target", {"scale": 0}, "距离尺度应大于零"),
        ("per_unit_deduct", {"floor": 101}, "保底分不应大于满分"),
        ("vs_mean", {"most_added": 0}, "有加分时应填写最多加多少分"),
        ("bands", {"table": []}, "分档表不能为空"),
        ("bands", {"table": [[80, 4], [60, 2]]}, "分档起点应由小到大"),
    ],
)
def test_parameters_at_odds_with_one_another_refused(
    code: str, changed: dict[str, Any], sentence: str
) -> None:
    found = refused(code, {**GOOD[code], **changed})
    assert found == [("indicators[0].parameters", sentence)]


def test_parameters_rows_of_a_table_are_pairs() -> None:
    found = refused("bands", {"table": [[60, 2], [80]]})
    assert found[0] == ("indicators[0].parameters.table[1]", "这里应为两个数:起点和分数")


def test_alone_keeps_the_figures_own_company() -> None:
    whole = column([1, 2, 3], target=[4, 5, None], previous=[7, None, 9])
    one = whole.alone(0)
    assert (one.values.all(), one.targets, one.previous) == ([1], 4, (7,))
    assert (whole.alone(1).previous, whole.alone(2).targets) == ((), None)


def test_taken_keeps_order_and_arithmetic() -> None:
    assert taken(Exact([5, 6, 7], 2), [2, 0]) == Exact([7, 5], 2)
    assert taken(Floats.of([5, 6, 7]), [2, 0]).all() == [7.0, 5.0]


def test_column_defaults() -> None:
    empty = Column(Exact([1]))
    assert (empty.number("full"), empty.target(0), empty.before(0)) == (Fraction(100), None, None)
    assert (empty.numbers("table"), empty.rows("table"), empty.word("ties", "x")) == ((), (), "x")


UNITS = {"u1": "county.plain", "u2": "county.plain", "u3": "county.plain"}


@pytest.mark.parametrize("code", list(METHODS))
def test_method_scores_through_a_scheme(code: str, document: dict[str, Any]) -> None:
    leaf = document["indicators"][0]["children"][0]
    for name in ("parameters", "target", "targets", "method"):
        leaf.pop(name, None)
    leaf |= {"method": code, "parameters": GOOD[code], "direction": "positive"}
    if METHODS[code].needs_target:
        leaf["target"] = 60
    figures = [
        Figure(unit, leaf["code"], value, previous=50)
        for unit, value in zip(UNITS, (50, 60, 75), strict=True)
    ]
    sheets = score_units(load(document), UNITS, figures)
    for unit in UNITS:
        row = sheets[unit].rows[0]
        assert row.points is not None
        assert row.steps()[-1].result == shown(row.points)

"""Findings about figures: jumps, slips, ranges, sums and ratios, repeats; and what is no figure."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from cases.scoring.plausibility import (
    NoFigure,
    change,
    of_change,
    of_checks,
    of_range,
    read_figure,
    repeated,
    significant,
)
from cases.scoring.scheme import check, load
from cases.scoring.shapes import Indicator, Scheme
from tests.world import scheme_document


@pytest.mark.parametrize(
    ("previous", "value", "jumps", "power"),
    [
        ("10", "12", False, 0),
        ("10", "12.01", True, 0),
        ("10", "8", False, 0),
        ("10", "7.99", True, 0),
        ("2.2", "220", True, 2),
        ("350", "3.4", True, -2),
        ("-10", "-12", False, 0),
        ("-10", "12", True, 0),
    ],
)
def test_change_is_measured(previous: str, value: str, jumps: bool, power: int) -> None:
    found = change(previous, value)
    assert found is not None
    assert (found.jumps, found.power) == (jumps, power)


@pytest.mark.parametrize(
    ("previous", "value"), [(None, "1"), ("1", None), ("0", "1"), ("1", "三"), ("1", "NaN")]
)
def test_nothing_to_compare(previous: str | None, value: str | None) -> None:
    assert change(previous, value) is None


def test_change_is_told_with_its_figure() -> None:
    said = [of_change(change("10", v)) for v in ("11", "13", "5", "1000")]
    assert [(f.code, str(f.sentence)) if f else None for f in said] == [
        None,
        ("jump", "比上年高 30%"),
        ("jump", "比上年低 50%"),
        ("slip", "约为上年的 100 倍,请核对小数点和计量单位"),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("12%", "不要带百分号,只填数字,如 12.5"),
        ("１２％", "不要带百分号,只填数字,如 12.5"),
        ("1,234.5", "不要带千分位分隔符,只填数字,如 12345.6"),
        ("1，234", "不要带千分位分隔符,只填数字,如 12345.6"),
        ("１２.５", "有全角数字,请改为半角,如 12.5"),
        ("2026-01-15", "这是日期,不是数值;请把单元格设为常规或文本后重填"),
        ("2026年1月15日", "这是日期,不是数值;请把单元格设为常规或文本后重填"),
        ("约 3", "“约 3”不是可以计算的数"),
        ("1e400", "“1e400”不是可以计算的数"),
        ("NaN", "“NaN”不是可以计算的数"),
        ("1_000", "“1_000”不是可以计算的数"),
        ("1" * 21, "最多 20 位数字"),
        ("", "“”不是可以计算的数"),
    ],
)
def test_no_figure_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(NoFigure) as found:
        read_figure(text)
    assert str(found.value.sentence) == why


@pytest.mark.parametrize("text", ["0", "-3.20", "+4", ".5", "7.", " 12.5 "])
def test_figures_are_read_exactly(text: str) -> None:
    assert read_figure(text) == Decimal(text.strip())


def _scheme(**more: object) -> Scheme:
    return load({**scheme_document(), **more})


def _leaf(**more: object) -> Indicator:
    return replace(_scheme().indicators["rd"], **more)


def test_range_of_the_scheme_warns() -> None:
    one = _leaf(lowest=Fraction(0), highest=Fraction(10))
    said = [of_range(one, Decimal(v)) for v in ("0", "10", "-0.1", "10.01")]
    assert [str(f.sentence) if f else None for f in said] == [
        None,
        None,
        "低于方案给出的下限 0",
        "高于方案给出的上限 10",
    ]


CHECKS = [
    {"code": "s", "title": "合计", "sum": ["rd", "hightech"], "equals": "pm25", "tolerance": 0.5},
    {"code": "r", "title": "占比", "ratio": ["rd", "energy"], "low": 0.5, "high": 2},
]


def test_sums_and_ratios_warn_with_the_figures() -> None:
    scheme = _scheme(checks=CHECKS)
    figures = {c: Decimal(v) for c, v in {"rd": "3", "hightech": "4", "pm25": "9"}.items()}
    assert {k: [str(f.sentence) for f in v] for k, v in of_checks(scheme.checks, figures).items()} \
        == {key: ["合计:各项之和 7,合计 9,相差 -2"] for key in ("rd", "hightech", "pm25")}  # fmt: skip
    near = figures | {"pm25": Decimal("7.5"), "energy": Decimal(1)}
    assert {k: [str(f.sentence) for f in v] for k, v in of_checks(scheme.checks, near).items()} == {
        "rd": ["占比:比值 3,应在 0.5 至 2 之间"],
        "energy": ["占比:比值 3,应在 0.5 至 2 之间"],
    }
    assert of_checks(scheme.checks, near | {"energy": Decimal(0)}) == {}


def test_wrong_checks_are_refused_with_their_path() -> None:
    wrong = [
        {"code": "a", "title": "无"},
        {"code": "a", "title": "重", "sum": ["rd", "nothing"], "equals": "pm25"},
        {"code": "b", "title": "比", "ratio": ["rd"], "low": 1},
        {"code": "c", "title": "比", "ratio": ["rd", "pm25"]},
    ]
    _, problems = check({**scheme_document(), "checks": wrong})
    assert [path for path, _ in problems] == [
        "checks[0].sum",
        "checks[1].sum[1]",
        "checks[1].code",
        "checks[2].ratio",
        "checks[3].low",
    ]


def test_digits_that_count() -> None:
    assert [significant(Decimal(t)) for t in ("0.0420", "4200", "0", "12.05")] == [2, 2, 0, 4]


def test_equal_figures_are_told_beyond_chance_only() -> None:
    names = {1: "甲县", 2: "乙县", 3: "丙县"}
    figures = {
        (1, "gdp"): Decimal("1234.56"),
        (2, "gdp"): Decimal("1234.56"),
        (3, "gdp"): Decimal("99.1"),
        (1, "few"): Decimal(7),
        (2, "few"): Decimal(7),
        (3, "tax"): Decimal("99.1"),
        (3, "pop"): Decimal("99.1"),
    }
    found = repeated(figures, names)
    assert {place: str(f.sentence) for place, f in found.items()} == {
        (1, "gdp"): "与乙县的数值相同",
        (2, "gdp"): "与甲县的数值相同",
        (3, "gdp"): "与本单位指标“tax”的数值相同",
        (3, "tax"): "与本单位指标“gdp”的数值相同",
        (3, "pop"): "与本单位指标“gdp”的数值相同",
    }


def test_many_units_make_equal_figures_likely() -> None:
    figures = {(u, "rate"): Decimal(1000 + u // 2) for u in range(300)}
    assert repeated(figures, {}) == {}

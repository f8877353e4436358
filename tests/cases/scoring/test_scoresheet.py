from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.scoring.book import Figure
from cases.scoring.exact import shown
from cases.scoring.explain import explanation
from cases.scoring.items import ItemEntry
from cases.scoring.reading import DocumentErrors
from cases.scoring.scheme import load
from cases.scoring.scoresheet import Scores, score_units
from cases.scoring.shapes import Scheme
from tests.cases.scoring.conftest import DOCUMENT

UNITS = {"u1": "county.plain", "u2": "county.plain", "u3": "county.plain", "h1": "county.hill"}
TABLE: dict[str, dict[str, Any]] = {
    "u1": {"rd": "2", "hightech": 40, "pm25": 28, "energy": "0.5"},
    "u2": {"rd": "3", "hightech": 10, "pm25": 70, "energy": "0.3"},
    "u3": {"rd": "1.5", "hightech": 25, "pm25": 35, "energy": "0.9"},
    "h1": {"rd": "1", "hightech": 7, "pm25": 40, "energy": "0.4"},
}
SCHEME = load(DOCUMENT)


def figures(table: dict[str, dict[str, Any]] = TABLE) -> list[Figure]:
    return [
        Figure(u, i, v, provenance=f"{u}-{i}") for u, row in table.items() for i, v in row.items()
    ]


def sheets(table: dict[str, dict[str, Any]] = TABLE, **more: Any) -> Scores:
    return score_units(SCHEME, UNITS, figures(table), **more)


def changed(unit: str, indicator: str, value: Any) -> dict[str, dict[str, Any]]:
    return {u: {**row, indicator: value} if u == unit else row for u, row in TABLE.items()}


def test_score_units_by_hand() -> None:
    sheet = sheets()["u1"]
    # rd 2/2.5 = 80; hightech (40-10)/30 = 100; pm25 35/28 capped 100; energy (0.9-0.5)/0.6 = 66.67
    assert [shown(row.points or 0) for row in sheet.rows] == ["80.00", "100.00", "100.00", "66.67"]
    assert [shown(row.contribution or 0) for row in sheet.rows] == [
        "24.00",
        "30.00",
        "25.00",
        "10.00",
    ]
    assert [shown(row.score or 0) for row in sheet.groups] == ["90.00", "87.50"]
    assert (sheet.total, sheet.flags) == (Decimal("89.000000000000"), ())
    assert sheet.rows[0].provenance == "u1-rd"


def test_score_units_explains_each_step() -> None:
    steps = [(str(s.title), s.formula, s.result) for s in sheets()["u1"].rows[3].steps()]
    assert steps == [
        ("最小值、最大值", "0.3, 0.9", "0.6"),
        ("极差标准化", "(0.9 − 0.5) ÷ (0.9 − 0.3)", "0.666667"),
        ("折算得分", "0.666667 × 100", "66.67"),
    ]


def test_score_units_missing_renormalised_or_zero_by_rule() -> None:
    gone = sheets(changed("u1", "energy", None))["u1"]
    assert str(gone.rows[3].remark) == "缺本年数值,不计入,其余权重按比例放大"
    assert (gone.rows[3].points, gone.rows[3].effective) == (None, None)
    assert gone.rows[2].effective == Decimal("0.4")
    assert gone.total == Decimal(94)  # 60 % of 90 and 40 % of 100
    zero = sheets(changed("u1", "hightech", None))["u1"]
    assert str(zero.rows[1].remark) == "缺本年数值,按规定计 0 分"
    assert zero.total == Decimal(59)
    assert [str(flag) for flag in zero.flags] == ["缺 1 项数据:高新技术企业数"]
    none = [Figure("u1", "rd", "2", target="0"), Figure("u1", "energy", None, applies=False)]
    flags = score_units(SCHEME, {"u1": "county.plain"}, none)["u1"].flags
    assert [str(one) for one in flags] == [
        "缺 2 项数据:高新技术企业数、细颗粒物年均浓度",
        "有 1 项数据未能计分:研发经费投入强度",
    ]


def test_score_units_empty_group_and_empty_sheet_are_flagged() -> None:
    table = changed("u1", "pm25", None)
    table["u1"]["energy"] = None
    sheet = sheets(table)["u1"]
    assert (sheet.groups[1].score, str(sheet.groups[1].remark)) == (None, "本组各项均缺数据,不计入")
    assert sheet.total == 90
    assert score_units(SCHEME, {"d": "dept.economy"}, [])["d"].total is None
    assert [str(f) for f in score_units(SCHEME, {"d": "dept.economy"}, [])["d"].flags] == [
        "没有可计分的指标,无实绩得分"
    ]


def test_score_units_all_equal_gets_the_stated_points() -> None:
    single = sheets()["h1"]
    assert [shown(row.points or 0) for row in single.rows] == ["50.00", "100.00", "87.50", "80.00"]
    assert str(single.rows[3].remark) == "本类各单位数值相同,一律计 80.00 分"


def test_score_units_own_target_before_the_scheme() -> None:
    own = [Figure("h1", "rd", 1, target="0.5")]
    assert score_units(SCHEME, {"h1": "county.hill"}, own)["h1"].rows[0].points == 100


def test_score_units_items_capped_and_floored() -> None:
    entries = [
        ItemEntry("u1", "safety", cases=5, evidence=("文1",)),
        ItemEntry("u1", "award", points="0.5", evidence=("文2",)),
        ItemEntry("u1", "award", points="0.3"),
    ]
    sheet = sheets(entries=entries)["u1"]
    assert [(row.item, row.asked, row.points) for row in sheet.items] == [
        ("safety", -5, -3),
        ("award", Decimal("0.5"), Decimal("0.5")),
    ]
    assert [str(row.remark) for row in sheet.items] == [
        "超过上限,按 3.00 分计",
        "有 1 条没有佐证材料,未计入",
    ]
    assert sheet.total == Decimal("86.5")
    poor = {"u1": dict.fromkeys(TABLE["u1"])}
    floored = score_units(SCHEME, {"u1": "county.plain"}, figures(poor), entries[:1])["u1"]
    assert floored.total == 0


def test_score_units_provisional_is_flagged() -> None:
    one = [Figure("h1", "rd", 1, provisional=True)]
    flags = score_units(SCHEME, {"h1": "county.hill"}, one)["h1"].flags
    assert [str(flag) for flag in flags] == [
        "缺 3 项数据:高新技术企业数、细颗粒物年均浓度、单位产值能耗",
        "有 1 项暂用数据:研发经费投入强度",
    ]


def test_score_units_bad_input_all_named_at_once() -> None:
    bad = [
        Figure("x", "rd", 1), Figure("u1", "nope", 1), Figure("u1", "green", 1),
        Figure("u1", "rd", "NaN"), Figure("u2", "rd", "1,000"), Figure("u3", "rd", 1), Figure("u3", "rd", 2),
    ]  # fmt: skip
    units = {**UNITS, "y": "county", "z": "mars"}
    with pytest.raises(DocumentErrors) as caught:
        score_units(SCHEME, units, bad, [ItemEntry("u1", "response")])
    assert [(path, str(said)) for path, said in caught.value.errors] == [
        ("y", "单位只能归入最末级类别,不能归入“county”"),
        ("z", "没有类别“mars”"),
        ("x/rd", "没有单位“x”"),
        ("u1/nope", "没有指标“nope”"),
        ("u1/green", "没有指标“green”"),
        ("u1/rd", "“NaN”不是有效的数字"),
        ("u2/rd", "“1,000”不是有效的数字"),
        ("u3/rd", "同一单位同一指标有两个数值"),
        ("u1", "没有加减分项“response”"),
    ]


NUMBERS = st.decimals(min_value=0, max_value=1000, places=2, allow_nan=False)
ROW = st.fixed_dictionaries({code: st.none() | NUMBERS for code in TABLE["u1"]})
TABLES = st.fixed_dictionaries({unit: ROW for unit in UNITS})


@given(TABLES, st.randoms())
def test_score_units_row_order_changes_nothing(
    table: dict[str, dict[str, Any]], random: Any
) -> None:
    rows, units = figures(table), list(UNITS.items())
    random.shuffle(rows)
    random.shuffle(units)
    assert score_units(SCHEME, dict(units), rows) == sheets(table)


@given(
    TABLES,
    st.sampled_from(["u1", "u2", "u3"]),
    st.sampled_from(sorted(TABLE["u1"])),
    NUMBERS,
    NUMBERS,
)
def test_score_units_monotone_by_direction(
    table: dict[str, dict[str, Any]], unit: str, code: str, one: Decimal, other: Decimal
) -> None:
    if SCHEME.indicators[code].method == "minmax":
        # goalposts of the class move with the figure: keep it inside what the others span
        rest = [table[u][code] for u in ("u1", "u2", "u3") if u != unit]
        if any(v is None for v in rest):
            return
        one, other = (min(max(v, min(rest)), max(rest)) for v in (one, other))
    low, high = sorted((one, other))
    worse, better = (low, high) if SCHEME.indicators[code].direction == "positive" else (high, low)
    totals = []
    for value in (worse, better):
        altered = {u: {**row, code: value} if u == unit else row for u, row in table.items()}
        totals.append(sheets(altered)[unit].total)
    assert totals[0] is not None and totals[1] is not None
    assert totals[0] <= totals[1]


@given(TABLES)
def test_score_units_weights_renormalise_to_one(table: dict[str, dict[str, Any]]) -> None:
    for sheet in sheets(table).values():
        shares = [row.effective for row in sheet.rows if row.effective is not None]
        assert abs(sum(shares) - 1) <= Decimal("1e-11")
        whole = sum(row.contribution or 0 for row in sheet.rows)
        assert sheet.total is not None and 0 <= sheet.total <= 100
        assert abs(whole - sheet.total) <= Decimal("1e-9")


@given(TABLES)
def test_score_units_another_class_changes_nothing(table: dict[str, dict[str, Any]]) -> None:
    alone = {u: c for u, c in UNITS.items() if c == "county.plain"}
    rows = [one for one in figures(table) if one.unit in alone]
    both = sheets(table)
    assert score_units(SCHEME, alone, rows) == {unit: both[unit] for unit in alone}


@given(TABLES, st.fractions(min_value=Fraction(1, 100), max_value=100))
def test_score_units_unit_of_a_minmax_figure_cancels(
    table: dict[str, dict[str, Any]], factor: Fraction
) -> None:
    scaled = {
        u: {**row, "energy": None if row["energy"] is None else Fraction(row["energy"]) * factor}
        for u, row in table.items()
    }
    before, after = sheets(table), sheets(scaled)
    assert [after[u].total for u in UNITS] == [before[u].total for u in UNITS]


def test_explanation_two_runs_same_bytes(scheme: Scheme) -> None:
    first, second = (explanation(scheme, sheets()["u2"]) for _ in range(2))
    assert first == second
    assert first["total"] == "57.500000000000"  # 30 + 0 + 12.5 + 15


def test_totals_below_zero_are_those_of_the_sheets(document: dict[str, Any]) -> None:
    """An open method may leave a score below zero; a deduction takes none there."""
    goalposts = {"min": 0, "max": 10, "beyond": "open"}
    document["indicators"] = [
        {"code": "x", "title": "x", "direction": "positive", "method": "minmax",
         "parameters": goalposts, "missing": "renormalise"},
    ]  # fmt: skip
    document["weights"]["by_class"] = {c: {"x": 100} for c in ("county.plain", "county.hill")}
    units = dict.fromkeys("abc", "county.plain")
    figures = [Figure("a", "x", -1), Figure("b", "x", -1), Figure("c", "x", "0.1")]
    entries = [ItemEntry(unit, "safety", cases=2, evidence=("x",)) for unit in "bc"]
    scores = score_units(load(document), units, figures, entries)
    found = {unit: sheet.total for unit, sheet in scores.items()}
    assert found == scores.totals() == {"a": -10, "b": -10, "c": 0}

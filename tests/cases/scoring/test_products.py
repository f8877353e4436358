"""Products and ratios of groups: exact where they can be, told where they can't, by hand."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.scoring.analysis.spots import spots
from cases.scoring.book import Figure
from cases.scoring.explain import explanation
from cases.scoring.fine import Fine
from cases.scoring.nodes import Points
from cases.scoring.products import Factor, product
from cases.scoring.rule_shapes import Title
from cases.scoring.scheme import check_indicators, load_indicators
from cases.scoring.scoresheet import Scores, score_units

OPEN = {"min": 0, "max": 1, "full": 1, "beyond": "open"}
A, B = Title("甲"), Title("乙")


def document(top: dict[str, Any] | None = None, **group: Any) -> dict[str, Any]:
    leaves = [
        {"code": c, "title": {"a": "甲", "b": "乙"}[c], "direction": "positive",
         "missing": "renormalise", "method": "minmax", "parameters": OPEN}
        for c in "ab"
    ]  # fmt: skip
    groups = [{"code": "g", "title": "组", "children": leaves, "aggregate": "product", **group}]
    return {
        "code": "p", "title": "p", "year": 2025, "indicators": groups,
        "classes": [{"code": "k", "title": "k"}], "weights": {"method": "equal", **(top or {})},
    }  # fmt: skip


def scored(pairs: dict[str, tuple[Any, Any]], doc: dict[str, Any]) -> Scores:
    rows = [Figure(u, c, v) for u, pair in pairs.items() for c, v in zip("ab", pair, strict=True)]
    return score_units(load_indicators(doc), dict.fromkeys(pairs, "k"), rows)


def one(pair: tuple[Any, Any], doc: dict[str, Any]) -> dict[str, Any]:
    found = scored({"u": pair}, doc)
    return explanation(found.scheme, found["u"])


def points(*values: str) -> Points:
    return Points(Fine.of([int(Fraction(v) * 10**6) for v in values], 10**6))


def test_whole_powers_of_exact_scores_are_exact_and_others_are_close() -> None:
    three, four = points("0.1", "-2.5", "90"), points("0.7", "0.3", "-7")
    exact = product([Factor(A, Fraction(2), three), Factor(B, Fraction(1), four)], 3)
    assert [exact.at(i) for i in range(3)] == [Fraction(7, 1000), Fraction(15, 8), -56700]
    ratio = product([Factor(A, Fraction(1), three), Factor(B, Fraction(-1), four)], 3)
    thirds = [round(Fraction(n, d) * 10**24) for n, d in ((1, 7), (-25, 3), (-90, 7))]
    assert ratio.exact is not None and ratio.exact.all() == thirds
    floats = Points(None, three.as_floats())
    near = product([Factor(A, Fraction(2), floats), Factor(B, Fraction(1), four)], 3)
    assert near.as_floats() == pytest.approx([0.007, 1.875, -56700])


@pytest.mark.parametrize(
    ("pair", "group", "score", "said"),
    [
        (("0.5", "0.25"), {}, "0.125000000000", None),
        (("-0.5", "0.25"), {}, "-0.125000000000", None),
        (("0", "0.25"), {}, "0.000000000000", None),
        (("0", "9"), {"exponents": {"b": "1/2"}}, "0.000000000000", None),
        (("3", "-9"), {"exponents": {"b": "1/2"}}, None, "“乙”的得分为负,不能取非整数次幂,不计入"),
        (("3", "0"), {"exponents": {"b": -1}}, None, "“乙”的得分为零,不能作除数,不计入"),
        (("3", None), {}, None, "“乙”没有得分,连乘缺一项即无得分,不计入"),
        ((None, None), {}, None, "“甲、乙”没有得分,连乘缺一项即无得分,不计入"),
        (("1e20", "1e20"), {}, None, "连乘的得数超出可计的范围,不计入"),
        (("1e20", "1e20"), {"exponents": {"a": 99}}, None, "连乘的得数超出可计的范围,不计入"),
        (("1", "800"), {"chain": [{"link": "transform", "how": "exp"}]}, None,
         "变换的得数超出可计的范围,不计入,其余权重按比例放大"),
    ],
)  # fmt: skip
def test_zero_negative_missing_and_far_factors_are_told(
    pair: tuple[Any, Any], group: dict[str, Any], score: str | None, said: str | None
) -> None:
    told = one(pair, document(**group))
    found = told["groups"][0]
    assert (found["score"], found["remark"]) == (score, said)
    assert (told["total"] is None) is (score is None)
    if pair[1] is None:
        assert told["rows"][1]["remark"] == "缺本年数值,连乘缺这一项,不计分"


def test_steps_lead_from_the_factors_to_the_score_and_what_is_below_does_not_add_up() -> None:
    doc = document(
        top={"aggregate": "product", "exponents": {"g": 2}}, exponents={"a": 2, "b": -1},
        chain=[{"link": "line", "times": -1, "add": 1}], round=2,
    )  # fmt: skip
    told = one(("0.6", "-0.5"), doc)
    steps = [(s["title"], s["formula"], s["result"]) for s in told["groups"][0]["steps"]]
    assert steps == [
        ("各项连乘", "0.6^2 ÷ (−0.5)", "-0.72"),
        ("变换:线性变换", "-0.72 × −1 + 1", "1.72"),
        ("四舍五入到 2 位小数", "1.720000000000", "1.72"),
    ]
    whole = told["whole"]["steps"]
    assert [(s["formula"], s["result"]) for s in whole] == [("1.72^2", "2.9584")]
    assert told["total"] == "2.958400000000"
    assert [(r["contribution"], r["unadded"]) for r in told["rows"]] == [
        (None, "“组”按各项连乘合成,不能折合相加")
    ] * 2


@pytest.mark.parametrize(
    ("group", "formula"),
    [
        ({"aggregate": "geometric"}, "(4 × 9)^(1/2)"),
        ({"aggregate": "harmonic"}, "2 ÷ (1/4 + 1/9)"),
        ({"aggregate": "power", "exponent": "-2"}, "((4^−2 + 9^−2) ÷ 2)^(1/−2)"),
        ({"aggregate": "power", "exponent": 0}, "(4 × 9)^(1/2)"),
        ({"aggregate": "penalised"}, "M − S² ÷ M, M = 6.5, S² = 6.25"),
        ({"aggregate": "maximum"}, "max(4, 9)"),
        ({"aggregate": "arithmetic"}, None),
    ],
)
def test_every_way_to_join_is_written_out(group: dict[str, Any], formula: str | None) -> None:
    told = one(("4", "9"), document(**group))["groups"][0]
    steps = [(s["formula"], round(Decimal(s["result"]), 6)) for s in told["steps"]]
    assert steps == ([] if formula is None else [(formula, round(Decimal(told["score"]), 6))])


def test_weights_are_written_where_they_differ() -> None:
    weights = {"method": "given", "by_class": {"k": {"g": 100, "a": 75, "b": 25}}}
    for how, due in (
        ("geometric", "(4^75 × 9^25)^(1/100)"), ("harmonic", "100 ÷ (75/4 + 25/9)"),
        ("power", "((75×4^2 + 25×9^2) ÷ 100)^(1/2)"),
    ):  # fmt: skip
        more = {"exponent": 2} if how == "power" else {}
        told = one(("4", "9"), {**document(aggregate=how, **more), "weights": weights})
        assert told["groups"][0]["steps"][0]["formula"] == due
    told = one(("4", "0"), document(aggregate="geometric"))["groups"][0]["steps"]
    assert [(s["title"], s["formula"], s["result"]) for s in told] == [
        ("加权几何平均(有一项不大于零,按零计)", "4, 0", "0")
    ]


@pytest.mark.parametrize(
    ("group", "path", "said"),
    [
        ({"exponents": {"c": 1}}, "exponents.c", "本组没有下级“c”"),
        ({"exponents": {"a": 0}}, "exponents.a", "指数不能为零"),
        ({"exponents": {"a": 101}}, "exponents.a", "不能大于 100"),
        ({"exponents": 2}, "exponents", "这里应为一组字段"),
        ({"aggregate": "geometric", "exponents": {"a": 2}}, "exponents",
         "这种合成方法没有参数“exponents”"),
        ({"availability": "1/2"}, "availability", "连乘缺一项即不计分,不填可得权重下限"),
        ({"chain": [{"link": "line"}]}, "chain[0].times", "必须填写"),
        ({"chain": [{"link": "denominate", "by": "a"}]}, "chain[0].link",
         "只能填写:line、transform、clip、winsorise、winsorise_percentile"),
    ],
)  # fmt: skip
def test_slips_are_told_at_the_field(group: dict[str, Any], path: str, said: str) -> None:
    problems = check_indicators(document(**group))[1]
    assert problems[0] == (f"indicators[0].{path}", problems[0][1])
    assert str(problems[0][1]) == said


def test_factor_of_a_product_is_not_said_to_cost_points_of_the_total() -> None:
    found = spots(scored({"u": ("0.5", "2"), "v": ("1", "1")}, document()), "u")
    assert [(one.points, one.rank, one.lost) for one in found] == [
        (Decimal("0.5"), 2, None), (Decimal(2), 1, None),
    ]  # fmt: skip


def test_product_is_refused_beside_entropy_weights() -> None:
    problems = check_indicators({**document(), "weights": {"method": "entropy"}})[1]
    assert [(path, str(said)) for path, said in problems] == [
        ("weights.method", "熵权会去掉各单位相同的因子,不能与连乘并用")
    ]


FACTOR = st.decimals("0.01", "99", places=2)


@given(
    rows=st.lists(st.tuples(FACTOR, FACTOR), min_size=2, max_size=6, unique=True),
    powers=st.sampled_from([(1, 1), (2, -1), ("1/2", "-1/3"), (-2, "1/3")]),
)
@settings(max_examples=40, deadline=None)
def test_product_rises_with_factors_above_the_line_and_falls_with_those_below(
    rows: list[tuple[Decimal, Decimal]], powers: tuple[Any, Any]
) -> None:
    doc = document(exponents=dict(zip("ab", powers, strict=True)))
    pairs = {f"u{n}": row for n, row in enumerate(rows)}
    found = scored(pairs, doc).totals()
    up = [1 if Fraction(p) > 0 else -1 for p in powers]
    for one, (a, b) in pairs.items():
        for two, (c, d) in pairs.items():
            if (c - a) * up[0] >= 0 and (d - b) * up[1] >= 0:
                assert (found[one] or 0) <= (found[two] or 0) + Decimal("1e-9")

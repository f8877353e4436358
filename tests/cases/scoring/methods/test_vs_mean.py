from typing import Any

from tests.cases.scoring.methods.columns import points, said, scored, steps

RULE: dict[str, Any] = {"full": 5, "below": "0.1", "most_deducted": 2}
MORE: dict[str, Any] = {**RULE, "above": "0.1", "most_added": "0.5"}
CODE = "vs_mean"


def test_score_at_or_above_the_mean_full_each_percent_below_costs() -> None:
    assert points(CODE, [100, 97, 103, 60, 140], **RULE) == ["5.00", "4.70", "5.00", "3.00", "5.00"]


def test_score_added_and_deducted_up_to_their_caps() -> None:
    assert points(CODE, [100, 97, 103, 60, 140], **MORE) == ["5.00", "4.70", "5.30", "3.00", "5.50"]


def test_score_reverse_below_the_mean_is_good() -> None:
    assert points(CODE, [97, 103], direction="reverse", **MORE) == ["5.30", "4.70"]


def test_score_whole_percents_by_policy() -> None:
    figures = ["96.5", "103.5"]
    assert points(CODE, figures, unit_policy="floor", **MORE) == ["4.70", "5.30"]
    assert points(CODE, figures, unit_policy="ceil", **MORE) == ["4.60", "5.40"]
    assert points(CODE, figures, **MORE) == ["4.65", "5.35"]


def test_score_never_below_zero() -> None:
    assert points(CODE, [1, 199], full=1, below=1, most_deducted=50) == ["0.00", "1.00"]


def test_score_mean_not_above_zero_is_gap() -> None:
    found = scored(CODE, [-1, 1], **RULE)
    assert said(found.gaps) == dict.fromkeys((0, 1), "本类平均值不大于零,不能按百分比计分")
    assert steps(CODE, 0, [-1, 1], **RULE) == []


def test_score_one_unit_and_equal_figures_are_remarked() -> None:
    assert said(scored(CODE, [3], **RULE).remarks) == {0: "本类只有一个单位,无从比较,计 5.00 分"}
    assert steps(CODE, 0, [3, 3], **RULE) == [("数值相同", "5", "5.00")]


def test_explain_mean_percent_points() -> None:
    assert steps(CODE, 0, [97, 103], **MORE) == [
        ("本类平均值", "Σ ÷ 2", "100"),
        ("优于平均值的百分比", "(97 − 100) ÷ 100 × 100", "-3"),
        ("扣分", "min(2, 0.1 × 3)", "0.3"),
        ("折算得分", "5 − 0.3", "4.70"),
    ]

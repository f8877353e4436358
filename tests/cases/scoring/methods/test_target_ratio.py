from fractions import Fraction

import pytest

from cases.scoring.methods.method import Reading
from cases.scoring.methods.target_ratio import explain, score


@pytest.mark.parametrize(
    ("value", "direction", "points"),
    [(8, "positive", 80), (12, "positive", 100), (-1, "positive", 0), (20, "reverse", 50), (5, "reverse", 100), (0, "reverse", 100)],
)  # fmt: skip
def test_score_against_a_target_of_10(value: int, direction: str, points: int) -> None:
    assert score(Reading(Fraction(value), direction, Fraction(10))).points == points


def test_score_cap_above_one_and_remark() -> None:
    one = Reading(Fraction(20), "positive", Fraction(10), parameters={"cap": Fraction(6, 5)})
    outcome = score(one)
    assert (outcome.points, str(outcome.remark)) == (120, "超过上限,按上限计分")


@pytest.mark.parametrize("target", [None, Fraction(0), Fraction(-1)])
def test_score_without_positive_target_says_so(target: Fraction | None) -> None:
    one = Reading(Fraction(5), "positive", target)
    assert (score(one).points, explain(one) == ()) == (None, target is None or target <= 0)
    assert str(score(one).remark) == "没有大于零的目标值,不能按完成比例计分"


def test_explain_shows_the_division() -> None:
    steps = explain(Reading(Fraction(35), "reverse", Fraction(28)))
    assert [(s.formula, s.result) for s in steps] == [
        ("28 ÷ 35", "0.8"),
        ("min(1, 0.8)", "0.8"),
        ("0.8 × 100", "80.00"),
    ]

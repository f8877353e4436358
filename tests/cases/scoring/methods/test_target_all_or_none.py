from fractions import Fraction

from tests.cases.scoring.methods.columns import points, said, scored, steps

CODE = "target_all_or_none"


def test_score_met_full_else_nothing() -> None:
    assert points(CODE, ["8", "7.999", "9"], target=8, full=4) == ["4.00", "0.00", "4.00"]


def test_score_reverse_met_at_or_below() -> None:
    assert points(CODE, [35, 36], target=35, direction="reverse") == ["100.00", "0.00"]


def test_score_otherwise_points() -> None:
    assert points(CODE, [7, 8], target=8, otherwise="1/3") == ["0.33", "100.00"]
    tiny = f"0.{'3' * 30}"
    assert scored(CODE, [7, 8], target=8, otherwise=tiny).points.all() == [Fraction(tiny), 100]


def test_score_own_targets_and_none() -> None:
    found = scored(CODE, [5, 5, 5], target=["4.5", "5.5", None])
    assert found.points.all()[:2] == [100, 0]
    assert said(found.gaps) == {2: "没有目标值,不能计分"}
    assert said(scored(CODE, [5, 5]).gaps) == dict.fromkeys((0, 1), "没有目标值,不能计分")


def test_explain_comparison() -> None:
    assert steps(CODE, 1, ["8", "7.999"], target=8, full=4) == [("未达目标", "7.999 < 8", "0.00")]
    assert steps(CODE, 0, [35], target=35, direction="reverse") == [
        ("达到目标", "35 ≤ 35", "100.00")
    ]

from tests.cases.scoring.methods.columns import points, said, scored, steps


def test_score_worked_examples_to_the_last_digit() -> None:
    assert points("efficacy", ["3.1", "6.4", "8.8"]) == ["60.00", "83.16", "100.00"]
    assert points("efficacy", [22, 29, 41], direction="reverse") == ["100.00", "85.26", "60.00"]


def test_score_own_coefficients() -> None:
    assert points("efficacy", [0, 5, 10], c=50, d=50) == ["50.00", "75.00", "100.00"]


def test_score_fixed_values_clip_or_open() -> None:
    fixed = {"not_allowed": 10, "satisfactory": 20}
    found = scored("efficacy", [5, 15, 25], **fixed)
    assert found.points.all() == [60, 80, 100]
    assert said(found.remarks) == dict.fromkeys((0, 2), "超出固定上下限,按上下限计分")
    assert points("efficacy", [5, 15, 25], beyond="open", **fixed) == ["40.00", "80.00", "120.00"]


def test_score_fixed_values_reverse() -> None:
    found = points("efficacy", [35, 45, 60], not_allowed=50, satisfactory=30, direction="reverse")
    assert found == ["90.00", "70.00", "60.00"]


def test_score_equal_figures() -> None:
    found = scored("efficacy", [5, 5], equal=80)
    assert found.points.all() == [80, 80]
    assert said(found.remarks) == dict.fromkeys((0, 1), "本类各单位数值相同,一律计 80.00 分")
    assert points("efficacy", [5]) == ["100.00"]


def test_score_satisfactory_not_better_is_gap() -> None:
    found = scored("efficacy", [5, 6], not_allowed=10, satisfactory=20, direction="reverse")
    assert said(found.gaps) == dict.fromkeys((0, 1), "满意值不优于不允许值,不能计分")
    assert steps("efficacy", 0, [5, 6], not_allowed=30, satisfactory=20) == []


def test_explain_coefficient_and_points() -> None:
    assert steps("efficacy", 1, [22, 29, 41], direction="reverse") == [
        ("不允许值、满意值", "41, 22", "19"),
        ("功效系数", "(29 − 41) ÷ (22 − 41)", "0.631579"),
        ("折算得分", "40 × 0.631579 + 60", "85.26"),
    ]

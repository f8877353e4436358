from tests.cases.scoring.methods.columns import points, said, scored, steps

CODE = "per_case_deduct"


def test_score_each_case_costs_up_to_the_cap() -> None:
    found = scored(CODE, [0, 1, 3, 5], full=5, per_case="1.5", cap=4)
    assert [float(v) for v in found.points.all()] == [5, 3.5, 1, 1]
    assert said(found.remarks) == dict.fromkeys((2, 3), "扣至下限为止")


def test_score_half_a_point_each_until_nothing_is_left() -> None:
    assert points(CODE, [2, 300], per_case="0.5") == ["99.00", "0.00"]


def test_score_direction_does_not_matter() -> None:
    assert points(CODE, [2], per_case=1, direction="reverse") == ["98.00"]


def test_score_what_is_no_count_is_gap() -> None:
    for floats in (False, True):
        found = scored(CODE, ["1.5", -1, 2], per_case=1, floats=floats)
        assert said(found.gaps) == dict.fromkeys((0, 1), "件数应为不小于零的整数,不能计分")
    assert steps(CODE, 0, ["1.5"], per_case=1) == []


def test_explain_points_off() -> None:
    assert steps(CODE, 0, [3], full=5, per_case="1.5", cap=4) == [
        ("扣分", "min(4, 1.5 × 3)", "4"),
        ("折算得分", "5 − 4", "1.00"),
    ]

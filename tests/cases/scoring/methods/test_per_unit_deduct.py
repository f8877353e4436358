from typing import Any

from tests.cases.scoring.methods.columns import points, said, scored, steps

PM10: dict[str, Any] = {"target": 95, "full": 3, "per_unit": "0.5", "direction": "reverse"}
CODE = "per_unit_deduct"


def test_score_pm10_by_policy() -> None:
    found = {
        policy: points(CODE, ["98.4", "95", "90"], unit_policy=policy, **PM10)
        for policy in ("proportional", "floor", "ceil")
    }
    assert found == {
        "proportional": ["1.30", "3.00", "3.00"],
        "floor": ["1.50", "3.00", "3.00"],
        "ceil": ["1.00", "3.00", "3.00"],
    }


def test_score_pm10_on_floats() -> None:
    for policy, due in (("proportional", "1.30"), ("floor", "1.50"), ("ceil", "1.00")):
        assert points(CODE, ["98.4", "98"], floats=True, unit_policy=policy, **PM10) == [
            due,
            "1.50",
        ]


def test_score_positive_short_of_target_in_own_units() -> None:
    found = points(CODE, [80, 100], target=100, per_unit=3, unit=5, unit_policy="floor")
    assert found == ["88.00", "100.00"]


def test_score_until_nothing_is_left() -> None:
    found = scored(CODE, [200], unit_policy="floor", **PM10)
    assert (found.points.all(), said(found.remarks)) == ([0], {0: "扣至下限为止"})
    assert points(CODE, [200], unit_policy="floor", floor=1, **PM10) == ["1.00"]


def test_score_own_targets_and_none() -> None:
    more = {**PM10, "target": [95, None], "unit_policy": "ceil"}
    found = scored(CODE, [97, 97], **more)
    assert (found.points.at(0), said(found.gaps)) == (2, {1: "没有目标值,不能计分"})
    assert steps(CODE, 1, [97, 97], **more) == []


def test_explain_gap_units_points() -> None:
    assert steps(CODE, 0, ["98.4"], unit_policy="floor", **PM10) == [
        ("与目标的差距", "max(0, 98.4 − 95)", "3.4"),
        ("差距单位数(不足一个单位不计)", "3.4 ÷ 1", "3"),
        ("折算得分", "max(0, 3 − 0.5 × 3)", "1.50"),
    ]


def test_score_ranks_given_as_figures() -> None:
    """Ranks 3, 5, 2, 4 by the leaders, 2 % of 200 off for each place after the first."""
    found = points(
        CODE, [3, 5, 2, 4], target=1, full=200, per_unit=4, unit_policy="proportional",
        direction="reverse",
    )  # fmt: skip
    assert found == ["192.00", "184.00", "196.00", "188.00"]

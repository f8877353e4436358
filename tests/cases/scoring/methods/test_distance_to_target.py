from tests.cases.scoring.methods.columns import points, said, scored, steps

CODE = "distance_to_target"


def test_score_two_sided_with_a_scale() -> None:
    assert points(CODE, [50, 45, 60, 80], target=50, scale=20) == [
        "100.00",
        "75.00",
        "50.00",
        "0.00",
    ]


def test_score_scale_is_the_target_by_default() -> None:
    assert points(CODE, [40, 50, 60, 200], target=50) == ["80.00", "100.00", "80.00", "0.00"]
    assert points(CODE, [40, 9], target=[50, 10]) == ["80.00", "90.00"]


def test_score_way_from_worst_to_target() -> None:
    assert points(CODE, [20, 35, 60, 10], target=50, worst=20, form="worst") == [
        "0.00",
        "50.00",
        "100.00",
        "0.00",
    ]
    found = points(CODE, [20, 35, 50], target=20, form="worst", direction="reverse")
    assert found == ["100.00", "50.00", "0.00"]


def test_score_way_to_own_targets() -> None:
    found = scored(CODE, [30, 30, 30, 15], target=[40, 80, None, 10], worst=20, form="worst")
    assert [round(float(v), 6) for v in found.points.all()[:2]] == [50, 16.666667]
    assert said(found.gaps) == {2: "没有目标值,不能计分"}
    assert found.points.at(3) == 100


def test_score_worst_not_worse_is_gap_unless_reached() -> None:
    found = scored(CODE, [5, 12], target=10, worst=10, form="worst")
    assert said(found.gaps) == {0: "最差值不劣于目标值,不能计分"}
    assert found.points.at(1) == 100


def test_score_further_than_scale_is_remarked() -> None:
    assert said(scored(CODE, [50, 80], target=50, scale=20).remarks) == {1: "距离超出尺度,计 0 分"}


def test_score_no_scale_without_positive_target_is_gap() -> None:
    found = scored(CODE, [5, 5], target=[-1, 5])
    assert said(found.gaps) == {0: "没有大于零的目标值,须在方案中给出距离尺度"}
    assert points(CODE, [5, 5], target=[-1, 5], scale=12) == ["50.00", "100.00"]


def test_explain_distance_and_points() -> None:
    assert steps(CODE, 1, [50, 45], target=50, scale=20) == [
        ("与目标的接近程度", "1 − |45 − 50| ÷ 20", "0.75"),
        ("折算得分", "max(0, min(1, 0.75)) × 100", "75.00"),
    ]
    assert steps(CODE, 0, [35], target=50, worst=20, form="worst")[0] == (
        "从最差值到目标值走了多少",
        "(35 − 20) ÷ (50 − 20)",
        "0.5",
    )
    assert steps(CODE, 0, [35]) == []

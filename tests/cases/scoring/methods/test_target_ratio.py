from tests.cases.scoring.methods.columns import points, said, scored, steps

CODE = "target_ratio"


def test_score_share_of_the_target_up_to_the_cap() -> None:
    found = scored(CODE, [2, "2.5", 5, -1], target="2.5")
    assert found.points.all() == [80, 100, 100, 0]
    assert said(found.remarks) == {2: "超过上限,按上限计分"}
    assert points(CODE, [5], target="2.5", cap="1.5") == ["150.00"]


def test_score_reverse_target_over_figure() -> None:
    assert points(CODE, [70, 35, 28, 0], target=35, direction="reverse") == [
        "50.00",
        "100.00",
        "100.00",
        "100.00",
    ]


def test_score_own_targets_and_none() -> None:
    found = scored(CODE, [3, 3, 3], target=[4, 6, None])
    assert found.points.all()[:2] == [75, 50]
    assert said(found.gaps) == {2: "没有大于零的目标值,不能按完成比例计分"}


def test_explain_ratio_cap_points() -> None:
    assert steps(CODE, 0, [2], target="2.5") == [
        ("完成比例", "2 ÷ 2.5", "0.8"),
        ("不超过上限", "min(1, 0.8)", "0.8"),
        ("折算得分", "0.8 × 100", "80.00"),
    ]


def test_score_target_of_zero_by_the_word() -> None:
    assert points(CODE, [0, 3, -1], target=0, zero="met", cap="1.2") == [
        "100.00",
        "100.00",
        "0.00",
    ]
    assert points(CODE, [0, 3, -1], target=0, zero="met", direction="reverse", cap="0.5") == [
        "50.00",
        "0.00",
        "50.00",
    ]
    found = scored(CODE, [0, 2], target=[0, 0], direction="reverse")
    assert said(found.gaps) == dict.fromkeys((0, 1), "没有大于零的目标值,不能按完成比例计分")
    own = scored(CODE, [0, 2], target=[0, 1], zero="met", direction="reverse")
    assert own.points.all() == [100, 50]
    assert said(own.remarks) == {0: "目标值为零,达到计满分,未达到计 0 分"}

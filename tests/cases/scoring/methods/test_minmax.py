from tests.cases.scoring.methods.columns import points, said, scored, steps


def test_score_by_the_figures_of_the_class() -> None:
    assert points("minmax", [0, 3, 10]) == ["0.00", "30.00", "100.00"]
    assert points("minmax", [0, 3, 10], direction="reverse") == ["100.00", "70.00", "0.00"]


def test_score_fixed_goalposts_clip_or_open() -> None:
    found = scored("minmax", [10, 52, 90], min=20, max=85)
    assert [str(v) for v in found.points.all()] == ["0", "640/13", "100"]
    assert said(found.remarks) == dict.fromkeys((0, 2), "超出固定上下限,按上下限计分")
    assert points("minmax", [0, 150], min=0, max=100, beyond="open") == ["0.00", "150.00"]


def test_score_one_goalpost_on_the_wrong_side_is_gap() -> None:
    found = scored("minmax", [10, 20], min=50)
    assert said(found.gaps) == dict.fromkeys((0, 1), "最大值不大于最小值,不能计分")
    assert steps("minmax", 0, [10, 20], min=50) == []


def test_score_equal_figures() -> None:
    found = scored("minmax", [5, 5], equal=80)
    assert found.points.all() == [80, 80]
    assert said(found.remarks) == dict.fromkeys((0, 1), "本类各单位数值相同,一律计 80.00 分")
    assert steps("minmax", 0, [5, 5], equal=80)[-1] == ("数值相同", "80", "80.00")


def test_score_logarithm_leaves_out_what_has_none() -> None:
    found = scored("minmax", [100, 0, 75000, 2738], min=100, max=75000, scale="log")
    assert said(found.gaps) == {1: "数值不大于零,不能取对数"}
    assert [round(v, 6) for i, v in enumerate(found.points.all()) if i != 1] == [0, 100, 49.99662]
    assert steps("minmax", 1, [100, 0], min=100, max=75000, scale="log") == []
    assert steps("minmax", 3, [100, 0, 75000, 2738], scale="log")[-1][2] == "50.00"


def test_score_equal_figures_beyond_one_goalpost_are_no_full_points() -> None:
    """A class of one below the stated minimum: nothing to scale by, and surely not the best."""
    found = scored("minmax", [30], min=50)
    assert said(found.gaps) == {0: "最大值不大于最小值,不能计分"}
    assert steps("minmax", 0, [30, 30], min=50) == []
    assert points("minmax", [50, 50], min=50) == ["100.00", "100.00"]

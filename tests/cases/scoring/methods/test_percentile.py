from tests.cases.scoring.methods.columns import points, said, scored, steps


def test_score_share_of_the_others_not_better() -> None:
    assert points("percentile", [10, 40, 20, 30, 50]) == [
        "0.00",
        "75.00",
        "25.00",
        "50.00",
        "100.00",
    ]


def test_score_ties_share_the_better_place_the_mean_or_the_worse() -> None:
    better = scored("percentile", [9, 9, 7])
    assert better.points.all() == [100, 100, 0]
    assert said(better.remarks) == dict.fromkeys((0, 1), "数值相同,名次并列,按较好名次计分")
    assert points("percentile", [9, 9, 7], ties="mean") == ["75.00", "75.00", "0.00"]
    worse = scored("percentile", [9, 9, 7, 5, 9], ties="worse")
    assert worse.points.all() == [50, 50, 25, 0, 50]  # PERCENTRANK.INC: less good ones over n - 1
    assert said(worse.remarks) == dict.fromkeys((0, 1, 4), "数值相同,名次并列,按较差名次计分")


def test_score_one_unit_has_full_points_with_remark() -> None:
    found = scored("percentile", [3], full=50)
    assert said(found.remarks) == {0: "本类只有一个单位,无从比较,计 50.00 分"}
    assert steps("percentile", 0, [3], full=50)[-1] == ("折算得分", "50", "50.00")


def test_explain_place_and_points() -> None:
    assert steps("percentile", 3, [10, 40, 20, 30, 50]) == [
        ("本类名次", "3 / 5", "3"),
        ("折算得分", "100 × (5 − 3) ÷ (5 − 1)", "50.00"),
    ]

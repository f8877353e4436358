from tests.cases.scoring.methods.columns import points, said, scored, steps

GDP = {"target": 8, "base": 4, "full": 6}


def test_score_growth_of_gdp_by_hand() -> None:
    """At 8 %: 4; below: 0; the two above share 4 to 6 by place: 6 and 5."""
    assert points("target_then_rank", ["8", "7.9", "8.5", "9.1"], **GDP) == [
        "4.00",
        "0.00",
        "5.00",
        "6.00",
    ]


def test_score_nobody_beyond_the_target() -> None:
    assert points("target_then_rank", ["8", "7.9"], **GDP) == ["4.00", "0.00"]


def test_score_ties_share_the_better_place_or_the_mean() -> None:
    better = scored("target_then_rank", [9, 9, 8], **GDP)
    assert better.points.all() == [6, 6, 4]
    assert said(better.remarks) == dict.fromkeys((0, 1), "数值相同,名次并列,按较好名次计分")
    assert points("target_then_rank", [9, 9, 8], ties="mean", **GDP)[0] == "5.50"


def test_score_own_targets_rank_by_the_distance() -> None:
    found = scored("target_then_rank", [10, 9, 7], target=["9.5", "5", None], base=4, full=6)
    assert found.points.all()[:2] == [5, 6]
    assert said(found.gaps) == {2: "没有目标值,不能计分"}


def test_score_reverse_beyond_is_below() -> None:
    found = points("target_then_rank", [30, 35, 36], target=35, base=4, full=6, direction="reverse")
    assert found == ["6.00", "4.00", "0.00"]


def test_explain_beyond_at_and_short() -> None:
    figures = ["8", "7.9", "8.5", "9.1"]
    assert steps("target_then_rank", 2, figures, **GDP) == [
        ("比目标好多少", "8.5 − 8", "0.5"),
        ("超目标单位中的名次", "2 / 2", "2"),
        ("折算得分", "4 + (6 − 4) × (2 − 2 + 1) ÷ 2", "5.00"),
    ]
    assert steps("target_then_rank", 0, figures, **GDP)[1] == ("达到目标", "0 = 0", "4.00")
    assert steps("target_then_rank", 1, figures, **GDP)[1] == ("未达目标", "-0.1 < 0", "0.00")

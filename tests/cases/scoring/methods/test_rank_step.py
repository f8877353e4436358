from fractions import Fraction

from tests.cases.scoring.methods.columns import points, said, scored, steps


def test_score_five_percent_each() -> None:
    assert points("rank_step", [7, 9, 8], step=5) == ["90.00", "100.00", "95.00"]


def test_score_leaders_ranking_of_ruian() -> None:
    """Ranks 3, 5, 2, 4 of 200 points at 2 % a rank: 192, 184, 196, 188, on average 190."""
    found = scored("rank_step", [60, 40, 70, 50, 80], full=200, step=2)
    four = found.points.all()[:4]
    assert four == [192, 184, 196, 188]
    assert sum(four, Fraction(0)) / 4 == 190


def test_score_ties_share_the_better_place_or_the_mean() -> None:
    better = scored("rank_step", [9, 9, 7], step=5)
    assert better.points.all() == [100, 100, 90]
    assert said(better.remarks) == dict.fromkeys((0, 1), "数值相同,名次并列,按较好名次计分")
    mean = scored("rank_step", [9, 9, 7], step=5, ties="mean")
    assert mean.points.all() == [Fraction("97.5"), Fraction("97.5"), 90]
    assert said(mean.remarks) == dict.fromkeys((0, 1), "数值相同,名次并列,按平均名次计分")


def test_score_floor_holds() -> None:
    assert points("rank_step", range(4), step=40, floor=15) == ["15.00", "20.00", "60.00", "100.00"]


def test_score_reverse_best_is_low() -> None:
    assert points("rank_step", [7, 9, 8], step=5, direction="reverse") == [
        "100.00",
        "90.00",
        "95.00",
    ]


def test_score_one_unit_is_first_with_remark() -> None:
    found = scored("rank_step", [7], step=5)
    assert (found.points.all(), said(found.remarks)) == (
        [100],
        {0: "本类只有一个单位,无从比较,按第 1 名计"},
    )


def test_explain_place_and_points() -> None:
    assert steps("rank_step", 0, [60, 40, 70, 50, 80], full=200, step=2) == [
        ("本类名次", "3 / 5", "3"),
        ("折算得分", "max(0, 200 − 200 × 2% × (3 − 1))", "192.00"),
    ]

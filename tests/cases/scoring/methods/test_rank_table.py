from fractions import Fraction

from tests.cases.scoring.methods.columns import points, said, scored, steps

TABLE = [60, 57, 54, 51, 48]
FIGURES = [3, 9, 7, 5, 1]


def test_score_published_tables() -> None:
    assert points("rank_table", FIGURES, table=TABLE) == [
        "51.00",
        "60.00",
        "57.00",
        "54.00",
        "48.00",
    ]
    assert points("rank_table", FIGURES, table=[20, 19, 18, 17, 16])[1] == "20.00"


def test_score_beyond_the_table_zero_or_last() -> None:
    zero = scored("rank_table", [3, 2, 1], table=[10, 6])
    assert (zero.points.all(), said(zero.remarks)) == ([10, 6, 0], {2: "名次超出分值表,不得分"})
    last = scored("rank_table", [3, 2, 1], table=[10, 6], beyond="last")
    assert last.points.all() == [10, 6, 6]
    assert said(last.remarks) == {2: "名次超出分值表,按最后一档计分"}


def test_score_ties_share_the_better_place_or_the_mean() -> None:
    assert scored("rank_table", [9, 9, 7], table=TABLE).points.all() == [60, 60, 54]
    mean = scored("rank_table", [9, 9, 7], table=TABLE, ties="mean")
    assert mean.points.all() == [Fraction("58.5"), Fraction("58.5"), 54]
    worse = scored("rank_table", [9, 7, 7], table=TABLE[:2], ties="worse")
    assert worse.points.all() == [60, 0, 0]
    assert said(worse.remarks)[2] == "名次超出分值表,不得分"


def test_score_empty_table_is_gap() -> None:
    assert said(scored("rank_table", [1], table=[]).gaps) == {0: "名次分值表不能为空"}


def test_explain_place_and_points() -> None:
    assert steps("rank_table", 2, FIGURES, table=TABLE) == [
        ("本类名次", "2 / 5", "2"),
        ("名次分值", "[60, 57, 54, 51, 48] → 2", "57.00"),
    ]
    assert steps("rank_table", 0, [9, 9, 7], table=TABLE, ties="mean") == [
        ("本类名次", "1.5 / 3", "1.5"),
        ("名次分值", "(60.00 + 57.00) ÷ 2", "58.50"),
    ]
    worse = steps("rank_table", 0, [9, 9, 7], table=TABLE, ties="worse")
    assert worse[0][1:] == ("2 / 3", "2")
    assert worse[1][2] == "57.00"

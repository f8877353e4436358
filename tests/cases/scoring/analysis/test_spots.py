from decimal import Decimal

from cases.scoring.analysis.spots import most_lost, spots
from tests.cases.scoring.test_scoresheet import changed, sheets


def test_spots_stand_beside_the_mean_and_median_of_the_class() -> None:
    rd, hightech, pm25, energy = spots(sheets(), "u1")
    # rd of the class: 80, 100, 60
    assert (rd.points, rd.mean, rd.median) == (Decimal(80), Decimal(80), Decimal(80))
    assert (rd.rank, rd.compared, rd.strong, rd.weak) == (2, 3, False, False)
    # hightech: 100, 0, 50 with 30 of 100 points
    assert (hightech.ahead, hightech.rank, hightech.strong) == (Decimal(50), 1, True)
    assert hightech.lost == Decimal(0)
    # pm25: 100, 50, 100
    assert (pm25.mean, pm25.median) == (Decimal("83.333333333333"), Decimal(100))
    assert pm25.ahead_of_median == Decimal(0)
    # energy: 66.67 of 100 with a share of 15 %: 5 points lost
    assert energy.lost == Decimal("5.000000000000")


def test_spots_of_the_last_are_weak_and_cost_most_first() -> None:
    found = spots(sheets(), "u2")
    assert [one.indicator for one in found if one.weak] == ["hightech", "pm25"]
    dearest = most_lost(found, 2)
    assert [(one.indicator, one.lost) for one in dearest] == [
        ("hightech", Decimal(30)),
        ("pm25", Decimal("12.5")),
    ]


def test_spots_without_a_figure_say_why_and_lose_nothing() -> None:
    rd = spots(sheets(changed("u1", "rd", None)), "u1")[0]
    assert (rd.points, rd.rank, rd.lost, rd.share) == (None, None, None, Decimal(0))
    assert str(rd.remark) == "缺本年数值,不计入,其余权重按比例放大"
    assert (rd.strong, rd.weak, rd.ahead, rd.ahead_of_median) == (False, False, None, None)


def test_spots_of_a_class_of_one_are_neither_strong_nor_weak() -> None:
    assert [(one.strong, one.weak) for one in spots(sheets(), "h1")] == [(False, False)] * 4


def test_spots_where_nobody_has_a_figure_have_no_mean() -> None:
    rd = spots(sheets(changed("h1", "rd", None)), "h1")[0]
    assert (rd.mean, rd.median, rd.compared) == (None, None, 0)

from __future__ import annotations

from cases.ballot_box.reconciliation import CardTally, objections


def test_cards_that_add_up_have_no_objection():
    assert objections([CardTally("A", 60, 51, 8, 1)]) == []


def test_cards_made_anew_for_lost_ones_are_at_most_the_missing():
    assert objections([CardTally("A", 60, 51, 8, 1, lost=1)]) == []
    found = objections([CardTally("A", 60, 51, 8, 1, lost=2)])
    assert [str(f) for f in found] == ["“A”:按遗失补发了 2 张,缺数只有 1 张"]


def test_no_more_cards_are_used_than_people_are_present():
    rows = [CardTally("A", 5, 5, 0, 0), CardTally("B", 6, 4, 2, 0)]
    late = CardTally("A", 3, 2, 1, 0, late=True)
    assert objections([*rows, late], present=9) == []
    assert [str(f) for f in objections([*rows, late], present=8)] == ["已用 9 张,多于实到 8 人"]


def test_late_papers_are_named_as_such():
    (found,) = objections([CardTally("A", 3, 2, 0, 0, late=True)])
    assert str(found) == "“A 迟到票”:发卡 3 张,已用 2、收回 0、缺 0,合计相差 -1 张"


def test_surplus_and_gap_are_named_per_group():
    found = objections(
        [CardTally("A", 60, 52, 8, 1), CardTally("B", 9, 9, 0, 0), CardTally("C", 5, 3, 1, 0)]
    )
    assert [str(f) for f in found] == [
        "“A”:发卡 60 张,已用 52、收回 8、缺 1,合计相差 1 张",
        "“C”:发卡 5 张,已用 3、收回 1、缺 0,合计相差 -1 张",
    ]

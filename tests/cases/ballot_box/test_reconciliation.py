from __future__ import annotations

from cases.ballot_box.reconciliation import CardTally, objections


def test_cards_that_add_up_have_no_objection():
    assert objections([CardTally("A", 60, 51, 8, 1)]) == []


def test_surplus_and_gap_are_named_per_group():
    found = objections(
        [CardTally("A", 60, 52, 8, 1), CardTally("B", 9, 9, 0, 0), CardTally("C", 5, 3, 1, 0)]
    )
    assert [str(f) for f in found] == [
        "“A”:发卡 60 张,已用 52、收回 8、缺 1,合计相差 1 张",
        "“C”:发卡 5 张,已用 3、收回 1、缺 0,合计相差 -1 张",
    ]

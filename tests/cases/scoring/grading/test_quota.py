from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.scoring.grading.quota import (
    Pool,
    QuotaMove,
    check_batch,
    moved,
    plan,
    rounded,
    rule_for,
    seats,
)
from cases.scoring.rules import shipped_rules
from workflow.vocabulary import Grade, Track

CADRE = rule_for(shipped_rules().quotas, Track.LEADING_CADRE)
SERVANT = rule_for(shipped_rules().quotas, Track.CIVIL_SERVANT)


def test_seats_of_47_at_20_and_25_percent() -> None:
    row = seats(Pool("a", 47), SERVANT)
    assert (row.formula, row.seats) == ("47 × 20.00% = 9.40 → 9", 9)
    assert seats(Pool("a", 47), CADRE).seats == 11
    assert seats(Pool("a", 47, approved=True), SERVANT).formula == "47 × 25.00% = 11.75 → 11"


def test_seats_half_up_where_the_scheme_says() -> None:
    assert seats(Pool("a", 47), replace(CADRE, rounding="half_up")).seats == 12
    assert [rounded(Fraction(5, 2), how) for how in ("floor", "half_up")] == [2, 3]


@pytest.mark.parametrize(
    ("grade", "count"),
    [(Grade.EXCELLENT, 6), (Grade.GOOD, 5), (Grade.FAIR, 4), (Grade.POOR, 3), (None, 5)],
)
def test_seats_move_with_the_body_grade(grade: Grade | None, count: int) -> None:
    assert seats(Pool("a", 20, body_grade=grade), CADRE).seats == count


def test_seats_base_rule_counts_ungraded_or_not() -> None:
    pool = Pool("a", 20, ungraded=4)
    assert (seats(pool, CADRE).base, seats(pool, replace(CADRE, base="graded")).base) == (20, 16)


def test_seats_impossible_numbers_refused() -> None:
    with pytest.raises(ValueError, match="impossible"):
        seats(Pool("a", 3, ungraded=4), CADRE)


def test_plan_rest_is_office_reserve() -> None:
    sheet = plan([Pool("b", 11), Pool("a", 10), Pool("c", 7)], CADRE)
    assert [(row.pool, row.seats) for row in sheet.rows] == [("a", 2), ("b", 2), ("c", 1)]
    assert (sheet.base, sheet.cap, sheet.given, sheet.reserve) == (28, 7, 5, 2)


def test_plan_largest_remainder_flags_a_tie_at_the_edge() -> None:
    rule = replace(CADRE, remainder="largest_remainder")
    clear = plan([Pool("a", 10), Pool("b", 11), Pool("c", 7)], rule)
    assert ([row.seats for row in clear.rows], clear.reserve, clear.tied) == ([2, 3, 2], 0, ())
    tie = plan([Pool("a", 6), Pool("b", 6)], rule)
    assert ([row.seats for row in tie.rows], tie.reserve, tie.tied) == ([1, 1], 1, ("a", "b"))
    assert [str(one) for one in tie.findings] == ["a、b 余数相同,名额留作机动"]


def test_plan_small_pools_bundled_and_discipline_apart() -> None:
    rule = replace(CADRE, remainder="bundle", bundle_below=4)
    sheet = plan(
        [Pool("a", 3), Pool("b", 3), Pool("c", 3), Pool("d", 8), Pool("z", 9, apart=True)], rule
    )
    assert [(row.pool, row.seats) for row in sheet.rows] == [("d", 2), ("a+b+c", 2)]
    assert (sheet.base, sheet.cap) == (17, 4)


def test_plan_over_the_cap_says_so() -> None:
    sheet = plan([Pool(c, 20, body_grade=Grade.EXCELLENT) for c in "ab"], CADRE)
    assert (sheet.given, sheet.cap, sheet.excess) == (12, 10, 2)
    assert [str(one) for one in check_batch(sheet, {"a": 6, "b": 6})] == [
        "拟优秀合计 12 人,总控 10 人"
    ]


def test_moved_needs_approver_and_enough_seats() -> None:
    sheet = plan([Pool("a", 10), Pool("b", 11), Pool("c", 7)], CADRE)
    after = moved(
        sheet,
        [
            QuotaMove("", "c", 1, "部长", "〔2026〕3号"),
            QuotaMove("a", "b", 1, "部长", "〔2026〕4号"),
        ],
    )
    assert ([row.seats for row in after.rows], after.reserve, after.given) == ([1, 3, 2], 1, 6)
    for bad in (
        QuotaMove("", "c", 3, "x", "y"),
        QuotaMove("", "c", 1, "", "y"),
        QuotaMove("a", "b", 0, "x", "y"),
    ):
        with pytest.raises(ValueError):
            moved(sheet, [bad])


def test_check_batch_pool_over_its_seats() -> None:
    sheet = plan([Pool("a", 20)], CADRE)
    assert check_batch(sheet, {"a": 5}) == ()
    assert [str(one) for one in check_batch(sheet, {"a": 6})] == [
        "考核组别“a”拟优秀 6 人,名额 5 人",
        "拟优秀合计 6 人,总控 5 人",
    ]
    assert len(check_batch(sheet, {"x": 1})) == 1


POOLS = st.lists(
    st.builds(
        lambda due, grade: (due, grade),
        st.integers(0, 200),
        st.sampled_from([None, *(Grade.EXCELLENT, Grade.GOOD, Grade.FAIR, Grade.POOR)]),
    ),
    max_size=12,
)


@given(POOLS, st.sampled_from(["office_reserve", "largest_remainder", "bundle"]), st.data())
def test_quota_never_exceeded(
    rows: list[tuple[int, Grade | None]], remainder: str, data: st.DataObject
) -> None:
    pools = [Pool(f"p{n:02d}", due, body_grade=grade) for n, (due, grade) in enumerate(rows)]
    sheet = plan(pools, replace(CADRE, remainder=remainder, bundle_below=5))
    assert sheet.given - sheet.excess + sheet.reserve == sheet.cap
    assert plan(reversed(pools), replace(CADRE, remainder=remainder, bundle_below=5)) == sheet
    used = {row.pool: data.draw(st.integers(0, row.seats + 1)) for row in sheet.rows}
    if not check_batch(sheet, used):
        assert sum(used.values()) <= sheet.cap
        assert all(used[row.pool] <= row.seats for row in sheet.rows)

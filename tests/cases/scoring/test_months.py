from datetime import date
from decimal import Decimal

import pytest

from cases.scoring.months import Term, months_of, served, weighted


@pytest.mark.parametrize(
    ("terms", "months"),
    [
        ([Term(1, "2019-03", None)], {1: 12}),
        ([Term(1, None, date(2025, 7, 31)), Term(2, "2025-08", None)], {1: 7, 2: 5}),
        ([Term(1, None, date(2025, 7, 15)), Term(2, "2025-07-16", None)], {1: 7, 2: 5}),
        ([Term(1, None, date(2025, 7, 14)), Term(2, "2025-07-15", None)], {1: 6, 2: 6}),
        ([Term(1, "2024-01", None), Term(2, "2025-04", None)], {1: 3, 2: 9}),
        ([Term(1, "2025-11-20", None)], {1: 1}),
        ([Term(1, None, date(2024, 12, 31))], {}),
    ],
)
def test_months_count_for_the_post_taken_up_by_the_fifteenth(
    terms: list[Term], months: dict[int, int]
) -> None:
    assert months_of(terms, 2025) == months
    assert months_of(terms[::-1], 2025) == months


def test_served_tells_the_terms_of_two_transfers_in_a_year() -> None:
    terms = served([(1, date(2025, 3, 1)), (2, date(2025, 7, 20))], 3)
    assert terms == (
        Term(1, None, date(2025, 2, 28)),
        Term(2, "2025-03-01", date(2025, 7, 19)),
        Term(3, "2025-07-20", None),
    )
    assert months_of(terms, 2025) == {1: 2, 2: 5, 3: 5}


def test_weighted_prints_its_arithmetic() -> None:
    found = weighted({1: 7, 2: 5}, {1: "88", 2: Decimal("92.5")})
    assert (found.formula, found.score) == ("(88.00 × 7 + 92.50 × 5) ÷ 12", Decimal("89.875"))


def test_weighted_leaves_out_a_unit_without_a_result_and_shows_it() -> None:
    found = weighted({1: 7, 2: 5}, {1: None, 2: "92.5"})
    assert (found.formula, found.score) == ("(92.50 × 5) ÷ 5", Decimal("92.5"))
    assert [(row.unit, row.score) for row in found.rows] == [(1, None), (2, Decimal("92.5"))]
    assert weighted({1: 7}, {}).score is None

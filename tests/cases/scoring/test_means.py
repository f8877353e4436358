"""Ways to join, by hand: power, penalised, lowest, highest; exact where they can be."""

from fractions import Fraction

import numpy as np
import pytest

from cases.scoring.fine import FINE, Fine
from cases.scoring.fine import rounded as rounded_fine
from cases.scoring.means import mean_of_rows
from cases.scoring.nodes import Points, join, rounded
from cases.scoring.vectors import Exact

CHILDREN = np.array([[4.0, 0.0, 9.0], [1.0, 5.0, -3.0]])
ONE, NONE = Fraction(1), Fraction(0)


@pytest.mark.parametrize(
    ("how", "amount", "expected"),
    [
        ("power", 2.0, [(17 / 2) ** 0.5, (25 / 2) ** 0.5, (81 / 2) ** 0.5]),
        ("power", 0.5, [2.25, 1.25, 2.25]),
        ("power", -1.0, [1.6, 0.0, 0.0]),
        ("power", 0.0, [2.0, 0.0, 0.0]),
        ("minimum", 1.0, [1, 0, -3]),
        ("maximum", 1.0, [4, 5, 9]),
        # M - S^2 / M: 5/2 - (9/4) / (5/2); up adds it; no mean above zero, nothing off
        ("penalised", 1.0, [1.6, 0.0, 3 - 36 / 3]),
        ("penalised", -1.0, [3.4, 5.0, 3 + 36 / 3]),
    ],
)
def test_mean_by_hand(how: str, amount: float, expected: list[float]) -> None:
    assert mean_of_rows(how, CHILDREN, None, None, 2.0, amount) == pytest.approx(expected)
    weighed = mean_of_rows(how, CHILDREN, np.array([[3.0], [3.0]]), None, 6.0, amount)
    assert weighed == pytest.approx(expected)


@pytest.mark.parametrize("how", ["power", "penalised", "minimum", "maximum"])
@pytest.mark.parametrize("amount", [2.0, -2.0])
def test_mean_over_what_is_there_is_that_of_it_alone(how: str, amount: float) -> None:
    there = np.array([[True, True, False], [True, False, False]])
    divisor = np.array([2.0, 1.0, 1.0])
    found = mean_of_rows(how, np.abs(CHILDREN) + 1, None, there, divisor, amount)
    one = np.array([[1.0]])
    assert found[0] == mean_of_rows(how, np.array([[5.0], [2.0]]), None, None, 2.0, amount)[0]
    assert (found[1], found[2]) == (pytest.approx(mean_of_rows(how, one, None, None, 1.0)[0]), 0)


def test_power_mean_stays_in_the_range_of_floats() -> None:
    far = np.array([[1e9], [1.0]])
    assert mean_of_rows("power", far, None, None, 2.0, 100.0)[0] == pytest.approx(1e9, rel=1e-2)
    assert mean_of_rows("power", far, None, None, 2.0, -100.0)[0] == pytest.approx(1, rel=1e-2)


def test_lowest_and_highest_of_exact_scores_are_exact_and_skip_gaps() -> None:
    third = Points(Exact([1, 2, -1, 9], 3).fine(), None, frozenset({3}))
    half = Points(Exact([1, 1, -1, 7], 2).fine(), None, frozenset({2}))
    low = join("minimum", [(ONE, third), (ONE, half)], 4, NONE)
    high = join("maximum", [(ONE, third), (ONE, half)], 4, NONE)
    assert low.exact is not None and high.exact is not None
    kept = [Fraction(FINE // 3, FINE), Fraction(1, 2), -Fraction(FINE // 3, FINE), Fraction(7, 2)]
    assert [low.exact.at(i) for i in range(4)] == kept
    assert [high.at(i) for i in (0, 3)] == [Fraction(1, 2), Fraction(7, 2)]
    assert (low.gaps, high.gaps) == (frozenset(), frozenset())
    nothing = Points(third.exact, None, frozenset(range(4)))
    assert join("minimum", [(ONE, nothing), (ONE, nothing)], 4, NONE).gaps == frozenset(range(4))


@pytest.mark.parametrize(
    ("score", "places", "expected"),
    [
        ("70.005", 2, "70.01"), ("70.0049999", 2, "70"), ("-2.5", 0, "-3"), ("2.5", 0, "3"),
        ("-2.4999", 0, "-2"), ("0.05", 1, "0.1"), ("1/3", 9, "0.333333333"), ("-0.05", 1, "-0.1"),
    ],
)  # fmt: skip
def test_rounded_halves_go_away_from_zero(score: str, places: int, expected: str) -> None:
    value = Fraction(score)
    exact = rounded(Points(Exact.of([value]).fine()), places)
    floats = rounded(Points(None, np.array([float(value)])), places)
    assert (exact.at(0), floats.at(0)) == (Fraction(expected), Fraction(expected))
    wide = Exact.of([value + 10**12]).fine()
    assert rounded_fine(wide, places).at(0) == rounded(Points(wide), places).at(0)


def test_rounded_to_twelve_places_and_of_huge_floats() -> None:
    half = Fine.of([1, -1], 2 * 10**12)
    assert rounded_fine(half, 12).all() == [FINE // 10**12, -FINE // 10**12]
    assert rounded(Points(None, np.array([1e30])), 2).at(0) == Fraction(1e30)

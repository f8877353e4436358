from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.scoring.exact import decimal_parts, exact
from cases.scoring.vectors import Exact, Floats, Vector, divided, ranked

NUMBERS = st.lists(st.fractions(-1000, 1000, max_denominator=50), min_size=1, max_size=6)


def close(vector: Vector, expected: list[Fraction]) -> bool:
    return [float(v) for v in vector.all()] == pytest.approx([float(v) for v in expected])


@given(
    values=NUMBERS, factor=st.fractions(-9, 9), about=st.fractions(-9, 9), add=st.integers(-9, 9)
)
@settings(deadline=None)
def test_line_is_the_same_in_both_arithmetics(
    values: list[Fraction], factor: Fraction, about: Fraction, add: int
) -> None:
    expected = [factor * (value - about) + add for value in values]
    assert Exact.of(values).line(factor, about, Fraction(add)).all() == expected
    assert close(Floats.of(values).line(factor, about, Fraction(add)), expected)


@given(values=NUMBERS, low=st.fractions(-9, 0, max_denominator=9), high=st.fractions(0, 9))
@settings(deadline=None)
def test_clip_and_bounds_agree(values: list[Fraction], low: Fraction, high: Fraction) -> None:
    expected = [min(high, max(low, value)) for value in values]
    column = Exact.of(values)
    assert column.clip(low, high).all() == expected
    assert close(Floats.of(values).clip(low, high), expected)
    assert column.above(high) == [i for i, value in enumerate(values) if value > high]
    assert column.below(low) == [i for i, value in enumerate(values) if value < low]


def test_over_what_is_not_above_zero_is_otherwise() -> None:
    values = [Fraction(4), Fraction(0), Fraction(-1)]
    expected = [Fraction(25), Fraction(7), Fraction(7)]
    assert Exact.of(values).over(Fraction(100), Fraction(7)).all() == expected
    assert close(Floats.of(values).over(Fraction(100), Fraction(7)), expected)


def test_ranked_ties_share_the_better_place() -> None:
    values = [Fraction(v) for v in (3, 1, 3, 2)]
    assert (ranked(Exact.of(values), True), ranked(Floats.of(values), False)) == (
        [1, 4, 1, 3],
        [3, 1, 3, 2],
    )


@given(st.lists(st.integers(-(10**30), 10**30), max_size=4), st.integers(1, 10**30))
@settings(deadline=None)
def test_divided_is_correctly_rounded(nums: list[int], den: int) -> None:
    assert list(divided(nums, den)) == [num / den for num in nums]


@given(st.decimals("-99999", "99999", places=3))
def test_decimal_parts_are_the_number(value: Decimal) -> None:
    number, places = decimal_parts(f"{value:f}") or (0, 99)
    assert Fraction(number, 10**places) == exact(str(value))


@pytest.mark.parametrize("text", ["", "-", ".5", "1.", "1e3", "１", "1_0", "2/3", " 1", "+-1", "²"])
def test_decimal_parts_leave_the_rest_to_exact(text: str) -> None:
    assert decimal_parts(text) is None


@given(
    nums=st.lists(st.integers(-(2**70), 2**70), min_size=1, max_size=4),
    factor=st.fractions(-9, 9, max_denominator=10**18),
)
@settings(deadline=None)
def test_numbers_beyond_machine_words_stay_exact(nums: list[int], factor: Fraction) -> None:
    column = Exact(nums, 10)
    expected = [factor * (Fraction(n, 10) - 3) for n in nums]
    assert column.line(factor, 3).all() == expected
    assert column.clip(-5, 7).all() == [min(7, max(-5, Fraction(n, 10))) for n in nums]
    assert column.above(2**61) == [i for i, n in enumerate(nums) if Fraction(n, 10) > 2**61]
    assert column.taken([0]).all() == [Fraction(nums[0], 10)]
    assert (column.lowest(), column.highest()) == (min(column.all()), max(column.all()))


def test_words_and_numbers_are_one_column() -> None:
    words = np.array([1, -2, 3])
    assert (Exact(words, 4), Exact(words, 4).nums) == (Exact([1, -2, 3], 4), [1, -2, 3])
    assert Exact([2**62]).words is None
    assert Exact([2**62 - 1]).most == 2**62 - 1

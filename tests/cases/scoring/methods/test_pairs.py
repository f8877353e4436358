from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.scoring.methods.pairs import counted, like, minus, ratio, steady_mean
from cases.scoring.vectors import FINE, Exact, Floats

numbers = st.lists(
    st.fractions(min_value=-1000, max_value=1000, max_denominator=1000), min_size=1, max_size=8
)


@given(numbers)
def test_minus_and_ratio_are_those_of_fractions(first: list[Fraction]) -> None:
    second = first[::-1]
    a, b = Exact.of(first), like(Exact([1]), second)
    assert minus(a, b).all() == [x - y for x, y in zip(first, second, strict=True)]
    for found, x, y in zip(ratio(a, b).all(), first, second, strict=True):
        assert abs(found - (x / y if y > 0 else 0)) <= Fraction(1, FINE)


def test_like_missing_is_zero_and_huge_denominators_are_bounded() -> None:
    assert like(Exact([1]), [Fraction(1, 3), None]).all() == [Fraction(1, 3), 0]
    primes = [Fraction(1, 10**40 + n) for n in range(1, 60, 2)]
    assert like(Exact([1]), primes).all() == [0] * len(primes)
    assert like(Floats.of([1]), [Fraction(1, 4), None]).all() == [0.25, 0.0]


def test_ratio_of_floats_zero_below_is_zero() -> None:
    assert ratio(Floats.of([1, 1]), Floats.of([4, 0])).all() == [0.25, 0.0]


@pytest.mark.parametrize(("policy", "due"), [("proportional", 3.4), ("floor", 3.0), ("ceil", 4.0)])
def test_counted_parts_of_units(policy: str, due: float) -> None:
    assert [float(v) for v in counted(Exact([34], 10), policy).all()] == [due]
    assert counted(Floats.of([3.4]), policy).all() == [due]


def test_counted_last_bits_of_floats_are_no_unit() -> None:
    noisy = Floats(np.array([0.1 + 0.2, 0.7 + 0.1])).line(10)
    assert (counted(noisy, "ceil").all(), counted(noisy, "floor").all()) == ([3, 8], [3, 8])


def test_steady_mean_any_order() -> None:
    values = [0.1, 1e9, 0.3, -1e9, 0.7]
    assert steady_mean(Floats.of(values)) == steady_mean(Floats.of(values[::-1]))

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.scoring.exact import exact, percent, plain, shown, stored, weighted_mean


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2/3", Fraction(2, 3)),
        ("-2/3", Fraction(-2, 3)),
        ("0.25", Fraction(1, 4)),
        ("-3", Fraction(-3)),
        ("1e3", Fraction(1000)),
    ],
)
def test_exact_plain_number(text: str, value: Fraction) -> None:
    assert exact(text) == value


@pytest.mark.parametrize(
    "text", ["NaN", "inf", "1e400", "1e99", "1,000", "５", "12%", "", "abc", "1/0", "0x10", "1_000"]
)
def test_exact_anything_else_refused(text: str) -> None:
    with pytest.raises(ValueError):
        exact(text)


def test_exact_bool_and_nan_refused() -> None:
    for value in (True, Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(ValueError):
            exact(value)


def test_shown_rounds_half_away_from_zero() -> None:
    assert [shown(text) for text in ("90.096", "0.005", "-0.005", "0.994999")] == [
        "90.10",
        "0.01",
        "-0.01",
        "0.99",
    ]


@given(st.fractions(min_value=-(10**9), max_value=10**9), st.sampled_from([0, 2, 6]))
def test_shown_is_half_away_from_zero_of_the_exact_value(value: Fraction, places: int) -> None:
    due = Decimal(int(abs(value) * 10**places + Fraction(1, 2))).scaleb(-places)
    assert shown(value, places) == f"{-due if value < 0 and due else due:f}"


def test_stored_twelve_places() -> None:
    assert stored(Fraction(860, 9)) == Decimal("95.555555555556")
    assert stored(Fraction(-1, 3)) == Decimal("-0.333333333333")


def test_plain_and_percent() -> None:
    assert (plain("2.50"), plain(Fraction(860, 9)), percent(Fraction(55, 89))) == (
        "2.5",
        "95.555556",
        "61.80%",
    )
    small = ("0.000123456789", "-1e-9", "1e-24", "0.0099999999", "0")
    assert [plain(one) for one in small] == [
        "0.000123457", "-0.000000001", "0.000000000000000000000001", "0.01", "0",
    ]  # fmt: skip


def test_weighted_mean_nothing_present() -> None:
    assert weighted_mean([(Fraction(3), None)]) is None
    assert weighted_mean([(Fraction(0), Fraction(5))]) is None


@given(st.fractions(min_value=-(10**20), max_value=10**20))
def test_stored_is_half_even_of_the_exact_value(value: Fraction) -> None:
    assert Fraction(stored(value)) == Fraction(round(value * 10**12), 10**12)

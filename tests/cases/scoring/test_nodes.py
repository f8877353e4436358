from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.scoring.fine import FINE, HALF, Fine
from cases.scoring.nodes import Points, join

NONE = Fraction(0)
SIZES = st.one_of(st.integers(-(10**5), 10**9), st.integers(-(10**40), 10**40))
DENS = st.one_of(st.integers(1, 10**4), st.integers(1, 10**40), st.sampled_from([10**12, FINE]))


def halves_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def points(*values: str, gaps: frozenset[int] = frozenset()) -> Points:
    fractions = [Fraction(value) * FINE for value in values]
    return Points(Fine.of([halves_up(one) for one in fractions], FINE), None, gaps)


@given(nums=st.lists(SIZES, min_size=1, max_size=4), den=DENS)
@settings(deadline=None)
def test_fine_rounds_as_fractions_do(nums: list[int], den: int) -> None:
    assert Fine.of(nums, den).all() == [halves_up(Fraction(n, den) * FINE) for n in nums]


@given(st.lists(st.integers(-FINE, 200 * FINE), min_size=1, max_size=4))
@settings(deadline=None)
def test_fine_is_stored_halves_to_even(nums: list[int]) -> None:
    assert Fine.of(nums, FINE).stored() == [round(Fraction(n, HALF)) for n in nums]


@given(
    scores=st.lists(st.tuples(*[st.integers(0, 10**28)] * 3), min_size=1, max_size=4),
    weights=st.tuples(*[st.integers(1, 10**6)] * 3),
)
@settings(deadline=None)
def test_join_arithmetic_as_fractions_do(
    scores: list[tuple[int, int, int]], weights: tuple[int, int, int]
) -> None:
    columns = [Points(Fine.of(list(column), FINE)) for column in zip(*scores, strict=True)]
    parts = [(Fraction(w, 7), column) for w, column in zip(weights, columns, strict=True)]
    joined = join("arithmetic", parts, len(scores), NONE).exact
    sums = [sum(w * n for w, n in zip(weights, row, strict=True)) for row in scores]
    assert joined is not None
    assert joined.all() == [halves_up(Fraction(one, sum(weights))) for one in sums]


def test_join_gaps_leave_their_weight_to_the_others() -> None:
    first, second = points("80", "60", "0", gaps=frozenset({2})), points("20", "0", "0")
    second = Points(second.exact, None, frozenset({1, 2}))
    parts = [(Fraction(3), first), (Fraction(1), second)]
    joined = join("arithmetic", parts, 3, NONE)
    assert [joined.at(i) for i in range(3)] == [65, 60, None]
    assert [join("arithmetic", parts, 3, Fraction(4, 5)).at(i) for i in range(3)] == [
        65,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("how", "expected"), [("arithmetic", 65.0), ("geometric", 56.5685), ("harmonic", 45.7143)]
)
def test_join_means_by_hand(how: str, expected: float) -> None:
    parts = [(Fraction(3), points("80")), (Fraction(1), points("20"))]
    assert float(join(how, parts, 1, NONE).at(0) or 0) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("how", ["geometric", "harmonic"])
def test_join_nothing_above_zero_makes_zero(how: str) -> None:
    parts = [(Fraction(1), points("80", "0")), (Fraction(1), points("0", "0"))]
    assert [join(how, parts, 2, NONE).at(i) for i in range(2)] == [0, 0]


def test_join_of_nothing_is_a_gap() -> None:
    assert join("arithmetic", [], 2, NONE).gaps == {0, 1}


@pytest.mark.parametrize(("how", "due"), [("geometric", 40.0), ("harmonic", 32.0)])
def test_join_of_other_means_leaves_out_what_is_missing(how: str, due: float) -> None:
    first, second = points("80", "60"), points("20", "7", gaps=frozenset({1}))
    joined = join(how, [(Fraction(2), first), (Fraction(2), second)], 2, NONE)
    assert joined.as_floats().tolist() == pytest.approx([due, 60.0])

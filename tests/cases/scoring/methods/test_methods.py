"""Every method runs through the same laws: range, direction, determinism, explains itself."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.scoring.methods import METHODS
from cases.scoring.methods.method import Method, Reading

FIGURES = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)
EVERY = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


def read(method: Method, values: list[Fraction], place: int, direction: str) -> Reading:
    target = Fraction(10) if method.needs_target else None
    return Reading(values[place], direction, target, tuple(sorted(values)))


@EVERY
@given(
    values=st.lists(FIGURES, min_size=1, max_size=8),
    direction=st.sampled_from(["positive", "reverse"]),
)
def test_method_range_direction_and_explanation(
    method: Method, values: list[Fraction], direction: str
) -> None:
    readings = [read(method, values, place, direction) for place in range(len(values))]
    points = [method.score(one).points for one in readings]
    assert all(p is not None and 0 <= p <= 100 for p in points)
    ordered = sorted(zip(values, points, strict=True), reverse=direction == "reverse")
    better = [p for _, p in ordered]
    assert better == sorted(better, key=lambda p: p if p is not None else -1)
    assert [method.score(one) for one in readings] == [method.score(one) for one in readings]
    assert all(method.explain(one) for one in readings)


@EVERY
def test_method_registered_under_its_code(method: Method) -> None:
    assert (METHODS[method.code], bool(method.zh), bool(method.en)) == (method, True, True)

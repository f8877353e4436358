"""Percentiles by hand, and as numpy's methods of the same definitions give them."""

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from cases.scoring.chain import LINKS
from cases.scoring.chain.percentiles import STANDS, percentile
from cases.scoring.vectors import Exact, Floats
from tests.cases.scoring.test_chain import frame

NUMPY = {
    "inclusive": "linear",
    "exclusive": "weibull",
    "hazen": "hazen",
    "nearest": "inverted_cdf",
}


@pytest.mark.parametrize(
    ("how", "expected"),
    # four figures 10, 20, 40, 80; p = 1/4: at 7/4, 5/4, 3/2 and the first
    [("inclusive", "35/2"), ("exclusive", "25/2"), ("hazen", 15), ("nearest", 10)],
)
def test_percentile_by_hand_is_exact(how: str, expected: str) -> None:
    assert percentile(Exact([40, 10, 80, 20]), Fraction(25), how) == Fraction(expected)


def test_percentile_as_numpy_has_it() -> None:
    assert list(NUMPY) == list(STANDS)
    source = Random(5)
    for size in (1, 2, 3, 7, 20):
        figures = [source.uniform(-50, 50) for _ in range(size)]
        for how, name in NUMPY.items():
            for p in (0, 1, Fraction(5, 2), 5, 50, 95, 99, 100):
                found = percentile(Floats(np.array(figures)), Fraction(p), how)
                other = np.percentile(figures, float(p), method=name)  # type: ignore[call-overload]
                assert found == pytest.approx(other, abs=1e-12)


def test_link_pulls_in_both_ends_and_tells_the_bounds() -> None:
    start = frame({0: 10, 1: 20, 2: 40, 3: 80})
    link, given = LINKS["winsorise_percentile"], {"low": Fraction(25), "high": Fraction(75)}
    one = link.apply(start, given)
    assert one.values.all() == [Fraction("35/2"), 20, 40, 50]
    assert {place: str(said[0]) for place, said in one.notes.items()} == {
        0: "低于第 25 百分位,按 17.5 计",
        3: "高于第 75 百分位,按 50 计",
    }
    assert link.formula is not None
    assert link.formula(start, given, 0) == "(≥ P25 = 17.5, ≤ P75 = 50)"
    assert link.apply(frame({}), given).at == ()


def test_link_refuses_bounds_turned_round_or_absent() -> None:
    refuse = LINKS["winsorise_percentile"].refuse
    assert [str(found[1]) for found in map(refuse, ({}, {"low": Fraction(9), "high": Fraction(9)}))
            if found] == ["上限和下限至少填一个", "下限应小于上限"]  # fmt: skip

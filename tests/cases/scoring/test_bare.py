"""What the benchmark calls the same arithmetic bare gives the same scores, for every method."""

import numpy as np
import pytest

from benchmarks.methods import FINE
from benchmarks.scoring import BARE, bare_of, load
from cases.scoring.methods import METHODS
from cases.scoring.scoresheet import Scores

SIZE = (40, 15)


@pytest.mark.parametrize("name", BARE)
def test_bare_arithmetic_gives_the_same_totals(name: str) -> None:
    scores = Scores(*load(*SIZE, BARE[name]))
    found = list(bare_of(BARE[name], SIZE)())  # type: ignore[call-overload]
    bare = [one / FINE if isinstance(one, int) else one for one in found]
    assert np.abs(scores.runs["c"].total.as_floats() - bare).max() < 1e-9


def test_every_method_mean_and_weighing_has_a_line() -> None:
    assert {of.rule["method"] for of in BARE.values()} == set(METHODS)
    ways = ({**of.scheme, **of.scheme.get("group", {})} for of in BARE.values())
    assert {of.get("aggregate", "arithmetic") for of in ways} == {
        "arithmetic", "geometric", "harmonic", "power", "penalised", "minimum", "product",
    }  # fmt: skip

from fractions import Fraction
from math import log

import pytest

from cases.scoring.book import Figure
from cases.scoring.scheme import load_indicators
from cases.scoring.scoresheet import score_units
from tests.cases.scoring.test_properties import document, leaf


def weights(method: str, **columns: list[int]) -> dict[str, Fraction]:
    doc = document([leaf(code, "target_ratio", target=100) for code in columns], method=method)
    size = len(next(iter(columns.values())))
    rows = [Figure(f"u{n}", code, one[n]) for code, one in columns.items() for n in range(size)]
    units = {f"u{n}": "k" for n in range(size)}
    return dict(score_units(load_indicators(doc), units, rows).runs["k"].weights)


def test_equal_weighs_every_node_alike() -> None:
    assert weights("equal", a=[1, 2], b=[3, 4]) == {"g": 1, "a": 1, "b": 1}


def test_entropy_by_hand() -> None:
    found = weights("entropy", a=[20, 80], b=[40, 60], c=[50, 50])
    shares = {"a": (0.2, 0.8), "b": (0.4, 0.6)}
    expected = {c: 1 + sum(p * log(p) for p in own) / log(2) for c, own in shares.items()}
    assert {code: float(found[code]) for code in "ab"} == pytest.approx(expected)
    assert ("c" in found, found["g"]) == (False, found["a"] + found["b"])


def test_entropy_without_any_difference_is_equal() -> None:
    assert weights("entropy", a=[20, 20], b=[60, 60]) == {"g": 1, "a": 1, "b": 1}

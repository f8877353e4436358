from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from cases.scoring.book import Book, Figure, read_book
from cases.scoring.nodes import join
from cases.scoring.run import run
from cases.scoring.scheme import load_indicators
from cases.scoring.shapes import IndicatorScheme
from cases.scoring.tables import Table, mean_of, tables_of

CODES = [f"i{n}" for n in range(6)]


def scheme(**changes: dict[str, Any]) -> IndicatorScheme:
    """Six indicators in two groups, z-scores unless changed."""
    leaves = [
        {
            "code": code, "title": code, "method": "zscore", "missing": "renormalise",
            "direction": "reverse" if code == "i1" else "positive", **changes.get(code, {}),
        }
        for code in CODES
    ]  # fmt: skip
    groups = [
        {"code": "g0", "title": "g0", "children": leaves[:4]},
        {"code": "g1", "title": "g1", "children": leaves[4:]},
    ]
    weights = {"c": {"g0": 60, "g1": 40, **dict(zip(CODES, (10, 20, 40, 30, 70, 30), strict=True))}}
    return load_indicators(
        {
            "code": "t", "title": "t", "year": 2025, "indicators": groups,
            "classes": [{"code": "c", "title": "c"}],
            "weights": {"by_class": weights},
        }
    )  # fmt: skip


def book(one: IndicatorScheme, holes: float, top: int = 10_000, units: int = 23) -> Book:
    source = Random(11)
    names = [f"u{n:02d}" for n in range(units)]
    figures = [
        Figure(name, code, f"{source.randrange(top) / 100:.2f}")
        for code in CODES
        for name in names
        if source.random() >= holes
    ]
    return read_book(one, dict.fromkeys(names, "c"), figures)


def in_one_go(one: IndicatorScheme, own: Book) -> set[str]:
    leaves = [one.indicators[code] for code in one.leaves("c")]
    return set(tables_of(leaves, own.blocks.get("c")).found)


@pytest.mark.parametrize(
    ("holes", "top", "kind"),
    [(0.0, 10_000, np.float64), (0.3, 10_000, np.float64), (0.3, 10**8, np.int64)],
)
@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("zscore", {}),
        ("zscore", {"sd": "sample", "low": 35, "high": 62, "scale": 7}),
        ("minmax", {"scale": "log", "full": 90}),
    ],
)
def test_tables_give_the_points_of_each_by_itself(
    holes: float, top: int, kind: type, method: str, parameters: dict[str, Any]
) -> None:
    one = scheme(**{code: {"method": method, "parameters": parameters} for code in CODES})
    figures = book(one, holes, top)
    assert figures.blocks["c"].above.dtype == kind
    found = tables_of([one.indicators[c] for c in CODES], figures.blocks["c"])
    assert set(found.found) == set(CODES)
    alone = run(one, figures)["c"].leaves
    for code in CODES:
        quick, slow = found.points(code), alone[code].points
        assert quick.gaps == slow.gaps
        there = [i for i in range(23) if i not in slow.gaps]
        assert quick.as_floats()[there].tolist() == slow.as_floats()[there].tolist()


@pytest.mark.parametrize("holes", [0.0, 0.3, 0.8])
def test_groups_are_joined_as_one_by_one(holes: float) -> None:
    one = scheme()
    own = book(one, holes)
    whole = run(one, own)["c"]
    for code, children in (("g0", CODES[:4]), ("g1", CODES[4:])):
        due = join(
            "arithmetic", [(whole.weights[c], whole.leaves[c].points) for c in children], 23,
            Fraction(0),
        )  # fmt: skip
        assert whole.nodes[code].gaps == due.gaps
        there = [i for i in range(23) if i not in due.gaps]
        assert whole.nodes[code].as_floats()[there].tolist() == due.as_floats()[there].tolist()


@pytest.mark.parametrize("size", [2, 3, 300])
def test_mean_of_adds_row_by_row_whatever_the_size(size: int) -> None:
    points = np.random.default_rng(3).normal(50, 10, (17, size))
    weights = [Fraction(n + 1, 7) for n in range(17)]
    table = Table([str(n) for n in range(17)], points, None)
    found = mean_of(weights, table, 0, Fraction(0))
    sums = np.zeros(size)
    for n in range(17):
        sums += float(n + 1) * points[n]
    assert found is not None
    assert found.as_floats().tolist() == (sums / 153.0).tolist()


def test_mean_of_leaves_weights_beyond_a_float_to_the_join() -> None:
    table = Table(["a", "b"], np.ones((2, 2)), None)
    assert mean_of([Fraction(1), Fraction(2**60)], table, 0, Fraction(0)) is None


def test_an_availability_floor_leaves_the_same_gaps() -> None:
    there = np.array([[True, True, False], [True, False, False]])
    table = Table(["a", "b"], np.ones((2, 3)), there)
    found = mean_of([Fraction(3), Fraction(1)], table, 0, Fraction(4, 5))
    assert found is not None
    assert found.gaps == {1, 2}


@pytest.mark.parametrize(
    ("change", "holes", "left_out"),
    [
        ({"chain": [{"link": "clip", "high": 50}]}, 0.0, True),
        ({"cohort": "all"}, 0.0, True),
        ({"method": "minmax"}, 0.0, True),
        ({"missing": "zero"}, 0.3, True),
        ({"missing": "zero"}, 0.0, False),
    ],
)
def test_what_needs_more_is_scored_by_itself(
    change: dict[str, Any], holes: float, left_out: bool
) -> None:
    one = scheme(i2=change)
    assert ("i2" not in in_one_go(one, book(one, holes))) is left_out


def test_figures_that_dont_differ_or_lie_too_far_apart_are_scored_by_themselves() -> None:
    one = scheme()
    rows = [Figure(u, c, n) for c in CODES[:3] for n, u in enumerate("xyz")]
    rows += [Figure(u, "i3", 7) for u in "xyz"]
    rows += [Figure(u, "i4", 10**12 * n) for n, u in enumerate("xyz")]
    rows += [Figure(u, "i5", f"0.{'0' * 20}{n}") for n, u in enumerate("xyz", start=1)]
    own = read_book(one, dict.fromkeys("xyz", "c"), rows)
    assert in_one_go(one, own) == {"i0", "i1", "i2", "i5"}
    same = run(one, own)["c"].leaves
    assert same["i3"].points.at(0) == 50
    assert same["i4"].points.at(2) == pytest.approx(same["i0"].points.at(2), abs=1e-12)

"""The laws every scoring method keeps, on exact columns and on floats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.scoring.exact import pointed
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import Column, Scored
from cases.scoring.vectors import Exact, Floats
from tests.cases.scoring.methods.columns import parameter

directions = st.sampled_from(["positive", "reverse"])
arithmetics = st.sampled_from(["exact", "floats"])
FULL = Fraction(100)
NEAR = 1e-7
"""Statistics are floats; rules in points are compared to the last digit on exact columns."""


@dataclass(frozen=True)
class Law:
    """How a method is tried: its parameters, and which changes of the figures cancel.

    ``scales`` says that figures times a positive number (targets and last year's likewise) give
    the same points, ``shifts`` that figures plus a number (targets likewise) do. ``rises`` gives
    what better means: by direction, always up, always down, or nothing (two-sided).
    """

    parameters: dict[str, Any] = field(default_factory=dict)
    scales: bool = True
    shifts: bool = True
    rises: str = "direction"
    counts: bool = False


LAWS: dict[str, list[Law]] = {
    "target_all_or_none": [Law(), Law({"otherwise": 40})],
    # a share of a target or of the best is lost when zero moves
    "target_ratio": [Law(shifts=False)],
    "best_ratio": [Law(shifts=False)],
    "rank_step": [Law({"step": 5}), Law({"step": 30, "floor": 20, "ties": "mean"})],
    "rank_table": [
        Law({"table": [60, 57, 54]}),
        Law({"table": [60, 57, 54], "beyond": "last", "ties": "mean"}),
    ],
    "target_then_rank": [Law({"base": 40}), Law({"base": 40, "ties": "mean"})],
    "efficacy": [
        Law(),
        # stated values have a unit of their own
        Law({"not_allowed": -40, "satisfactory": 40}, scales=False, shifts=False),
    ],
    "minmax": [Law(), Law({"min": -40, "max": 40}, scales=False, shifts=False)],
    "zscore": [Law(), Law({"sd": "sample", "scale": 20, "low": 0, "high": 100})],
    "percentile": [Law(), Law({"ties": "mean"})],
    "growth": [
        Law({"base": 50}, shifts=False),
        Law({"by": "minmax"}, shifts=False),
        # a difference keeps its unit; min-max over differences takes it off again
        Law({"measure": "difference", "base": 50}, scales=False),
        Law({"measure": "difference", "by": "minmax"}),
    ],
    "distance_to_target": [
        Law(shifts=False, rises="nothing"),
        Law({"scale": 30}, scales=False, rises="nothing"),
        Law({"form": "worst"}),
    ],
    "per_unit_deduct": [
        Law({"per_unit": 3, "unit_policy": policy}, scales=False)
        for policy in ("proportional", "floor", "ceil")
    ],
    "per_case_deduct": [
        Law({"per_case": "1.5", "cap": 10}, scales=False, shifts=False, rises="down", counts=True)
    ],
    "vs_mean": [
        Law({"below": "0.1", "most_deducted": 2}, shifts=False),
        Law(
            {"below": "0.1", "most_deducted": 2, "above": "0.2", "most_added": 1},
            shifts=False,
        ),
    ],
    "bands": [
        Law({"table": [[-50, 10], [0, 60], [30, 90]]}, scales=False, shifts=False, rises="up"),
        Law(
            {"table": [[-50, 10], [0, 60], [30, 90]], "interpolate": "linear"},
            scales=False,
            shifts=False,
            rises="up",
        ),
    ],
}
TRIED = [
    pytest.param(code, law, id=f"{code}-{number}")
    for code, laws in LAWS.items()
    for number, law in enumerate(laws)
]

figures = st.lists(
    st.integers(-(10**4), 10**4).map(lambda n: Fraction(n, 100)), min_size=1, max_size=12
)
"""Like published figures: two decimals, ties likely."""


def made(values: list[Fraction], law: Law, direction: str, arithmetic: str) -> Column:
    kept = [Fraction(abs(int(v))) for v in values] if law.counts else values
    return Column(
        values=Exact.of(kept) if arithmetic == "exact" else Floats.of(kept),
        direction=direction,
        parameters={name: parameter(value) for name, value in law.parameters.items()},
        targets=Fraction(20),
        previous=tuple(Fraction(10 + i) for i in range(len(kept))),
    )


def scored(code: str, column: Column) -> Scored:
    return METHODS[code].score(column)


def outcome(found: Scored) -> list[tuple[float, str, str]]:
    """Points, remark and gap by place, with points to seven places."""
    return [
        (
            0.0 if i in found.gaps else round(float(value), 7) + 0.0,
            str(found.remarks.get(i, "")),
            str(found.gaps.get(i, "")),
        )
        for i, value in enumerate(found.points.all())
    ]


def alike(first: Scored, second: Scored) -> None:
    for one, two in zip(outcome(first), outcome(second), strict=True):
        assert one[0] == pytest.approx(two[0], abs=NEAR)
        assert one[2] == two[2]


def every(test: Callable[..., None]) -> Callable[..., None]:
    """Over every method and its laws."""
    return pytest.mark.parametrize(("code", "law"), TRIED)(test)


def test_every_method_has_its_laws() -> None:
    assert list(LAWS) == list(METHODS)
    assert [code for code, one in METHODS.items() if one.code != code] == []


@every
@settings(max_examples=25, deadline=None)
@given(direction=directions, arithmetic=arithmetics, values=figures)
def test_points_stay_between_zero_and_full(
    code: str, law: Law, direction: str, arithmetic: str, values: list[Fraction]
) -> None:
    found = scored(code, made(values, law, direction, arithmetic))
    if not METHODS[code].unbounded:
        kept = [v for i, v in enumerate(found.points.all()) if i not in found.gaps]
        assert [v for v in kept if not -NEAR <= v <= FULL + NEAR] == []


@every
@settings(max_examples=25, deadline=None)
@given(direction=directions, arithmetic=arithmetics, values=figures)
def test_better_figure_never_has_fewer_points(
    code: str, law: Law, direction: str, arithmetic: str, values: list[Fraction]
) -> None:
    column = made(values, law, direction, arithmetic)
    if law.rises == "nothing":
        return
    column = replace(column, previous=(Fraction(15),) * len(column))
    found = scored(code, column)
    rising = law.rises == "up" or (law.rises == "direction" and column.best_is_high)
    rows = sorted(
        (column.values.at(i), found.points.at(i)) for i in range(len(column)) if i not in found.gaps
    )
    for (low, worse), (high, better) in pairwise(rows if rising else rows[::-1]):
        if low == high:
            assert worse == better
        else:
            assert better >= worse - (0 if arithmetic == "exact" else NEAR)


@every
@settings(max_examples=25, deadline=None)
@given(
    direction=directions,
    arithmetic=arithmetics,
    values=figures,
    factor=st.sampled_from([Fraction(1, 1000), Fraction(10**4), Fraction(7, 3)]),
)
def test_change_of_unit_cancels_where_it_should(
    code: str, law: Law, direction: str, arithmetic: str, values: list[Fraction], factor: Fraction
) -> None:
    if not law.scales or (arithmetic == "floats" and factor.denominator != 1):
        return
    column = made(values, law, direction, "exact")
    assert isinstance(column.targets, Fraction)
    larger = replace(
        column,
        values=column.values.line(factor),
        targets=column.targets * factor,
        previous=tuple(factor * Fraction(p or 0) for p in column.previous),
    )
    if arithmetic == "floats":
        column = replace(column, values=column.values.floats())
        larger = replace(larger, values=larger.values.floats())
    alike(scored(code, column), scored(code, larger))


@every
@settings(max_examples=25, deadline=None)
@given(direction=directions, arithmetic=arithmetics, values=figures, offset=st.integers(-50, 50))
def test_change_of_zero_cancels_where_it_should(
    code: str, law: Law, direction: str, arithmetic: str, values: list[Fraction], offset: int
) -> None:
    if not law.shifts:
        return
    column = made([Fraction(int(v)) for v in values], law, direction, arithmetic)
    moved = replace(
        column,
        values=column.values.line(1, 0, offset),
        targets=Fraction(20 + offset),
        previous=tuple(Fraction(p or 0) + offset for p in column.previous),
    )
    alike(scored(code, column), scored(code, moved))


@every
@settings(max_examples=25, deadline=None)
@given(
    direction=directions,
    arithmetic=arithmetics,
    values=figures,
    order=st.randoms(use_true_random=False),
)
def test_order_of_units_changes_no_digit(
    code: str, law: Law, direction: str, arithmetic: str, values: list[Fraction], order: Any
) -> None:
    column = made(values, law, direction, arithmetic)
    at = list(range(len(column)))
    order.shuffle(at)
    shuffled = replace(
        made([values[i] for i in at], law, direction, arithmetic),
        previous=tuple(column.previous[i] for i in at),
    )
    first, second = scored(code, column), scored(code, shuffled)
    assert [first.points.at(i) for i in at] == second.points.all()
    assert [outcome(first)[i] for i in at] == outcome(second)


@every
@settings(max_examples=25, deadline=None)
@given(direction=directions, arithmetic=arithmetics, values=figures)
def test_two_runs_are_identical(
    code: str, law: Law, direction: str, arithmetic: str, values: list[Fraction]
) -> None:
    first = scored(code, made(values, law, direction, arithmetic))
    second = scored(code, made(values, law, direction, arithmetic))
    assert (first.points.all(), outcome(first)) == (second.points.all(), outcome(second))


@every
@settings(max_examples=25, deadline=None)
@given(direction=directions, arithmetic=arithmetics, values=figures)
def test_last_step_is_the_points(
    code: str, law: Law, direction: str, arithmetic: str, values: list[Fraction]
) -> None:
    column = made(values, law, direction, arithmetic)
    found = scored(code, column)
    for place in range(len(column)):
        steps = METHODS[code].explain(column, place)
        if place in found.gaps:
            assert steps == ()
        else:
            assert steps[-1].result == pointed(found.points.at(place))


@every
@pytest.mark.parametrize("direction", ["positive", "reverse"])
@pytest.mark.parametrize("arithmetic", ["exact", "floats"])
def test_one_unit_and_all_equal_score_alike_or_say_why(
    code: str, law: Law, direction: str, arithmetic: str
) -> None:
    for size in (1, 3):
        column = made([Fraction(25)] * size, law, direction, arithmetic)
        column = replace(column, previous=(Fraction(20),) * size)
        found = scored(code, column)
        assert len(found.points) == size
        assert len(set(outcome(found))) == 1 or found.gaps.keys() == set(range(size))


@every
@pytest.mark.parametrize("direction", ["positive", "reverse"])
@pytest.mark.parametrize("arithmetic", ["exact", "floats"])
def test_empty_column_scores_nothing(code: str, law: Law, direction: str, arithmetic: str) -> None:
    found = scored(code, made([], law, direction, arithmetic))
    assert (found.points.all(), found.remarks, found.gaps) == ([], {}, {})


COMPARING = (
    "best_ratio", "rank_step", "rank_table", "efficacy", "minmax", "zscore", "percentile", "vs_mean",
)  # fmt: skip


@pytest.mark.parametrize("code", COMPARING)
@pytest.mark.parametrize("size", [1, 3])
def test_nothing_to_compare_is_never_silent(code: str, size: int) -> None:
    column = made([Fraction(5)] * size, LAWS[code][0], "positive", "exact")
    assert scored(code, column).remarks.keys() == set(range(size))


@pytest.mark.parametrize("code", [code for code, one in METHODS.items() if one.needs_target])
def test_missing_target_is_a_gap_with_its_reason(code: str) -> None:
    column = replace(made([Fraction(5)] * 2, LAWS[code][0], "positive", "exact"), targets=None)
    assert scored(code, column).gaps.keys() == {0, 1}
    own = replace(column, targets=(Fraction(4), None))
    assert scored(code, own).gaps.keys() == {1}


@pytest.mark.parametrize("code", list(METHODS))
def test_many_targets_score_as_one_does(code: str) -> None:
    column = made([Fraction(n) for n in (15, 20, 25)], LAWS[code][0], "positive", "exact")
    own = replace(column, targets=(Fraction(20),) * 3)
    alike(scored(code, column), scored(code, own))

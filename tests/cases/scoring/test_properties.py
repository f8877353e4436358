"""What must hold of any scheme and any figures."""

import json
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.scoring.book import Figure
from cases.scoring.explain import explanation
from cases.scoring.scheme import load_indicators
from cases.scoring.scoresheet import Scores, score_units

Table = list[list[Decimal | None]]
CODES = ("a", "b", "c", "d")
FIGURE = st.decimals("0.01", "9999", places=2)
MISSING = st.one_of(st.none(), FIGURE)
MONOTONE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("minmax", {}), ("efficacy", {}), ("best_ratio", {}), ("percentile", {}),
    ("rank_step", {"parameters": {"step": 5}}), ("target_ratio", {"target": 50}),
    ("target_all_or_none", {"target": 50}), ("distance_to_target", {"target": 9999}),
)  # fmt: skip
PULLED_IN = {"chain": [{"link": "winsorise_percentile", "low": 10, "high": 90}]}
AGAIN = {"rescale": {"method": "zscore"}, "round": 6}
SCALED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("minmax", {}), ("efficacy", {}), ("best_ratio", {}), ("percentile", {}),
    ("rank_step", {"parameters": {"step": 5}}), ("minmax", PULLED_IN),
)  # fmt: skip
MONOTONE += (
    ("minmax", PULLED_IN), ("target_ratio", {"target": 0, "parameters": {"zero": "met"}}),
)  # fmt: skip


def tables(cell: st.SearchStrategy[Decimal | None], least: int = 2) -> st.SearchStrategy[Table]:
    row = st.lists(cell, min_size=len(CODES), max_size=len(CODES))
    return st.lists(row, min_size=least, max_size=6)


def leaf(code: str, method: str = "minmax", **more: Any) -> dict[str, Any]:
    row = {"code": code, "title": code, "direction": "positive", "method": method}
    return {**row, "missing": "renormalise", **more}


def document(leaves: list[dict[str, Any]], **weights: Any) -> dict[str, Any]:
    """One group over the leaves, one class more than is used."""
    group = {"code": "g", "title": "g", "children": leaves, **weights.pop("group", {})}
    return {
        "code": "p", "title": "p", "year": 2025, "indicators": [group],
        "classes": [{"code": "k", "title": "k"}, {"code": "other", "title": "other"}],
        "weights": {"method": "equal", **weights},
    }  # fmt: skip


def figures(table: Table, prefix: str = "u") -> list[Figure]:
    return [
        Figure(f"{prefix}{n}", code, value)
        for n, row in enumerate(table)
        for code, value in zip(CODES, row, strict=True)
    ]


def scored(
    doc: dict[str, Any], table: Table, attributes: dict[str, dict[str, str]] | None = None
) -> Scores:
    units = {f"u{n}": "k" for n in range(len(table))}
    return score_units(load_indicators(doc), units, figures(table), (), attributes)


def told(scores: Scores) -> str:
    return json.dumps([explanation(scores.scheme, sheet) for sheet in scores.values()])


def points(scores: Scores, unit: str, code: str) -> Decimal | None:
    return next(row.points for row in scores[unit].rows if row.indicator == code)


@pytest.mark.parametrize(
    ("method", "more"), MONOTONE, ids=lambda x: x if isinstance(x, str) else ""
)
@given(
    values=st.lists(FIGURE, min_size=2, max_size=6),
    direction=st.sampled_from(["positive", "reverse"]),
)
@settings(max_examples=25, deadline=None)
def test_monotone_by_direction(
    method: str, more: dict[str, Any], values: list[Decimal], direction: str
) -> None:
    if method == "distance_to_target":
        direction = "positive"
    scores = scored(
        document([leaf("a", method, **{**more, "direction": direction}), *map(leaf, "bcd")]),
        [[value, None, None, None] for value in values],
    )
    found = sorted(
        (value, points(scores, f"u{n}", "a") or Decimal(0)) for n, value in enumerate(values)
    )
    ordered = [one for _, one in found]
    assert ordered == sorted(ordered, reverse=direction == "reverse")


@pytest.mark.parametrize(("method", "more"), SCALED, ids=lambda x: x if isinstance(x, str) else "")
@given(
    table=tables(MISSING), factor=st.sampled_from([Fraction(1, 1000), Fraction(7), Fraction(10000)])
)
@settings(max_examples=25, deadline=None)
def test_scale_cancels_in_relative_methods(
    method: str, more: dict[str, Any], table: Table, factor: Fraction
) -> None:
    doc = document([leaf(code, method, **more) for code in CODES])
    changed = [Figure(f.unit, f.indicator, None if f.value is None else Fraction(f.value) * factor)
               for f in figures(table)]  # fmt: skip
    units = {f"u{n}": "k" for n in range(len(table))}
    other = score_units(load_indicators(doc), units, changed)
    assert other.totals() == scored(doc, table).totals()


@given(table=tables(MISSING), shift=st.integers(1, 500))
@settings(max_examples=30, deadline=None)
def test_shift_cancels_in_minmax(table: Table, shift: int) -> None:
    doc = document([leaf(code) for code in CODES])
    moved: Table = [[None if v is None else v + shift for v in row] for row in table]
    assert scored(doc, moved).totals() == scored(doc, table).totals()


@given(table=tables(MISSING))
@settings(max_examples=30, deadline=None)
def test_weights_renormalise(table: Table) -> None:
    scores = scored(document([leaf(code) for code in CODES]), table)
    for unit, row in zip(scores, table, strict=True):
        shares = [r.effective for r in scores[unit].rows if r.effective is not None]
        assert len(shares) == sum(value is not None for value in row)
        assert not shares or abs(sum(shares) - 1) < Decimal("1e-11")


@given(table=tables(MISSING), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_order_of_rows_changes_no_byte(table: Table, seed: int) -> None:
    doc = document([leaf("a"), leaf("b", "efficacy"), leaf("c", "zscore", **PULLED_IN),
                    leaf("d", "percentile")], group=AGAIN)  # fmt: skip
    scheme, units = load_indicators(doc), [(f"u{n}", "k") for n in range(len(table))]
    rows = figures(table)
    first = told(score_units(scheme, dict(units), rows))
    Random(seed).shuffle(rows)
    assert told(score_units(scheme, dict(reversed(units)), rows)) == first


@given(table=tables(MISSING), other=tables(MISSING, 1))
@settings(max_examples=30, deadline=None)
def test_another_class_changes_nothing(table: Table, other: Table) -> None:
    leaves = [leaf("a"), leaf("b", "percentile"), leaf("c", "zscore"), leaf("d", **PULLED_IN)]
    doc = document(leaves, group=AGAIN)
    alone = scored(doc, table)
    units = {f"u{n}": "k" for n in range(len(table))} | {
        f"x{n}": "other" for n in range(len(other))
    }
    both = score_units(load_indicators(doc), units, [*figures(table), *figures(other, "x")])
    assert [both[unit] for unit in alone] == list(alone.values())


@pytest.mark.parametrize(
    "how",
    [
        {"aggregate": "arithmetic"}, {"aggregate": "geometric"}, {"aggregate": "harmonic"},
        {"aggregate": "power", "exponent": -2}, {"aggregate": "minimum"},
    ],
    ids=lambda how: "".join(str(one) for one in how.values()),
)  # fmt: skip
@given(table=tables(FIGURE))
@settings(max_examples=25, deadline=None)
def test_means_lie_between_their_parts(how: dict[str, Any], table: Table) -> None:
    doc = document([leaf(code, "best_ratio") for code in CODES], group=how)
    scores = scored(doc, table)
    for sheet in scores.values():
        parts = [row.points for row in sheet.rows if row.points is not None]
        score = sheet.groups[0].score or Decimal(0)
        assert min(parts) - Decimal("1e-9") <= score <= max(parts) + Decimal("1e-9")


@given(table=tables(FIGURE, 3))
@settings(max_examples=30, deadline=None)
def test_means_keep_their_order(table: Table) -> None:
    found = {}
    for how in ("harmonic", "geometric", "arithmetic"):
        doc = document([leaf(code, "best_ratio") for code in CODES], group={"aggregate": how})
        found[how] = scored(doc, table).totals()
    for unit in found["harmonic"]:
        three = [found[how][unit] or Decimal(0) for how in found]
        assert all(a <= b + Decimal("1e-9") for a, b in pairwise(three))


@given(table=tables(FIGURE))
@settings(max_examples=30, deadline=None)
def test_entropy_ignores_what_does_not_differ(table: Table) -> None:
    same: Table = [[*row[:3], Decimal(7)] for row in table]
    run = scored(document([leaf(code) for code in CODES], method="entropy"), same).runs["k"]
    differs = [c for i, c in enumerate(CODES[:3]) if len({row[i] for row in same}) > 1]
    kept = [code for code in CODES if code in run.weights]
    assert kept == (differs or list(CODES))
    assert sum(run.weights[code] for code in kept) == (run.weights["g"] if differs else len(kept))


@pytest.mark.parametrize(("floor", "there"), [("0.5", True), ("0.75", False)])
def test_availability_is_a_floor(floor: str, there: bool) -> None:
    doc = document([leaf(code) for code in CODES], group={"availability": floor})
    rows: Table = [[Decimal(1), Decimal(2), None, None], [Decimal(2), Decimal(3), Decimal(4), None]]
    scores = scored(doc, rows)
    assert (scores.totals()["u0"] is not None, scores.totals()["u1"] is not None) == (there, True)


def test_fill_takes_the_mean_of_like_units() -> None:
    doc = document(
        [leaf(code, "target_ratio", target=100) for code in CODES], group={"fill": "region"}
    )
    rows: Table = [[Decimal(v)] * 4 if v else [None] * 4 for v in (40, 60, 90, 0, 0)]
    region = {"u0": "east", "u1": "east", "u2": "west", "u3": "east", "u4": "north"}
    scores = scored(doc, rows, {"region": region})
    assert [scores.totals()[f"u{n}"] for n in range(5)] == [40, 60, 90, 50, None]
    assert "east" in str(scores["u3"].groups[0].remark)


def test_given_groups_replace_what_was_computed() -> None:
    doc = document(
        [leaf(code, "target_ratio", target=100) for code in CODES], group={"given": True}
    )
    rows = [*figures([[Decimal(40)] * 4, [Decimal(60)] * 4]), Figure("u0", "g", "77.25")]
    scores = score_units(load_indicators(doc), {"u0": "k", "u1": "k"}, rows)
    assert list(scores.totals().values()) == [Decimal("77.25"), 60]


@pytest.mark.parametrize(
    ("cohort", "expected"),
    [("class", [0, 100, 0, 100, 100]), ("parent", [0, 25, 75, 100, 100]), ("all", [0, 10, 30, 40, 100])],
)  # fmt: skip
def test_cohorts_say_who_is_compared(cohort: str, expected: list[int]) -> None:
    classes = [
        {"code": "p", "title": "p", "children": [{"code": "p1", "title": "p"}, {"code": "p2", "title": "p"}]},
        {"code": "q", "title": "q"},
    ]  # fmt: skip
    doc = {**document([leaf("a", cohort=cohort)]), "classes": classes}
    units = {"u0": "p1", "u1": "p1", "u2": "p2", "u3": "p2", "u4": "q"}
    values = (0, 10, 30, 40, 100)
    rows = [Figure(unit, "a", value) for unit, value in zip(units, values, strict=True)]
    assert list(score_units(load_indicators(doc), units, rows).totals().values()) == expected


def test_growth_of_a_divided_figure_is_on_last_year_divided() -> None:
    """100 of 10 heads after 80 of 10 is a quarter more a head; 100 of 20 after 50 of 10 is none."""
    by = [{"link": "denominate", "by": "heads"}]
    rule = {"parameters": {"base": 50}, "chain": by}
    doc = {**document([leaf("a", "growth", **rule)]), "series": [{"code": "heads", "title": "h"}]}
    rows = {
        "u0": (100, 80, 10, 10), "u1": (100, 50, 20, 10), "u2": (100, 50, 10, None),
        "u3": (100, None, 10, 10),
    }  # fmt: skip
    said = [
        Figure(unit, code, now, previous=before)
        for unit, (value, last, heads, former) in rows.items()
        for code, now, before in (("a", value, last), ("heads", heads, former))
    ]
    found = score_units(load_indicators(doc), dict.fromkeys(rows, "k"), said)
    assert [points(found, unit, "a") for unit in rows] == [75, 50, None, None]
    assert found["u0"].rows[0].steps()[1].formula == "(10 − 8) ÷ 8 × 100"

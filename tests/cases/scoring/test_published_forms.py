"""Formulas of published composite indices as scheme files, beside the formula written out.

Figures are our own; forms are those of the indices named. The ASEM, SDG and Human Development
indices are recomputed from their published tables in ``tests/golden``.
"""

from __future__ import annotations

from math import exp, log
from statistics import fmean, pstdev
from typing import Any

import pytest

from cases.scoring.book import Figure
from cases.scoring.scheme import load_indicators
from cases.scoring.scoresheet import score_units

Rows = dict[str, tuple[float, ...]]
Tree = list[Any]


def leaf(code: str, method: str, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "code": code, "title": code, "direction": "positive", "missing": "renormalise",
        "method": method, "parameters": parameters, **more,
    }  # fmt: skip


def group(code: str, children: Tree, **more: Any) -> dict[str, Any]:
    return {"code": code, "title": code, "children": children, **more}


def totals(rows: Rows, tree: Tree, **weights: Any) -> list[float | None]:
    """Totals of the units a, b, c ...; the figures of each in the order of ``i0``, ``i1`` ..."""
    document = {
        "code": "p", "title": "p", "year": 2025, "classes": [{"code": "k", "title": "k"}],
        "indicators": tree, "weights": {"method": "equal", **weights},
    }  # fmt: skip
    scheme = load_indicators(document)
    figures = [
        Figure(unit, f"i{n}", repr(value)) for unit, row in rows.items()
        for n, value in enumerate(row) if value == value and f"i{n}" in scheme.indicators
    ]  # fmt: skip
    found = score_units(scheme, dict.fromkeys(rows, "k"), figures).totals()
    return [None if one is None else float(one) for one in found.values()]


def by_class(**weights: str) -> dict[str, Any]:
    return {"method": "given", "basis": "points", "by_class": {"k": weights}}


NONE = float("nan")
THREE: Rows = {"a": (3.0, 20.0, 55.0), "b": (5.0, 35.0, 40.0), "c": (9.0, 50.0, 70.0)}


def test_green_development_index_of_2016_efficacy_60_to_100() -> None:
    parts = {"i0": ("29.3", "positive"), "i1": ("16.5", "reverse"), "i2": ("54.2", "positive")}
    tree = [leaf(code, "efficacy", {"c": 40, "d": 60}, direction=way)
            for code, (_, way) in parts.items()]  # fmt: skip
    found = totals(THREE, tree, **by_class(**{code: w for code, (w, _) in parts.items()}))
    due = [
        0.293 * (40 * (x - 3) / 6 + 60) + 0.165 * (40 * (50 - y) / 30 + 60)
        + 0.542 * (40 * (z - 40) / 30 + 60)
        for x, y, z in THREE.values()
    ]  # fmt: skip
    assert found == pytest.approx(due)


def test_adjusted_mazziotta_pareto_index() -> None:
    # (x - min) / (max - min) x 60 + 70 with fixed goalposts, then M - S^2 / M
    ends = [(0, 10), (10, 60), (30, 80)]
    tree = [
        leaf(f"i{n}", "efficacy", {"c": 60, "d": 70, "not_allowed": low, "satisfactory": high,
                                   "beyond": "open"})
        for n, (low, high) in enumerate(ends)
    ]  # fmt: skip
    due = []
    for row in THREE.values():
        r = [(x - low) / (high - low) * 60 + 70 for x, (low, high) in zip(row, ends, strict=True)]
        due.append(fmean(r) - pstdev(r) ** 2 / fmean(r))
    assert totals(THREE, tree, aggregate="penalised") == pytest.approx(due)


def test_environmental_performance_logs_between_percentile_targets() -> None:
    rows = {f"u{n:02d}": (float(n * n + 1),) for n in range(21)}  # p5 and p95 stand at 1 and 19
    tree = [
        leaf("i0", "minmax", {}, direction="reverse", chain=[
            {"link": "transform", "how": "ln"},
            {"link": "winsorise_percentile", "low": 5, "high": 95},
        ])
    ]  # fmt: skip
    low, high = log(2), log(19 * 19 + 1)
    due = [100 * (high - min(high, max(low, log(n * n + 1)))) / (high - low) for n in range(21)]
    assert totals(rows, tree) == pytest.approx(due)


def test_corruption_perceptions_baseline_available_sources_whole_numbers() -> None:
    # 45 + 20 (x - mean) / sd of the baseline year, three sources at least, rounded
    rows: Rows = {"a": (50, 60, 70, 80), "b": (30, NONE, 45, 20), "c": (10, NONE, NONE, 99)}
    base = [(40, 10), (50, 20), (55, 15), (60, 12)]
    tree = [
        leaf(f"i{n}", "minmax", {"min": str(mean - 45 * sd / 20), "max": str(mean + 55 * sd / 20)})
        for n, (mean, sd) in enumerate(base)
    ]
    due: list[float | None] = []
    for row in rows.values():
        told = [
            min(100.0, max(0.0, 45 + 20 * (x - mean) / sd))
            for x, (mean, sd) in zip(row, base, strict=True) if x == x
        ]  # fmt: skip
        due.append(float(int(fmean(told) + 0.5)) if len(told) >= 3 else None)
    assert totals(rows, tree, availability="3/4", round=0) == due


def test_distance_to_frontier_and_competitiveness_of_nested_means() -> None:
    # Doing Business, Global Competitiveness 4.0: (worst - y) / (worst - best), nested plain means
    tree = [
        group("g", [leaf("i0", "minmax", {"min": 1, "max": 9}, direction="reverse"),
                    leaf("i1", "minmax", {"min": 0, "max": 40})]),
        leaf("i2", "minmax", {"min": 0, "max": 100}),
    ]  # fmt: skip
    due = [
        fmean([fmean([100 * (9 - x) / 8, min(100.0, 100 * y / 40)]), z])
        for x, y, z in THREE.values()
    ]
    assert totals(THREE, tree) == pytest.approx(due)


def test_innovation_index_of_two_sub_indices_and_rank() -> None:
    logs = [{"link": "transform", "how": "ln", "add": 1}]
    tree = [
        group("input", [leaf("i0", "minmax", {}, chain=logs), leaf("i1", "minmax", {})]),
        group("output", [leaf("i2", "minmax", {})]),
    ]
    low, high = log(4), log(10)
    due = [
        fmean([fmean([100 * (log(x + 1) - low) / (high - low), 100 * (y - 20) / 30]),
               100 * (z - 40) / 30])
        for x, y, z in THREE.values()
    ]  # fmt: skip
    assert totals(THREE, tree) == pytest.approx(due)


def test_shipping_connectivity_shares_of_the_highest_and_again_of_the_mean() -> None:
    # each component over its highest, the mean over the highest mean, times 100
    tree = [group("g", [leaf(f"i{n}", "best_ratio", {}) for n in range(3)],
                  rescale={"method": "best_ratio"})]  # fmt: skip
    means = [fmean([x / 9, y / 50, z / 70]) for x, y, z in THREE.values()]
    assert totals(THREE, tree) == pytest.approx([100 * one / max(means) for one in means])


def test_governance_z_scores_then_percentile_ranks() -> None:
    tree = [
        group(
            "g",
            [leaf(f"i{n}", "zscore", {"scale": 1, "centre": 0}) for n in range(3)],
            rescale={"method": "percentile", "parameters": {"ties": "worse"}},
        )
    ]
    assert totals(THREE, tree) == [0, 50, 100]


def test_risk_index_of_tenths_by_geometric_mean() -> None:
    # 0 to 10, dimensions rounded to one place, their geometric mean rounded once more
    tree = [leaf(f"i{n}", "minmax", {"min": 0, "max": top, "full": 10}, round=1)
            for n, top in enumerate((12, 60, 80))]  # fmt: skip
    due = []
    for x, y, z in THREE.values():
        product = 1.0
        for share in (x / 12, y / 60, z / 80):
            product *= int(share * 100 + 0.5) / 10
        due.append(int(product ** (1 / 3) * 10 + 0.5) / 10)
    assert totals(THREE, tree, aggregate="geometric", round=1) == due


def test_economic_freedom_falls_with_the_square() -> None:
    # 100 - 0.03 x^2, not below zero
    tree = [leaf("i1", "minmax", {"min": 0, "max": "10000/3"}, direction="reverse",
                 chain=[{"link": "transform", "how": "power", "exponent": 2}])]  # fmt: skip
    due = [max(0.0, 100 - 0.03 * y * y) for _, y, _ in THREE.values()]
    assert totals(THREE, tree) == pytest.approx(due)


def test_social_progress_by_a_power_mean_and_the_weakest_part() -> None:
    parts = [leaf(f"i{n}", "minmax", {"min": 0, "max": 100}) for n in range(3)]
    due = [fmean(one**0.5 for one in row) ** 2 for row in THREE.values()]
    assert totals(THREE, parts, aggregate="power", exponent="1/2") == pytest.approx(due)
    assert totals(THREE, parts, aggregate="minimum") == [min(row) for row in THREE.values()]


def test_moderate_prosperity_shares_of_targets_either_way() -> None:
    # 全面小康: x / target, reverse target / x, capped at 100, weighted; none dead is the target
    tree = [
        leaf("i0", "target_ratio", {}, target=6),
        leaf("i1", "target_ratio", {}, target=30, direction="reverse"),
        leaf("i2", "target_ratio", {"zero": "met"}, target=0, direction="reverse"),
    ]
    rows: Rows = {"a": (3, 20, 0), "b": (5, 35, 2), "c": (9, 50, 0)}
    found = totals(rows, tree, **by_class(i0="50", i1="30", i2="20"))
    due = [0.5 * min(100, 100 * x / 6) + 0.3 * min(100, 3000 / y) + 20 * (z == 0)
           for x, y, z in rows.values()]  # fmt: skip
    assert found == pytest.approx(due)


def test_trade_openness_by_box_cox_among_all() -> None:
    chain = [{"link": "transform", "how": "boxcox", "exponent": "1/2"}]
    tree = [leaf("i0", "zscore", {"sd": "sample"}, chain=chain, cohort="all")]
    figures = [2 * (x**0.5 - 1) for x, _, _ in THREE.values()]
    spread = (sum((x - fmean(figures)) ** 2 for x in figures) / 2) ** 0.5
    due = [50 + 10 * (x - fmean(figures)) / spread for x in figures]
    assert totals(THREE, tree) == pytest.approx(due)


AS_IT_IS = {"min": 0, "max": 1, "full": 1, "beyond": "open"}


def thousandth(code: str, top: float, **more: Any) -> dict[str, Any]:
    """The figure over ``top``, as it is."""
    return leaf(code, "minmax", {**AS_IT_IS, "max": top}, **more)


def line(times: object, add: object = 0) -> dict[str, Any]:
    return {"link": "line", "times": times, "add": add}


EXP = {"link": "transform", "how": "exp"}


def test_human_capital_index_multiplies_survival_school_and_health() -> None:
    # survival x e^(0.08 (years x test / 625 - 14)) x e^(mean of what is there of health)
    tree = [
        thousandth("i0", 1000, direction="reverse"),
        group("school", [thousandth("i1", 1), thousandth("i2", 625)], aggregate="product",
              chain=[line("0.08", "-1.12"), EXP]),
        group("health", [thousandth("i3", 1, chain=[line("0.65", "-0.65")]),
                         thousandth("i4", 1, chain=[line("0.35", "-0.35")])], chain=[EXP]),
    ]  # fmt: skip
    rows: Rows = {"a": (5.2, 12.9, 512, 0.93, NONE), "b": (62, 8.1, 361, 0.79, 0.68),
                  "c": (3, 13.6, 538, 0.95, 0.99), "d": (9, 12, NONE, 0.9, 0.9)}  # fmt: skip
    due = []
    for dead, years, test, adults, stature in [*rows.values()][:3]:
        told = [x for x in (0.65 * (adults - 1), 0.35 * (stature - 1)) if x == x]
        school = exp(0.08 * (years * test / 625 - 14))
        due.append((1 - dead / 1000) * school * exp(fmean(told)))
    *found, without_test = totals(rows, tree, aggregate="product")
    assert (found, without_test) == (pytest.approx(due, rel=1e-11), None)


def test_gender_inequality_index_is_one_minus_the_ratio_of_two_means() -> None:
    # each figure counts in the mean of its gender and in the mean of the dimension
    def women(n: int) -> Tree:
        return [
            group(f"health{n}", [leaf(f"i{n}", "minmax", {**AS_IT_IS, "min": 0}),
                                 leaf(f"i{n + 1}", "minmax", AS_IT_IS)],
                  aggregate="product", exponents={f"i{n}": "-1/2", f"i{n + 1}": "-1/2"},
                  chain=[line("3.16227766016838")]),
            group(f"power{n}", [thousandth(f"i{n + 2}", 100), thousandth(f"i{n + 3}", 100)],
                  aggregate="geometric"),
            thousandth(f"i{n + 4}", 100),
        ]  # fmt: skip

    def men(n: int) -> Tree:
        return [
            group(f"men{n}", [thousandth(f"i{n}", 100), thousandth(f"i{n + 1}", 100)],
                  aggregate="geometric"),
            thousandth(f"i{n + 2}", 100),
        ]  # fmt: skip

    health, power, work = women(8)
    others, idle = men(13)
    third = {"men5": "1/3", "i7": "1/3"}
    tree = [group("gii", [
        group("harmonic", [group("f", women(0), aggregate="geometric"),
                           group("m", men(5), aggregate="product", exponents=third)],
              aggregate="harmonic"),
        group("even", [group("h", [health], chain=[line("1/2", "1/2")]),
                       group("e", [power, others]), group("l", [work, idle])],
              aggregate="geometric"),
    ], aggregate="product", exponents={"even": -1}, chain=[line(-1, 1)])]  # fmt: skip
    figures = {"a": (16.0, 11.2, 28.4, 81.5, 60.3, 71.6, 79.8, 72.1),
               "b": (395.0, 97.4, 12.3, 20.1, 33.8, 87.7, 31.5, 78.2)}  # fmt: skip
    rows: Rows = {unit: (*one, *one) for unit, one in figures.items()}
    due = []
    for dead, births, seats_f, school_f, work_f, seats_m, school_m, work_m in figures.values():
        h, e_f, e_m = (10 / dead / births) ** 0.5, (seats_f * school_f) ** 0.5 / 100, 0.0
        e_m = (seats_m * school_m) ** 0.5 / 100
        g_f = (h * e_f * work_f / 100) ** (1 / 3)
        g_m = (1 * e_m * work_m / 100) ** (1 / 3)
        even = ((h + 1) / 2 * (e_f + e_m) / 2 * (work_f + work_m) / 200) ** (1 / 3)
        due.append(1 - 2 / (1 / g_f + 1 / g_m) / even)
    assert totals(rows, tree) == pytest.approx(due, rel=1e-10)

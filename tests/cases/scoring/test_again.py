"""Scores of a group scored once more among the units: by hand, in its class and beyond it."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from cases.queries.scores import told_unit
from cases.queries.sentences import packed
from cases.scoring.analysis.noise import tree_intervals
from cases.scoring.book import Figure
from cases.scoring.drafting.difference import touched
from cases.scoring.explain import explanation
from cases.scoring.scheme import check_indicators, load_indicators
from cases.scoring.scoresheet import Scores, score_units

RAW = {"method": "minmax", "parameters": {"min": 0, "max": 100, "beyond": "open"}}
FIGURES = {
    "u0": (10, 30), "u1": (20, 40), "u2": (30, 50), "u3": (60, 80), "x0": (100, 140),
    "u4": (None, None),
}  # fmt: skip
"""A group of two: means 20, 30, 40, 70 in one class, 120 in the other, none for ``u4``."""


def document(**group: Any) -> dict[str, Any]:
    leaves = [
        {"code": c, "title": c, "direction": "positive", "missing": "renormalise", **RAW}
        for c in "abc"
    ]
    groups = [
        {"code": "g", "title": "甲组", "children": leaves[:2], **group},
        {"code": "h", "title": "乙组", "children": leaves[2:]},
    ]
    return {
        "code": "p", "title": "p", "year": 2025, "indicators": groups,
        "classes": [{"code": "k", "title": "k"}, {"code": "x", "title": "x"}],
        "weights": {"method": "equal"},
    }  # fmt: skip


def scored(doc: dict[str, Any]) -> Scores:
    rows = [
        Figure(unit, code, value)
        for unit, pair in FIGURES.items()
        for code, value in zip("abc", (*pair, 50), strict=True)
    ]
    units = {unit: unit[0].replace("u", "k") for unit in FIGURES}
    return score_units(load_indicators(doc), units, rows)


def group_scores(doc: dict[str, Any]) -> list[Decimal | None]:
    return [sheet.groups[0].score for unit, sheet in scored(doc).items() if unit != "u4"]


def rescale(method: str, cohort: str = "class", **parameters: Any) -> dict[str, Any]:
    return {"rescale": {"method": method, "cohort": cohort, "parameters": parameters}}


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (rescale("minmax"), ["0", "20", "40", "100", "100"]),
        (rescale("minmax", "all"), ["0", "10", "20", "50", "100"]),
        (rescale("minmax", c_unused=1), []),
        (rescale("efficacy"), ["60", "68", "76", "100", "100"]),
        (rescale("rank_step", step=5), ["85", "90", "95", "100", "100"]),
        (rescale("rank_step", "all", step=5), ["80", "85", "90", "95", "100"]),
        (rescale("percentile", "all"), ["0", "25", "50", "75", "100"]),
        (rescale("best_ratio"), ["200/7", "300/7", "400/7", "100", "100"]),
        ({**rescale("best_ratio"), "round": 1}, ["28.6", "42.9", "57.1", "100", "100"]),
        # mean 40, sum of squares 1400: z = (g - 40) / sqrt(350)
        (rescale("zscore", scale=350, centre=0), [f"{350 * z}" for z in (-20, -10, 0, 30)]),
    ],
    ids=str,
)
def test_group_scored_again_by_hand(group: dict[str, Any], expected: list[str]) -> None:
    if not expected:
        assert [str(said) for _, said in check_indicators(document(**group))[1]] == [
            "这种方法没有参数“c_unused”"
        ]
        return
    found = group_scores(document(**group))
    if group["rescale"]["method"] == "zscore":
        due = [float(one) / 350**0.5 for one in expected]
        assert [float(one or 0) for one in found[:4]] == pytest.approx(due)
        return
    assert [one and float(one) for one in found] == [
        pytest.approx(float(Fraction(one)), abs=1e-11) for one in expected
    ]


def test_steps_lead_from_the_mean_to_the_score_and_what_is_below_adds_to_nothing() -> None:
    found = scored(document(**rescale("minmax", "all"), round=0))
    told: Any = explanation(found.scheme, found["u1"])
    group = told["groups"][0]
    assert (group["joined"], group["method"]) == ("30.000000000000", "minmax")
    assert [(s["title"], s["formula"], s["result"]) for s in group["steps"]] == [
        ("最小值、最大值", "20, 120", "100"),
        ("极差标准化", "(30 − 20) ÷ (120 − 20)", "0.1"),
        ("折算得分", "0.1 × 100", "10.00"),
        ("四舍五入到 0 位小数", "10.000000000000", "10"),
    ]
    assert [row["contribution"] for row in told["rows"]] == [None, None, "25.000000000000"]
    assert (told["weighted"], told["total"]) == ("30.000000000000", "30.000000000000")
    unit = told_unit(explanation(found.scheme, found["u1"], packed))
    kept = unit["groups"][0]
    assert [str(s["title"]) for s in kept["steps"]] == [s["title"] for s in group["steps"]]
    why = [row["unadded"] and str(row["unadded"]) for row in unit["rows"]]
    assert why == [row["unadded"] for row in told["rows"]]
    assert why == ["“甲组”的得分又作了换算,不能折合相加"] * 2 + [None]


@pytest.mark.parametrize(
    "parameters", [{}, {"sd": "sample", "scale": 7}, {"high": 60}, {"low": "1/3"}], ids=str
)
def test_groups_scored_again_in_one_go_to_the_last_bit_as_each_by_itself(
    parameters: dict[str, Any],
) -> None:
    doc = document(**rescale("zscore", **parameters))
    doc["indicators"][1].update(rescale("zscore", **parameters))
    doc["classes"] = [{"code": "k", "title": "k"}]
    for leaf in (leaf for group in doc["indicators"] for leaf in group["children"]):
        leaf.update(method="zscore", parameters={"centre": 3})
    units = [f"u{n:02d}" for n in range(41)]
    rows = [Figure(u, c, n * n % p) for n, u in enumerate(units) for c, p in ODD.items()]
    again = score_units(load_indicators(doc), dict.fromkeys(units, "k"), rows).runs["k"].again
    for group in again.values():
        alone = group.leaf.points
        assert alone.floats is not None
        assert group.points.floats is not None
        assert group.points.floats.tobytes() == alone.floats.tobytes()
        assert {i: str(said) for i, said in group.points.remarks.items()} == {
            i: str(said) for i, said in alone.remarks.items()
        }
    assert any(group.points.remarks for group in again.values()) == ("high" in parameters)
    assert (again["g"].points is again["g"].leaf.points) == bool({"low", "high"} & {*parameters})


ODD = {"a": 17, "b": 29, "c": 37}


def test_unit_without_a_score_of_the_group_has_none_and_the_rest_counts() -> None:
    sheet = scored(document(**rescale("percentile")))["u4"]
    assert (sheet.groups[0].score, sheet.total) == (None, 50)
    assert sheet.groups[0].steps() == ()


def test_scored_again_within_a_group_scored_again() -> None:
    doc = document(**rescale("minmax", "all"))
    whole = {"code": "w", "title": "w", "children": doc["indicators"], **rescale("efficacy", "all")}
    found = scored({**doc, "indicators": [whole]})
    # (0, 10, 20, 50, 100 and 50) / 2, then 60 to 100 among 25, 30, 35, 50, 75 and u4's 50
    assert [float(found[unit].total or 0) for unit in ("u0", "u1", "u3", "u4", "x0")] == [
        60, 64, 80, 80, 100,
    ]  # fmt: skip


def test_total_rounded_keeps_what_adds_up_to_it() -> None:
    doc = document(round=2)
    doc["weights"] = {"method": "equal", "round": 1, "aggregate": "penalised", "penalty": "1/3"}
    sheet = scored(doc)["u0"]
    # 20 and 50: mean 35, deviation 15; 35 - 225 / 35 / 3
    assert sheet.joined is not None
    assert float(sheet.joined) == pytest.approx(35 - 225 / 35 / 3, abs=1e-11)
    assert (sheet.weighted, sheet.total) == (Decimal("32.9"), Decimal("32.9"))


@pytest.mark.parametrize(
    ("group", "where", "said"),
    [
        ({"aggregate": "power"}, "exponent", "必须填写"),
        ({"exponent": 2}, "exponent", "这种合成方法没有参数“exponent”"),
        ({"aggregate": "power", "exponent": 101}, "exponent", "不能大于 100"),
        ({"round": 10}, "round", "不能大于 9"),
        ({"round": "1.5"}, "round", "这里应为整数"),
        ({"rescale": {"method": "target_ratio"}}, "rescale.method", None),
        ({"rescale": {"method": "rank_step"}}, "rescale.parameters.step", "必须填写"),
        ({"rescale": {"method": "minmax", "chain": []}}, "rescale.chain", "没有这个字段"),
    ],
    ids=str,
)
def test_mistakes_are_named(group: dict[str, Any], where: str, said: str | None) -> None:
    told = [(path, str(sentence)) for path, sentence in check_indicators(document(**group))[1]]
    assert [path for path, _ in told] == [f"indicators[0].{where}"]
    assert said is None or told[0][1] == said


def test_rank_intervals_draw_through_groups_scored_again_beyond_the_class() -> None:
    found = scored(document(**rescale("minmax", "all")))
    drawn = tree_intervals(found, found.runs["k"], draws=50)
    assert {unit: one.rank for unit, one in drawn.items()} == {
        "u0": 5, "u1": 4, "u2": 3, "u3": 1, "u4": 1,
    }  # fmt: skip


def test_a_wider_cohort_is_touched_by_a_change_elsewhere() -> None:
    before, after = document(**rescale("minmax")), document(**rescale("minmax"))
    for one in (before, after):
        one["weights"]["by_class"] = {"x": ["g", "a", "b"]}
    after["weights"]["by_class"]["x"].remove("b")
    assert touched(before, after) == frozenset({"x"})
    for one in (before, after):
        one["indicators"][0].update(rescale("minmax", "all"))
    assert touched(before, after) == frozenset({"k", "x"})

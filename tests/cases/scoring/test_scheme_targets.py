"""A method that measures against a target is not frozen without one for each class it counts in."""

from typing import Any

import pytest

from cases.scoring import scheme
from cases.scoring.book import Figure
from cases.scoring.scoresheet import score_units
from tests.world import scheme_document


def leaf(document: dict[str, Any], code: str) -> dict[str, Any]:
    found = [i for group in document["indicators"] for i in group.get("children", ())]
    return next(i for i in found if i["code"] == code)


def problems(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(str(path), str(said)) for path, said in scheme.check(document)[1]]


def with_method(**fields: Any) -> dict[str, Any]:
    document = scheme_document()
    one = leaf(document, "rd")
    for name in ("target", "targets", "parameters"):
        one.pop(name, None)
    one.update(method="target_ratio", **fields)
    return document


def test_target_for_all_classes_is_enough() -> None:
    assert problems(with_method(target=2)) == []


def test_missing_target_names_indicator_and_each_class() -> None:
    found = problems(with_method())
    classes = [c for c in scheme.check(with_method())[0].classes.values() if c.leaf]
    counted = [c for c in classes if "rd" in scheme.check(with_method())[0].weights_of(c.code)]
    assert found == [
        ("indicators.rd.targets", f"“目标完成比例”要有目标值,“{c.title}”没有") for c in counted
    ]
    assert counted


def test_class_without_its_own_target_is_named_alone() -> None:
    document = with_method()
    counted = [
        c.code
        for c in scheme.check(document)[0].classes.values()
        if c.leaf and "rd" in scheme.check(document)[0].weights_of(c.code)
    ]
    leaf(document, "rd")["targets"] = {code: 2 for code in counted[1:]}
    assert len(problems(document)) == 1


def test_method_without_targets_asks_for_none() -> None:
    document = with_method()
    leaf(document, "rd")["method"] = "minmax"
    assert problems(document) == []


def test_quantitative_half_alone_may_take_targets_from_elsewhere() -> None:
    assert scheme.check_indicators(with_method())[1] == ()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"method": "target_all_or_none"}, ""),
        ({"method": "target_then_rank", "parameters": {"base": 60}}, ""),
        ({"method": "per_unit_deduct", "parameters": {"per_unit": 1, "unit_policy": "ceil"}}, ""),
        ({"method": "target_ratio"}, "目标值为零不能作除数,应选定“目标值为零时”的算法"),
        ({"method": "target_ratio", "parameters": {"zero": "met"}}, ""),
        ({"method": "distance_to_target"}, "没有大于零的目标值,须在方案中给出距离尺度"),
        ({"method": "distance_to_target", "parameters": {"scale": 4}}, ""),
        ({"method": "distance_to_target", "parameters": {"form": "worst"}}, ""),
    ],
    ids=str,
)
def test_target_of_zero_wherever_the_formula_allows(fields: dict[str, Any], wrong: str) -> None:
    document = with_method(target=0)
    leaf(document, "rd").update(direction="reverse", **fields)
    found = problems(document)
    assert [said for path, said in found if path.endswith(".target")] == ([wrong] if wrong else [])
    assert len(found) == len([wrong] if wrong else [])


def test_no_deaths_as_a_target_scores_by_hand() -> None:
    ways: dict[str, dict[str, Any]] = {
        "target_all_or_none": {},
        "target_ratio": {"zero": "met", "cap": "1.2"},
        "target_then_rank": {"base": 60},
        "distance_to_target": {"scale": 4},
        "per_unit_deduct": {"per_unit": 30, "unit_policy": "proportional"},
        "best_ratio": {"zero": "met"},
    }
    leaves = [
        {"code": code, "title": code, "direction": "reverse", "method": code, "parameters": given,
         "missing": "renormalise", **({} if code == "best_ratio" else {"target": 0})}
        for code, given in ways.items()
    ]  # fmt: skip
    document = {
        "code": "p", "title": "p", "year": 2025, "classes": [{"code": "k", "title": "k"}],
        "indicators": leaves, "weights": {"method": "equal"},
    }  # fmt: skip
    deaths = {"a": 0, "b": 1, "c": 4}
    found = score_units(
        scheme.load_indicators(document),
        dict.fromkeys(deaths, "k"),
        [Figure(unit, code, n) for unit, n in deaths.items() for code in ways],
    )
    assert {unit: [row.points for row in sheet.rows] for unit, sheet in found.items()} == {
        "a": [100, 100, 60, 100, 100, 100],
        "b": [0, 0, 0, 75, 70, 0],  # 1 - 1/4; 100 - 30
        "c": [0, 0, 0, 0, 0, 0],
    }
    rows = {row.indicator: row for row in found["b"].rows}
    assert [(str(s.title), s.formula) for s in rows["target_ratio"].steps()][:1] == [
        ("目标值为零,只看是否达到", "1 > 0")
    ]
    assert str(rows["target_ratio"].remark) == "目标值为零,达到计满分,未达到计 0 分"
    assert str(rows["best_ratio"].remark) == "最好值为零,为零的计满分,其余计 0 分"
    assert [(str(s.title), s.formula) for s in rows["best_ratio"].steps()] == [
        ("最好值为零,只看是否为零", "1 > 0")
    ]

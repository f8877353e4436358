"""A method that measures against a target is not frozen without one for each class it counts in."""

from typing import Any

from cases.scoring import scheme
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

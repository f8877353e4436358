from typing import Any

import pytest

from cases.scoring.book import Figure
from cases.scoring.items import ItemEntry
from cases.scoring.reading import DocumentErrors
from cases.scoring.scheme import load
from cases.scoring.scoresheet import score_units
from workflow.vocabulary import Grade

LINES = [
    {"code": "low", "title": "low", "indicator": "rd", "below": 1, "cap": "good"},
    {"code": "high", "title": "high", "indicator": "pm25", "above": 50, "cap": "fair"},
    {"code": "case", "title": "case", "item": "safety", "cap": "good"},
]


@pytest.mark.parametrize(
    ("rd", "pm25", "cases", "expected"),
    [
        (1, 50, 0, []),
        (None, None, 0, []),
        ("0.99", 30, 0, [("low", Grade.GOOD)]),
        (1, "50.01", 0, [("high", Grade.FAIR)]),
        (0, 60, 1, [("low", Grade.GOOD), ("high", Grade.FAIR), ("case", Grade.GOOD)]),
    ],
)
def test_red_lines_cap_what_is_beyond(
    document: dict[str, Any], rd: Any, pm25: Any, cases: int, expected: list[tuple[str, Grade]]
) -> None:
    document["red_lines"] = LINES
    rows = [Figure("a", "rd", rd), Figure("a", "pm25", pm25)]
    entries = [ItemEntry("a", "safety", cases=cases, evidence=("x",))]
    scores = score_units(load(document), {"a": "county.plain"}, rows, entries)
    assert [(one.code, one.cap) for one in scores["a"].caps] == expected
    assert len(scores.remarks("a")) == len(expected) + 1


def test_entry_without_its_evidence_crosses_no_line(document: dict[str, Any]) -> None:
    document["red_lines"] = LINES
    entries = [ItemEntry("a", "safety", cases=1)]
    scores = score_units(load(document), {"a": "county.plain"}, [Figure("a", "rd", 1)], entries)
    assert (scores["a"].items[0].points, scores["a"].caps) == (0, ())


def test_item_with_a_negative_case_is_refused(document: dict[str, Any]) -> None:
    """A deduction of minus five a case would be a bonus without a cap."""
    document["items"][0]["per_case"] = -5
    with pytest.raises(DocumentErrors) as refused:
        load(document)
    assert [(path, str(said)) for path, said in refused.value.errors] == [
        ("items[0].per_case", "不能小于 0")
    ]

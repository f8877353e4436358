"""Units that changed: whose history is whose, and last year's comparable figure."""

import csv
import os
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cases.scoring.successors import Step, between, lasting, origins, previous
from workflow.vocabulary import UnitChangeKind as Kind

DAY = date(2025, 6, 1)
GDP = {("甲", "gdp"): Decimal(10), ("乙", "gdp"): Decimal("5.5"), ("丙", "gdp"): Decimal(3)}


def step(kind: Kind, origin: str, successor: str, day: date = DAY) -> Step[str]:
    return Step(kind, day, origin, successor, f"{origin}县")


@pytest.mark.parametrize(
    ("unit", "steps", "additive", "value", "note", "asked"),
    [
        ("甲", [], True, "10", None, False),
        ("甲", [step(Kind.RENAME, "甲", "甲")], False, "10", None, False),
        ("新", [step(Kind.RECODE, "甲", "新")], False, "10", None, False),
        (
            "新",
            [step(Kind.MERGE, "甲", "新"), step(Kind.MERGE, "乙", "新")],
            True,
            "15.5",
            "由甲县、乙县合并而来,上年数为各单位之和",
            False,
        ),
        (
            "甲",
            [step(Kind.MERGE, "乙", "甲")],
            True,
            "15.5",
            "由乙县合并而来,上年数为各单位之和",
            False,
        ),
        (
            "新",
            [step(Kind.MERGE, "甲", "新"), step(Kind.MERGE, "无", "新")],
            True,
            None,
            "由甲县、无县合并而来,各单位的上年数不全,请填写可比的上年数",
            True,
        ),
        (
            "新",
            [step(Kind.MERGE, "甲", "新"), step(Kind.MERGE, "乙", "新")],
            False,
            None,
            "由甲县、乙县合并而来,这项指标不能相加,请填写可比的上年数",
            True,
        ),
        (
            "新",
            [step(Kind.SPLIT, "甲", "新")],
            True,
            None,
            "由甲县分设,上年数不可直接比较,请填写可比的上年数",
            True,
        ),
        (
            "甲",
            [step(Kind.SPLIT, "甲", "新")],
            True,
            None,
            "由甲县分设,上年数不可直接比较,请填写可比的上年数",
            True,
        ),
        ("甲", [step(Kind.TRANSFER, "乙", "甲")], True, "10", "上年以来区划有划转,上年数口径可能不同", False),
        ("甲", [step(Kind.ADJUST, "甲", "甲")], False, "10", "上年以来区划有划转,上年数口径可能不同", False),
        ("新", [step(Kind.REPLACE, "甲", "新")], False, "10", "由甲县改设而来,上年数为其上年数", False),
        ("甲", [step(Kind.REPLACE, "甲", "甲")], False, "10", "由甲县改设而来,上年数为其上年数", False),
        ("新", [step(Kind.FOUND, "新", "新")], True, None, "上年以来设立,没有上年数", False),
        ("甲", [step(Kind.FOUND, "甲", "甲")], True, "10", None, False),
        (
            "并",
            [
                step(Kind.RENAME, "甲", "改", date(2025, 2, 1)),
                step(Kind.MERGE, "改", "并"),
                step(Kind.MERGE, "丙", "并"),
            ],
            True,
            "13",
            "由改县、丙县合并而来,上年数为各单位之和",
            False,
        ),
    ],
)  # fmt: skip
def test_previous_figure_follows_the_unit(
    unit: str,
    steps: list[Step[str]],
    additive: bool,
    value: str | None,
    note: str | None,
    asked: bool,
) -> None:
    found = previous(unit, "gdp", steps, GDP, additive=additive)
    assert (found.value, found.asked) == (None if value is None else Decimal(value), asked)
    assert (str(found.note) if found.note else None) == note


def test_history_begins_with_the_founding() -> None:
    steps = [
        step(Kind.RENAME, "旧", "新", date(2001, 1, 1)),
        step(Kind.FOUND, "新", "新", date(2010, 1, 1)),
        step(Kind.MERGE, "丙", "新", date(2012, 1, 1)),
        step(Kind.ADJUST, "新", "新", date(2013, 1, 1)),
    ]
    assert origins("新", steps) == ["丙"]


def test_history_runs_through_every_change_and_ends_in_a_circle() -> None:
    steps = [
        step(Kind.RENAME, "一", "二", date(2001, 1, 1)),
        step(Kind.MERGE, "二", "四", date(2011, 1, 1)),
        step(Kind.MERGE, "三", "四", date(2011, 1, 1)),
        step(Kind.TRANSFER, "五", "四", date(2012, 1, 1)),
        step(Kind.RENAME, "四", "一", date(2020, 1, 1)),
    ]
    assert origins("四", steps) == ["二", "三", "一"]
    assert lasting(["四", "五"], steps) == {"一", "二", "三", "四", "五"}
    assert [s.origin for s in between(steps, date(2001, 1, 1), date(2011, 1, 1))] == ["二", "三"]


EVENTS = "divisions/county_change_events_2000_2026.csv"
KINDS = {
    "rename": Kind.RENAME,
    "merge": Kind.MERGE,
    "abolish_or_merge": Kind.MERGE,
    "jurisdiction_transfer": Kind.TRANSFER,
}


def test_real_events_of_26_years_are_followed() -> None:
    folder = os.environ.get("KAOJI_REFERENCE_DATA")
    if not folder:
        pytest.skip("KAOJI_REFERENCE_DATA names no folder with the public change events")
    with (Path(folder) / EVENTS).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 579
    steps = [
        Step(KINDS[row["event_type"]], date(int(row["year"]), 1, 1), old, new, old)
        for row in rows
        if row["event_type"] in KINDS
        for old in filter(None, row["old_county_units"].split("、"))
        for new in filter(None, row["new_county_units"].split("、"))
    ]
    assert Counter(s.kind for s in steps)[Kind.RENAME] > 30
    huangpu = [s for s in steps if s.successor == "黄浦区" and s.day.year == 2000]
    assert [s.origin for s in huangpu] == ["黄浦区", "南市区"]
    figures = {("黄浦区", "gdp"): Decimal(100), ("南市区", "gdp"): Decimal(40)}
    assert previous("黄浦区", "gdp", huangpu, figures, additive=True).value == 140
    for successor in {s.successor for s in steps}:
        assert successor not in origins(successor, steps)

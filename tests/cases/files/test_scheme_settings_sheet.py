"""Shares, ballot and timetable of a scheme as sheets: both ways, every mistake at its cell."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cases.files.cells import Unreadable
from cases.files.scheme_settings_sheet import SettingsBook, read_settings
from cases.files.scheme_sheet import write_scheme
from cases.files.workbook import open_workbook
from cases.scoring.scheme import check
from tests.world import scheme_document

PARTS = ("shares", "ballot", "timetable")


def filled(tmp_path: Path, cells: dict[tuple[str, str], Any]) -> SettingsBook:
    """The sample scheme's workbook with other values at (sheet, field)."""
    path = tmp_path / "scheme.xlsx"
    write_scheme(path, scheme_document())
    book = openpyxl.load_workbook(path)
    for (name, key), value in cells.items():
        row = next(row for row in book[name].iter_rows() if row[0].value == key)
        row[3].value = value
    kept = io.BytesIO()
    book.save(kept)
    book.close()
    return read_settings(open_workbook(kept.getvalue()))


def plain(value: Any) -> Any:
    """Titles in one language as one line."""
    if isinstance(value, dict):
        return value["zh"] if set(value) == {"zh"} else {k: plain(v) for k, v in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def test_what_was_written_is_read_back_unchanged(tmp_path: Path) -> None:
    document = scheme_document()
    assert filled(tmp_path, {}).into(document) == document


def test_an_empty_draft_takes_all_three_parts(tmp_path: Path) -> None:
    document = scheme_document()
    rest = {key: value for key, value in document.items() if key not in PARTS}
    made = filled(tmp_path, {}).into(rest)
    assert {part: plain(made[part]) for part in PARTS} == {p: document[p] for p in PARTS}
    assert check(made)[1] == check(document)[1]


def test_rows_are_changed_added_and_taken_out(tmp_path: Path) -> None:
    made = filled(
        tmp_path,
        {
            ("得分构成", "shares.chief.indicators"): 55,
            ("得分构成", "shares.chief.ballot"): "25",
            ("民主测评", "ballot.turnout_floor"): "4/5",
            ("民主测评", "ballot.raw_ballots"): "计票后销毁",
            ("民主测评", "ballot.sheets.cadre.items.2.code"): "result",
            ("民主测评", "ballot.sheets.cadre.items.2.title.zh"): "绩",
            ("民主测评", "ballot.sheets.cadre.items.3.code"): "clean",
            ("民主测评", "ballot.sheets.cadre.items.3.title.zh"): "廉",
            ("时间安排", "timetable.1.code"): None,
            ("时间安排", "timetable.1.anchor"): None,
            ("时间安排", "timetable.1.due"): None,
            ("时间安排", "timetable.1.unit"): None,
        },
    ).into(scheme_document())
    assert made["shares"]["chief"] == {"indicators": 55, "ballot": 25, "satisfaction": 20}
    assert (made["ballot"]["turnout_floor"], made["ballot"]["raw_ballots"]) == ("4/5", "destroy")
    items = made["ballot"]["sheets"]["cadre"]["items"]
    assert [one["code"] for one in items] == ["virtue", "ability", "result", "clean"]
    assert [one["code"] for one in made["timetable"]] == ["self_report"]


@pytest.mark.parametrize(
    ("sheet", "key", "value", "told"),
    [
        ("得分构成", "shares.chief.ballot", "百分之三十", "应填数字，例如 12.5"),
        ("得分构成", "shares.chief.ballot", "３０", "请改为半角数字"),
        ("得分构成", "shares.chief.ballot", "30%", "请去掉百分号"),
        ("得分构成", "shares.chief.ballot", "1,030", "请去掉千位分隔符"),
        ("得分构成", "shares.chief.ballot", "NaN", "应填数字，例如 12.5"),
        ("得分构成", "shares.chief.ballot", 1e300, "数值过大或不是数"),
        ("时间安排", "timetable.0.due", datetime.datetime(2026, 1, 5), "这一格是日期，应填数字"),
        ("时间安排", "timetable.0.unit", "周", "只能填写：自然日、工作日"),
        (
            "民主测评", "ballot.weights.chief.C", "3O", "应填数字，例如 12.5",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_cell(
    tmp_path: Path, sheet: str, key: str, value: Any, told: str
) -> None:
    book = filled(tmp_path, {(sheet, key): value})
    with pytest.raises(Unreadable) as refused:
        book.into(scheme_document())
    (problem,) = refused.value.problems
    assert (problem.sheet, problem.cell) == (sheet, book.parts[_part(key)][key][1])
    assert str(problem.sentence).replace(",", "，").replace(":", "：") == told


def _part(key: str) -> str:
    return key.split(".")[0]


@pytest.mark.parametrize(
    ("sheet", "key", "value", "at"),
    [
        ("得分构成", "shares.chief.ballot", 31, "shares.chief.indicators"),
        ("民主测评", "ballot.weights.chief.A", 41, "ballot.weights.chief.A"),
        ("民主测评", "ballot.groups.1.code", "A", "ballot.groups.0.code"),
        ("时间安排", "timetable.0.due", -40, "timetable.0.due"),
    ],
)
def test_what_the_checks_say_stands_at_a_cell(
    tmp_path: Path, sheet: str, key: str, value: Any, at: str
) -> None:
    book = filled(tmp_path, {(sheet, key): value})
    problems = book.placed(check(book.into(scheme_document()))[1])
    assert (sheet, book.parts[_part(at)][at][1]) in {(p.sheet, p.cell) for p in problems}


def test_an_old_workbook_leaves_the_parts_alone() -> None:
    document = scheme_document()
    assert SettingsBook({}).into(document) == document
    assert SettingsBook({}).placed([("ballot.k", "x")]) == []  # type: ignore[list-item]


def test_a_field_of_a_row_without_code_is_refused(tmp_path: Path) -> None:
    book = filled(tmp_path, {})
    rows = {**book.parts["ballot"], "ballot.weights.chief.Z": (10, "D99")}
    with pytest.raises(Unreadable) as refused:
        SettingsBook({"ballot": rows}).into(scheme_document())
    assert [(p.sheet, p.cell) for p in refused.value.problems] == [("民主测评", "D99")]

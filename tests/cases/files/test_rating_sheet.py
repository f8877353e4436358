"""A workbook of negative ratings: faults at their cell, the empty table read back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from cases.files.rating_sheet import COLUMNS, RatingRow, empty_ratings, read_ratings
from cases.files.table_sheet import write_tables
from cases.files.workbook import open_workbook

UNITS = {"U2": 2, "U3": 3}
TODAY = date(2026, 1, 20)
GOOD: dict[str, Any] = {
    "差评编号": "HCP-1", "单位编码": "U3", "责任单位": "沙溪县", "服务事项": "户口迁移",
    "差评内容": "跑了三趟", "收到日期": "2026-01-05",
}  # fmt: skip


def read(path: Path, *rows: dict[str, Any], known: tuple[str, ...] = ()):
    file = path / "ratings.xlsx"
    heads = [c.head for c in COLUMNS]
    with xlsxwriter.Workbook(str(file)) as book:
        made = book.add_worksheet("差评")
        made.write_row(0, 0, heads)
        for n, row in enumerate(rows, 1):
            made.write_row(n, 0, [row.get(head, "") for head in heads])
    book = open_workbook(file.read_bytes(), filename="ratings.xlsx")
    problems, found = read_ratings(book, UNITS, known, TODAY)
    return [(p.cell, str(p.sentence)) for p in problems], found


def test_lines_are_read_in_order(tmp_path: Path) -> None:
    second = GOOD | {"差评编号": "HCP-2", "单位编码": "U2", "收到日期": "2026.1.6"}
    assert read(tmp_path, GOOD, second) == (
        [],
        [
            RatingRow("HCP-1", 3, "户口迁移", "跑了三趟", date(2026, 1, 5)),
            RatingRow("HCP-2", 2, "户口迁移", "跑了三趟", date(2026, 1, 6)),
        ],
    )


@pytest.mark.parametrize(
    ("changes", "cell", "told"),
    [
        ({"差评编号": "HCP-9"}, "A2", "编号“HCP-9”写了两次或已登记过"),
        ({"单位编码": "U7"}, "B2", "没有编码为“U7”的单位"),
        ({"差评内容": "跑" * 1001}, "E2", "最多 1000 字"),
        ({"收到日期": ""}, "F2", "没有填写"),
        ({"收到日期": "2026-01-21"}, "F2", "收到日期在今天以后"),
    ],
)
def test_a_fault_stands_at_its_cell_and_nothing_is_taken(
    tmp_path: Path, changes: dict[str, Any], cell: str, told: str
) -> None:
    other = GOOD | {"差评编号": "HCP-2"}
    assert read(tmp_path, GOOD | changes, other, known=("HCP-9",)) == ([(cell, told)], [])


def test_number_written_twice_and_empty_tables_are_refused(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD, GOOD)[0] == [("A3", "编号“HCP-1”写了两次或已登记过")]
    assert read(tmp_path)[0] == [("", "表里没有差评")]


def test_the_empty_table_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "empty.xlsx"
    write_tables(file, [empty_ratings([("U3", "沙溪县")])])
    book = open_workbook(file.read_bytes(), filename="empty.xlsx")
    problems, found = read_ratings(book, UNITS, (), TODAY)
    assert ([str(p.sentence) for p in problems], found) == (["表里没有差评"], [])

"""Administrative changes out of a CSV or workbook: one row a unit before and a unit after."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cases.files.cell_values import YEARS, Reading, as_text, narrow, read_day
from cases.files.cells import Level, Problem
from cases.files.roster_columns import HEAD_ROWS, Column, Heads, find_heads, missing
from cases.files.roster_rows import RowReader
from cases.files.workbook import Sheet, Workbook, sheet_problems
from workflow.vocabulary import UnitChangeKind
from workflow.words import m

CHANGE_COLUMNS: tuple[Column, ...] = (
    Column("kind", "变更类型", ("类型",), True),
    Column("day", "生效日期", ("日期",), True),
    Column("from_code", "原代码", ("原编码",)),
    Column("from_name", "原名称", ("原单位",), True),
    Column("to_code", "新代码", ("新编码",)),
    Column("to_name", "新名称", ("新单位",), True),
    Column("document", "依据文号", ("文号", "依据", "来源"), True),
    Column("note", "备注", ("说明",)),
)
CHANGE_HEADS: tuple[str, ...] = tuple(column.head for column in CHANGE_COLUMNS)
YEAR = re.compile(r"(\d{4})\s*年?")
KINDS = {word: kind for kind in UnitChangeKind for word in (kind.zh, kind.value)}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change as written; ``kind`` and ``day`` are None where they can't be read."""

    place: str
    kind: UnitChangeKind | None
    day: datetime.date | None
    from_code: str
    from_name: str
    to_code: str
    to_name: str
    document: str
    note: str
    problems: tuple[Problem, ...]
    year_only: bool = False
    """Only the year is known; ``day`` is its first."""


def read_changes(book: Workbook) -> tuple[list[Problem], list[ChangeRow]]:
    """Problems of whole sheets, and the rows in the sheet's order."""
    problems: list[Problem] = []
    rows: list[ChangeRow] = []
    found = False
    for sheet in book.sheets:
        heads = find_heads(sheet, sheet.top(HEAD_ROWS), CHANGE_COLUMNS)
        if heads is None or not {"from_name", "to_name"} & heads.columns.keys():
            continue
        found = True
        some = [*sheet_problems(sheet.facts, heads.row), *heads.problems]
        problems += [*some, *missing(sheet, heads, CHANGE_COLUMNS)]
        rows += _rows(sheet, heads)
    if not found:
        problems.append(Problem("", "", m("没有找到变更表:表头里应有“原名称”和“新名称”")))
    return [p for p in problems if p.level is Level.ERROR], rows


def _rows(sheet: Sheet, heads: Heads) -> Iterator[ChangeRow]:
    for number, cells in sheet.rows():
        if number > heads.row:
            yield _row(RowReader(sheet.name, number, cells, heads))


def _read_day_or_year(cell: object) -> Reading[tuple[datetime.date, bool]]:
    """A day, or a year alone (2016, 2016年), of which many published lists know no more."""
    reading = narrow(as_text(cell))
    alone = YEAR.fullmatch(reading.value)
    if alone is not None and int(alone[1]) in YEARS:
        return Reading((datetime.date(int(alone[1]), 1, 1), True), reading.note)
    day = read_day(cell)
    return Reading((day.value, False), day.note)


def _row(row: RowReader) -> ChangeRow:
    word = row.text("kind", required=True)
    kind = KINDS.get(word)
    if word and kind is None:
        words = "、".join(k.zh for k in UnitChangeKind)
        row.problem("kind", m("只能填写:%(words)s", words=words))
    found = row.value("day", _read_day_or_year)
    day, year_only = found or (None, False)
    if row.raw("day") == "":
        row.problem("day", m("没有填写"))
    return ChangeRow(
        place=f"{row.sheet}!{row.place('from_name')}",
        kind=kind,
        day=day,
        from_code=row.code("from_code"),
        from_name=row.text("from_name", required=True),
        to_code=row.code("to_code"),
        to_name=row.text("to_name", required=True),
        document=row.text("document", required=True),
        note=row.text("note"),
        problems=tuple(p for p in row.problems if p.level is Level.ERROR),
        year_only=year_only,
    )

"""Deductions and bonuses out of a workbook: one row a fact; rows with a number stand already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.errors import Invalid
from cases.files.cell_values import as_text, read_day
from cases.files.cells import Level
from cases.files.roster_columns import HEAD_ROWS, Column, find_heads, missing
from cases.files.roster_rows import RowReader
from cases.files.table_sheet import TableColumn, TableSheet
from cases.files.workbook import Sheet, Unreadable, open_workbook, sheet_problems
from workflow.words import Sentence, m

COLUMNS: tuple[Column, ...] = (
    Column("number", "编号", ()),
    Column("unit_name", "单位名称", ("单位",), True),
    Column("item", "事项编码", ("事项代码",), True),
    Column("title", "事项名称", ("事项",)),
    Column("cases", "起数", ()),
    Column("points", "分值", ()),
    Column("fact", "事实", (), True),
    Column("happened_on", "发生日期", ("日期",), True),
    Column("source", "来源", ("数据来源",)),
    Column("document", "佐证文号", ("文号", "依据")),
)
WIDTHS = (8, 24, 22, 26, 8, 8, 40, 14, 22, 26)
IN_ENGLISH = (
    "Rows with a number (编号) are not read again; new facts go into the empty rows, with either"
    " 起数 (cases) or 分值 (points)."
)
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
SPARE = 100
"""Empty rows to fill in."""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One new fact as a workbook says it, with the cell of each part."""

    unit_id: int
    item: str
    cases: str
    points: str
    fact: str
    happened_on: date | None
    source: str
    document: str
    places: dict[str, str]


def table_of(desk: Any) -> TableSheet:
    """The desk's facts, and empty rows; the codes of the items stand in the note."""
    choices = {"unit_name": tuple(name for _, name in desk.units), "item": tuple(desk.items)}
    columns = [
        TableColumn(c.head, width, choices=choices.get(c.field, ()), filled=c.field != "number")
        for c, width in zip(COLUMNS, WIDTHS, strict=True)
    ]
    codes = ";".join(f"{code} {one.title}" for code, one in desk.items.items())
    note = "有编号的行已经填报,不再读取;新的事项填在空行。起数和分值只填一个。"
    note += f"事项编码:{codes} {IN_ENGLISH}"
    return TableSheet("加减分事项", f"{desk.cycle.title}加减分事项", columns, _lines(desk), note)


def _lines(desk: Any) -> Iterator[list[Any]]:
    for row in desk.rows:
        title = desk.scheme.items[row.item].title if row.item in desk.scheme.items else ""
        yield [
            str(row.id), row.unit, row.item, str(title), str(row.cases or ""), row.points or "",
            row.fact, row.happened_on.isoformat(), row.source, row.document,
        ]  # fmt: skip
    for _ in range(SPARE):
        yield [""] * len(COLUMNS)


def read_items(data: bytes, name: str, desk: Any) -> list[ItemLine]:
    """The new rows. Raises Invalid naming the first cell that is wrong; then nothing is taken."""
    try:
        found = list(_read(data, name, desk))
    except Unreadable as unreadable:
        raise Invalid({"file": unreadable.problems[0].sentence}) from unreadable
    if not found:
        raise Invalid({"file": m("表格中没有新的加减分事项")})
    return found


def _read(data: bytes, name: str, desk: Any) -> Iterator[ItemLine]:
    units = {name: unit_id for unit_id, name in desk.units}
    for sheet in open_workbook(data, filename=name).sheets:
        heads = find_heads(sheet, sheet.top(HEAD_ROWS), COLUMNS)
        if heads is None:
            continue
        _this_year(sheet, desk)
        wrong = [*heads.problems, *missing(sheet, heads, COLUMNS)]
        for problem in [*sheet_problems(sheet.facts, heads.row), *wrong]:
            if problem.level is Level.ERROR:
                raise at_cell(problem.place, problem.sentence)
        for number, cells in sheet.rows():
            row = RowReader(sheet.name, number, cells, heads)
            if number > heads.row and not row.text("number") and row.text("fact"):
                yield _line(row, units, desk)


def _this_year(sheet: Sheet, desk: Any) -> None:
    """Raises Invalid for a table whose title is of another year."""
    for number, cells in sheet.top(1):
        title = as_text(cells[0]) if cells else ""
        years = _YEAR.findall(title) if title.endswith("加减分事项") else []
        if years and str(desk.scheme.year) not in years:
            said = m(
                "这是 %(told)s 年的表,现在填报的是 %(due)s 年", told=years[0], due=desk.scheme.year
            )
            raise at_cell(f"{sheet.name}!A{number}", said)


def _line(row: RowReader, units: dict[str, int], desk: Any) -> ItemLine:
    unit, item = row.text("unit_name"), row.code("item", required=True)
    day = row.value("happened_on", read_day)
    for problem in row.problems:
        if problem.level is Level.ERROR:
            raise at_cell(problem.place, problem.sentence)
    if unit not in units:
        raise at_cell(
            f"{row.sheet}!{row.place('unit_name')}", m("没有名称为“%(unit)s”的单位", unit=unit)
        )
    if item not in desk.items:
        said = m("“%(code)s”不是本部门填报的加减分事项", code=item)
        raise at_cell(f"{row.sheet}!{row.place('item')}", said)
    return ItemLine(
        units[unit], item, row.text("cases"), row.text("points"), row.text("fact"), day,
        row.text("source"), row.text("document"),
        {c.field: f"{row.sheet}!{row.place(c.field)}" for c in COLUMNS},
    )  # fmt: skip


def at_cell(place: str, sentence: Sentence) -> Invalid:
    """What is wrong with a cell, told at the file's field."""
    return Invalid({"file": m("%(cell)s：%(text)s", cell=place, text=sentence)})

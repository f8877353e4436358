"""Negative ratings out of a CSV or workbook, and the empty table; faults stand at their cell."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from cases.files.cell_values import as_text, read_day
from cases.files.cells import Level, Problem
from cases.files.roster_columns import HEAD_ROWS, Column, Heads, find_heads, missing
from cases.files.roster_rows import RowReader
from cases.files.table_sheet import Kind, TableColumn, TableSheet
from cases.files.workbook import Sheet, Workbook, sheet_problems
from workflow.words import m

COLUMNS: tuple[Column, ...] = (
    Column("number", "差评编号", ("编号", "评价编号", "办件编号"), True),
    Column("unit_code", "单位编码", ("单位代码",), True),
    Column("unit_name", "责任单位", ("单位名称", "单位")),
    Column("service", "服务事项", ("事项", "事项名称"), True),
    Column("content", "差评内容", ("评价内容", "内容"), True),
    Column("received_on", "收到日期", ("评价日期", "日期"), True),
)
LONGEST = {"number": 60, "service": 100, "content": 1000}
WIDE = ("unit_name", "service", "content")


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One rating as read; ``unit_id`` is the unit that answers for it."""

    number: str
    unit_id: int
    service: str
    content: str
    received_on: datetime.date


def empty_ratings(units: Collection[tuple[str, str]]) -> TableSheet:
    """The table to fill in; codes and names of the units stand on a sheet's first lines."""
    columns = [
        TableColumn(
            c.head, 30 if c.field in WIDE else 16,
            Kind.DATE if c.field == "received_on" else Kind.TEXT,
        )
        for c in COLUMNS
    ]  # fmt: skip
    rows = [["", code, name, "", "", None] for code, name in units]
    note = "每行一件差评;用不到的单位行删去。不写群众的姓名和电话。"
    return TableSheet("差评", "政务服务差评登记表", columns, rows, note)


def read_ratings(
    book: Workbook, units: Mapping[str, int], known: Collection[str], today: datetime.date
) -> tuple[list[Problem], list[RatingRow]]:
    """Every problem at its cell; the ratings if there is none.

    ``known``: numbers recorded already. Lines with a unit alone, as the empty table has them, are
    passed over.
    """
    problems: list[Problem] = []
    found: list[RatingRow] = []
    seen = set(known)
    heads_found = False
    for sheet in book.sheets:
        heads = find_heads(sheet, sheet.top(HEAD_ROWS), COLUMNS)
        if heads is None:
            continue
        heads_found = True
        wrong = [*sheet_problems(sheet.facts, heads.row), *heads.problems]
        problems += [*wrong, *missing(sheet, heads, COLUMNS)]
        for row in _rows(sheet, heads):
            one = _read(row, units, seen, today)
            problems += row.problems
            if one is not None:
                found.append(one)
                seen.add(one.number)
    errors = [p for p in problems if p.level is Level.ERROR]
    if not heads_found:
        errors.append(Problem("", "", m("没有找到差评登记表:表头里应有“差评编号”和“单位编码”")))
    elif not found and not errors:
        errors.append(Problem("", "", m("表里没有差评")))
    return errors, [] if errors else found


def _rows(sheet: Sheet, heads: Heads) -> Iterator[RowReader]:
    for number, cells in sheet.rows():
        row = RowReader(sheet.name, number, cells, heads)
        said = any(_words(row, name) for name in LONGEST)
        if number > heads.row and said:
            yield row


def _words(row: RowReader, field: str) -> str:
    """What a cell says; longer than other tables' cells may be."""
    cell = row.raw(field)
    return "" if cell == "" else as_text(cell)


def _read(
    row: RowReader, units: Mapping[str, int], seen: Collection[str], today: datetime.date
) -> RatingRow | None:
    words = {name: _words(row, name) for name in LONGEST}
    for name, most in LONGEST.items():
        if not words[name]:
            row.problem(name, m("没有填写"))
        elif len(words[name]) > most:
            row.problem(name, m("最多 %(n)s 字", n=most))
    if words["number"] in seen:
        row.problem("number", m("编号“%(number)s”写了两次或已登记过", number=words["number"]))
    code = row.code("unit_code", required=True)
    if code and code not in units:
        row.problem("unit_code", m("没有编码为“%(code)s”的单位", code=code))
    day = None
    if row.raw("received_on") == "":
        row.problem("received_on", m("没有填写"))
    else:
        day = row.value("received_on", read_day)
    if day is not None and day > today:
        row.problem("received_on", m("收到日期在今天以后"))
    if day is None or any(p.level is Level.ERROR for p in row.problems):
        return None
    return RatingRow(words["number"], units[code], words["service"], words["content"], day)

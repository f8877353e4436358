"""Leaders in charge out of a CSV or workbook: one row a leader, a unit and a time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from cases.files.cell_values import read_day
from cases.files.cells import Level, Problem
from cases.files.roster_columns import HEAD_ROWS, Column, Heads, find_heads, missing
from cases.files.roster_rows import RowReader
from cases.files.workbook import Sheet, Workbook, sheet_problems
from workflow.words import m

PORTFOLIO_COLUMNS: tuple[Column, ...] = (
    Column("unit", "分管的单位", ("单位",), True),
    Column("leader", "分管领导", ("分管领导姓名", "领导"), True),
    Column("home", "领导所在单位"),
    Column("since", "开始分管日期", ("开始",), True),
    Column("until", "结束分管日期", ("结束",)),
)
PORTFOLIO_HEADS: tuple[str, ...] = tuple(column.head for column in PORTFOLIO_COLUMNS)


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One charge as written; ``since`` is None where it can't be read."""

    place: str
    unit: str
    leader: str
    home: str
    since: datetime.date | None
    until: datetime.date | None
    problems: tuple[Problem, ...]


def read_portfolios(book: Workbook) -> tuple[list[Problem], list[PortfolioRow]]:
    """Problems of whole sheets, and the rows in the sheet's order."""
    problems: list[Problem] = []
    rows: list[PortfolioRow] = []
    found = False
    for sheet in book.sheets:
        heads = find_heads(sheet, sheet.top(HEAD_ROWS), PORTFOLIO_COLUMNS)
        if heads is None or "leader" not in heads.columns:
            continue
        found = True
        problems += sheet_problems(sheet.facts, heads.row)
        problems += [*heads.problems, *missing(sheet, heads, PORTFOLIO_COLUMNS)]
        rows += [_row(reader) for reader in _readers(sheet, heads)]
    if not found:
        problems.append(Problem("", "", m("没有找到分管表:表头里应有“分管的单位”和“分管领导”")))
    return [p for p in problems if p.level is Level.ERROR], rows


def _readers(sheet: Sheet, heads: Heads) -> Iterator[RowReader]:
    for number, cells in sheet.rows():
        if number > heads.row:
            yield RowReader(sheet.name, number, cells, heads)


def _row(row: RowReader) -> PortfolioRow:
    if row.raw("since") == "":
        row.problem("since", m("没有填写"))
    unit, leader = row.text("unit", required=True), row.text("leader", required=True)
    since, until = row.value("since", read_day), row.value("until", read_day)
    faults = tuple(p for p in row.problems if p.level is Level.ERROR)
    place = f"{row.sheet}!{row.place('unit')}"
    return PortfolioRow(place, unit, leader, row.text("home"), since, until, faults)

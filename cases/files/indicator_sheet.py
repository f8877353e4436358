"""Indicator values out of a workbook: one row a unit and indicator, with source and paper."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from cases.files.cell_values import BadCell, Reading, as_text, read_day
from cases.files.cells import Level, Problem
from cases.files.roster_columns import HEAD_ROWS, Column, Heads, find_heads, missing
from cases.files.roster_rows import RowReader
from cases.files.workbook import Sheet, Workbook, sheet_problems
from cases.scoring.period import NoPeriod, read_period
from cases.scoring.plausibility import NoFigure, read_figure
from workflow.words import m

FIGURE_COLUMNS: tuple[Column, ...] = (
    Column("unit_code", "单位编码", ("单位代码",), True),
    Column("unit_name", "单位名称", ("单位",)),
    Column("indicator", "指标编码", ("指标代码",), True),
    Column("title", "指标名称", ("指标",)),
    Column("measure_unit", "计量单位", ()),
    Column("previous", "上期值", ("上年值", "上年数")),
    Column("value", "本期值", ("数值", "完成值", "实际值"), True),
    Column("source", "来源", ("数据来源",)),
    Column("document", "佐证文号", ("文号", "依据")),
    Column("period", "所属期", ("数据所属期", "时期")),
    Column("provider", "提供部门", ("数据提供部门",)),
    Column("reported_on", "报送日期", ("日期",)),
    Column("note", "备注", ("说明", "缺报原因")),
)
FIGURE_HEADS: tuple[str, ...] = tuple(column.head for column in FIGURE_COLUMNS)
MOST_PLACES = 12
"""As many as a stored score has; lists computed by others come with that many."""
NOT_APPLICABLE = "不适用"
"""What the cell of a figure says where the indicator does not apply; the note says why."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One value as reported; ``value`` None means none is given and ``note`` should say why."""

    sheet: str
    row: int
    cell: str
    unit_code: str
    unit_name: str
    indicator: str
    title: str
    previous: Decimal | None
    value: Decimal | None
    not_applicable: bool
    period: str
    period_cell: str
    source: str
    document: str
    provider: str
    reported_on: datetime.date | None
    note: str
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """No error on this row; notes don't count."""
        return all(p.level is Level.NOTE for p in self.problems)


def read_decimal(cell: object) -> Reading[Decimal]:
    """A decimal number exactly as shown; at most 12 places.

    Refused with its reason: percent signs, separators, full-width digits, dates, words.
    """
    if isinstance(cell, bool):
        raise BadCell(m("应填数字,不带单位和百分号"))
    try:
        number = read_figure(_shown(cell))
    except NoFigure as bad:
        raise BadCell(bad.sentence) from bad
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MOST_PLACES:
        raise BadCell(m("小数最多 %(n)s 位", n=MOST_PLACES))
    return Reading(number)


def _period(cell: object) -> Reading[str]:
    text = as_text(cell)
    try:
        return Reading(read_period(text) if text else "")
    except NoPeriod as bad:
        raise BadCell(bad.sentence) from bad


def _shown(cell: object) -> str:
    """A number cell as written out, without an exponent."""
    if isinstance(cell, float) and math.isfinite(cell) and not cell.is_integer():
        return f"{Decimal(repr(cell)):f}"
    return as_text(cell)


class FigureReader:
    """Walks a workbook of indicator values once; ``problems`` are those of whole sheets."""

    def __init__(self, book: Workbook) -> None:
        self.problems: list[Problem] = []
        self._sheets: list[tuple[Sheet, Heads]] = []
        for sheet in book.sheets:
            heads = find_heads(sheet, sheet.top(HEAD_ROWS), FIGURE_COLUMNS)
            if heads is not None and {"indicator", "value"} & heads.columns.keys():
                self._sheets.append((sheet, heads))
                self.problems += sheet_problems(sheet.facts, heads.row)
                self.problems += [*heads.problems, *missing(sheet, heads, FIGURE_COLUMNS)]
        if not self._sheets:
            self.problems.append(
                Problem("", "", m("没有找到指标表:表头里应有“指标编码”和“本期值”"))
            )

    @property
    def ready(self) -> bool:
        """Whether rows may be read: no error on any sheet as a whole."""
        return all(p.level is Level.NOTE for p in self.problems)

    def rows(self) -> Iterator[FigureRow]:
        """The values in the order of the sheet; a unit and indicator may stand once."""
        seen: dict[tuple[str, str], int] = {}
        for sheet, heads in self._sheets:
            for number, cells in sheet.rows():
                if number > heads.row:
                    yield _figure(RowReader(sheet.name, number, cells, heads), seen)


def _figure(row: RowReader, seen: dict[tuple[str, str], int]) -> FigureRow:
    unit, indicator = row.code("unit_code", required=True), row.code("indicator", required=True)
    first = seen.setdefault((unit, indicator), row.number)
    if first != row.number:
        row.problem("indicator", m("与第 %(n)s 行是同一单位同一指标,重复", n=first))
    not_applicable = as_text(row.raw("value")) == NOT_APPLICABLE
    previous = row.value("previous", read_decimal)
    value = None if not_applicable else row.value("value", read_decimal)
    note = row.text("note")
    if not_applicable and not note:
        row.problem("value", m("不适用的,请在备注写明原因"))
    if row.raw("value") == "" and not note:
        row.problem("value", m("没有数值的,请在备注写明缺报原因"))
    period = row.value("period", _period)
    source, document = row.text("source"), row.text("document")
    provider, reported = row.code("provider"), row.value("reported_on", read_day)
    return FigureRow(
        sheet=row.sheet,
        row=row.number,
        cell=row.place("value"),
        unit_code=unit,
        unit_name=row.text("unit_name"),
        indicator=indicator,
        title=row.text("title"),
        previous=previous,
        value=value,
        not_applicable=not_applicable,
        period=period or "",
        period_cell=row.place("period"),
        source=source,
        document=document,
        provider=provider,
        reported_on=reported,
        note=note,
        problems=tuple(row.problems),
    )

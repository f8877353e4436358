"""Long lists of observations: one row a unit, period and indicator, with where the figure is from.

The heads of open data (city, year, metric, source_url ...) are known beside our own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from cases.files.cell_values import NO, YES, BadCell, Reading, as_text, narrow
from cases.files.cells import Level, Problem
from cases.files.indicator_sheet import read_decimal
from cases.files.roster_columns import HEAD_ROWS, Column, find_heads, missing
from cases.files.roster_rows import RowReader
from cases.files.workbook import Workbook, sheet_problems
from cases.scoring.period import NoPeriod, read_period
from workflow.words import m

OBSERVATION_COLUMNS: tuple[Column, ...] = (
    Column("unit", "单位", ("单位编码", "单位名称", "单位代码", "city"), True),
    Column("period", "所属期", ("年份", "年度", "时期", "year", "period"), True),
    Column("indicator", "指标", ("指标编码", "指标名称", "指标代码", "metric"), True),
    Column("value", "数值", ("本期值", "value"), True),
    Column("measure_unit", "计量单位", ("unit",)),
    Column("source_kind", "来源类型", ("source_type",)),
    Column("source", "来源", ("数据来源", "来源名称", "source_name"), True),
    Column("address", "来源地址", ("网址", "source_url")),
    Column("method", "提取方式", ("取数方式", "extraction_method")),
    Column("official", "是否官方来源", ("是否官方", "官方来源", "is_official_source"), True),
    Column("note", "备注", ("说明", "notes")),
)
OBSERVATION_HEADS: tuple[str, ...] = tuple(column.head for column in OBSERVATION_COLUMNS)
_HEADS = {column.field: column.head for column in OBSERVATION_COLUMNS}
EVERY = 5_000
_OFFICIAL = {word.casefold(): True for word in YES} | {"true": True, "官方": True}
_UNOFFICIAL = {word.casefold(): False for word in NO if word} | {"false": False, "非官方": False}
_FLAGS = _OFFICIAL | _UNOFFICIAL


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """One row as written; ``cell`` is the figure's address, ``unit`` and ``indicator`` are codes
    or names. ``problems`` are errors only: such a row can't be taken."""

    sheet: str
    row: int
    cell: str
    unit: str
    unit_cell: str
    indicator: str
    indicator_cell: str
    period: str
    value: Decimal | None
    measure_unit: str
    measure_cell: str
    source_kind: str
    source: str
    address: str
    method: str
    official: bool
    note: str
    problems: tuple[Problem, ...]

    @property
    def text(self) -> str:
        """The figure as it is stored: every digit that was written."""
        return "" if self.value is None else f"{self.value:f}"


def read_observations(
    book: Workbook, told: Callable[[int], None] = lambda n: None
) -> tuple[list[Problem], list[ObservationRow]]:
    """Problems of whole sheets (none is read then), and the rows in the order of the file.

    ``told`` hears how many rows were read, now and then.
    """
    problems: list[Problem] = []
    rows: list[ObservationRow] = []
    found = False
    for sheet in book.sheets:
        heads = find_heads(sheet, sheet.top(HEAD_ROWS), OBSERVATION_COLUMNS)
        if heads is None or not {"indicator", "value", "source"} <= heads.columns.keys():
            continue
        found = True
        some = [*sheet_problems(sheet.facts, heads.row), *heads.problems]
        problems += [*some, *missing(sheet, heads, OBSERVATION_COLUMNS)]
        for number, cells in sheet.rows():
            if number <= heads.row:
                continue
            rows.append(_row(RowReader(sheet.name, number, cells, heads)))
            if len(rows) % EVERY == 0:
                told(len(rows))
    if not found:
        said = m("没有找到观测值清单:表头里应有“单位”“所属期”“指标”“数值”和“来源”")
        problems.append(Problem("", "", said))
    errors = [p for p in problems if p.level is Level.ERROR]
    return errors, [] if errors else rows


def _row(row: RowReader) -> ObservationRow:
    unit, indicator = row.code("unit", required=True), row.code("indicator", required=True)
    period = row.value("period", _period) or ""
    value = row.value("value", read_decimal)
    official = row.value("official", _flag)
    for field in ("period", "value", "official"):
        if row.raw(field) == "":
            row.problem(field, m("没有填写“%(column)s”", column=_HEADS[field]))
    return ObservationRow(
        sheet=row.sheet,
        row=row.number,
        cell=row.place("value"),
        unit=unit,
        unit_cell=row.place("unit"),
        indicator=indicator,
        indicator_cell=row.place("indicator"),
        period=period,
        value=value,
        measure_unit=row.text("measure_unit"),
        measure_cell=row.place("measure_unit"),
        source_kind=row.text("source_kind"),
        source=row.text("source", required=True),
        address=row.text("address"),
        method=row.text("method"),
        official=bool(official),
        note=row.text("note"),
        problems=tuple(p for p in row.problems if p.level is Level.ERROR),
    )


def _period(cell: object) -> Reading[str]:
    try:
        return Reading(read_period(as_text(cell)))
    except NoPeriod as bad:
        raise BadCell(bad.sentence) from bad


def _flag(cell: object) -> Reading[bool]:
    found = _FLAGS.get(narrow(as_text(cell)).value.casefold())
    if found is None:
        raise BadCell(m("应填“是”或“否”"))
    return Reading(found)

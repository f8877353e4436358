"""Aggregates of a survey or of service ratings out of a CSV or workbook, and the empty table.

One row an area (or a whole unit): who was asked how and when, the sample, answers by option. Faults
stand at their cell; nothing is taken while there is one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cases.files.cell_values import read_day, read_number
from cases.files.cells import Level, Problem
from cases.files.roster_columns import HEAD_ROWS, Column, Heads, find_heads, missing
from cases.files.roster_rows import RowReader
from cases.files.table_sheet import Kind, TableColumn, TableSheet
from cases.files.workbook import Sheet, Workbook, sheet_problems
from cases.scoring.surveys import Scale, check_counts
from workflow.vocabulary import SurveyMode
from workflow.words import m

IMPORTED = (SurveyMode.TELEPHONE, SurveyMode.VISIT, SurveyMode.SERVICE_RATING)
MODES = {word: mode for mode in IMPORTED for word in (mode.zh, mode.value)}
SHARED = ("mode", "started_on", "ended_on", "provider", "source")
"""What all rows of one file say alike: one file is one survey."""
_FIRST: tuple[Column, ...] = (
    Column("unit_code", "单位编码", ("单位代码",), True),
    Column("unit_name", "单位名称", ("单位",)),
    Column("area", "地区", ("乡镇", "街道", "窗口")),
    Column("mode", "方式", ("调查方式", "渠道"), True),
    Column("started_on", "开始日期", ("调查开始", "起"), True),
    Column("ended_on", "截止日期", ("调查截止", "止"), True),
    Column("provider", "实施单位", ("调查单位", "承办单位"), True),
    Column("source", "来源", ("依据", "文号"), True),
    Column("asked", "访问数", ("拨打数", "办件数")),
    Column("answered", "有效样本", ("样本量", "评价数"), True),
)
_LAST: tuple[Column, ...] = (
    Column("bad", "差评数"),
    Column("fixed", "已整改数", ("整改数",)),
    Column("area_en", "地区英文名", ("地区（英文）",)),
)


@dataclass(frozen=True, slots=True)
class AggregateRow:
    """One row as read: unit, area, numbers; ``figures`` go into the table of areas. ``area_en``
    may be empty."""

    unit_id: int
    area: str
    figures: Mapping[str, Any]
    area_en: str = ""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One file: how, when, by whom, from where; its rows."""

    mode: SurveyMode
    started_on: datetime.date
    ended_on: datetime.date
    provider: str
    source: str
    rows: tuple[AggregateRow, ...]


def columns_of(scale: Scale) -> tuple[Column, ...]:
    """The columns of a scale's table: one for each answer."""
    answers = tuple(Column(f"o_{o.code}", str(o.title), (), True) for o in scale.options)
    return (*_FIRST, *answers, *_LAST)


def empty_table(scale: Scale, units: list[tuple[str, str]]) -> TableSheet:
    """The table to fill in, with the units' codes and names."""
    numbers = {"asked", "answered", "bad", "fixed", *(f"o_{o.code}" for o in scale.options)}
    days = {"started_on", "ended_on"}
    columns = [
        TableColumn(
            c.head,
            24 if c.field in ("unit_name", "provider", "source") else 12,
            Kind.NUMBER if c.field in numbers else Kind.DATE if c.field in days else Kind.TEXT,
            tuple(mode.zh for mode in IMPORTED) if c.field == "mode" else (),
        )
        for c in columns_of(scale)
    ]
    rows = [[code, name] for code, name in units]
    note = "一份表是一次调查:方式、日期、实施单位和来源各行相同。没有统计访问数的留空。"
    return TableSheet("评价汇总", f"群众评价汇总({scale.title})", columns, rows, note)


def read_aggregate(
    book: Workbook, scale: Scale, units: Mapping[str, int]
) -> tuple[list[Problem], Aggregate | None]:
    """Every problem at its cell, and the survey if there is none."""
    columns = columns_of(scale)
    problems: list[Problem] = []
    read: list[tuple[RowReader, dict[str, Any], AggregateRow | None]] = []
    for sheet in book.sheets:
        heads = find_heads(sheet, sheet.top(HEAD_ROWS), columns)
        if heads is None:
            continue
        wrong = [*sheet_problems(sheet.facts, heads.row), *heads.problems]
        problems += [*wrong, *missing(sheet, heads, columns)]
        read += list(_rows(sheet, heads, scale, units))
    for reader, *_ in read:
        problems += reader.problems
    problems += _unlike(read) + _twice(read)
    errors = [p for p in problems if p.level is Level.ERROR]
    rows = tuple(row for _, _, row in read if row is not None)
    if not read and not errors:
        errors.append(Problem("", "", m("没有找到评价汇总表:表头里应有“单位编码”和“有效样本”")))
    if errors or not rows:
        return errors, None
    return [], Aggregate(rows=rows, **read[0][1])


def _rows(
    sheet: Sheet, heads: Heads, scale: Scale, units: Mapping[str, int]
) -> Iterator[tuple[RowReader, dict[str, Any], AggregateRow | None]]:
    for number, cells in sheet.rows():
        row = RowReader(sheet.name, number, cells, heads)
        if number > heads.row and (row.text("answered") or row.text("mode")):
            yield row, _shared(row), _figures(row, scale, units)


def _shared(row: RowReader) -> dict[str, Any]:
    word = row.text("mode", required=True)
    if word and word not in MODES:
        row.problem("mode", m("只能填写:%(words)s", words="、".join(x.zh for x in IMPORTED)))
    days = {name: _day(row, name) for name in ("started_on", "ended_on")}
    first, last = days["started_on"], days["ended_on"]
    if first is not None and last is not None and last < first:
        row.problem("ended_on", m("截止日期在开始日期以前"))
    return {
        "mode": MODES.get(word),
        **days,
        "provider": row.text("provider", required=True),
        "source": row.text("source", required=True),
    }


def _day(row: RowReader, field: str) -> datetime.date | None:
    if row.raw(field) == "":
        row.problem(field, m("没有填写"))
        return None
    return row.value(field, read_day)


def _figures(row: RowReader, scale: Scale, units: Mapping[str, int]) -> AggregateRow | None:
    code = row.code("unit_code", required=True)
    if code and code not in units:
        row.problem("unit_code", m("没有编码为“%(code)s”的单位", code=code))
    asked = row.value("asked", read_number) or 0
    answered = _number(row, "answered")
    counts = {o.code: _number(row, f"o_{o.code}") for o in scale.options}
    bad, fixed = row.value("bad", read_number), row.value("fixed", read_number)
    if None in counts.values() or answered is None:
        return None
    whole = {code: n for code, n in counts.items() if n is not None}
    for fault in check_counts(whole, scale, answered, asked):
        row.problem("answered", fault)
    if fixed is not None and fixed > (bad or 0):
        row.problem("fixed", m("已整改数多于差评数"))
    if row.problems and any(p.level is Level.ERROR for p in row.problems):
        return None
    figures = {
        "asked": asked,
        "answered": answered,
        "counts": {"q1": whole},
        "bad": bad,
        "fixed": None if bad is None else fixed or 0,
    }
    return AggregateRow(units[code], row.text("area"), figures, row.text("area_en"))


def _number(row: RowReader, field: str) -> int | None:
    if row.raw(field) == "":
        row.problem(field, m("没有填写"))
        return None
    return row.value(field, read_number)


def _unlike(read: list[tuple[RowReader, dict[str, Any], AggregateRow | None]]) -> list[Problem]:
    """Rows that say another mode, day, provider or source than the first."""
    if not read:
        return []
    first = read[0][1]
    return [
        Problem(row.sheet, row.place(name), m("与第一行不同;一份表只放一次调查"))
        for row, shared, _ in read[1:]
        for name in SHARED
        if shared[name] != first[name]
    ]


def _twice(read: list[tuple[RowReader, dict[str, Any], AggregateRow | None]]) -> list[Problem]:
    """Two rows for one area of one unit."""
    seen: set[tuple[int, str]] = set()
    found = []
    for row, _, figures in read:
        if figures is None:
            continue
        key = (figures.unit_id, figures.area)
        if key in seen:
            found.append(Problem(row.sheet, row.place("area"), m("同一单位同一地区写了两行")))
        seen.add(key)
    return found

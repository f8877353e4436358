"""Administrative changes out of a CSV or workbook: one row a unit before and a unit after.

Published lists of events, a row an event with all its units, are read too (``unit_events``).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cases.files.cell_values import YEARS, Reading, as_text, narrow, read_day
from cases.files.cells import Level, Problem
from cases.files.roster_columns import HEAD_ROWS, Column, Heads, find_heads, missing
from cases.files.roster_rows import RowReader
from cases.files.unit_events import EVENT_COLUMNS, Event, changes_of, names_in
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
    Column("note", "说明", ("备注",)),
    Column("address", "来源网址", ("网址",)),
)
CHANGE_HEADS: tuple[str, ...] = tuple(column.head for column in CHANGE_COLUMNS)
YEAR = re.compile(r"(\d{4})\s*年?")
BOTH_SIDES = frozenset(
    {
        UnitChangeKind.RENAME,
        UnitChangeKind.RECODE,
        UnitChangeKind.REPLACE,
        UnitChangeKind.MERGE,
        UnitChangeKind.SPLIT,
    }
)
"""Changes of which both the unit before and the one after are named."""
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
    above: tuple[str, ...] = ()
    """Names of the areas it happened in, which tell units of one name apart."""
    address: str = ""


def read_changes(book: Workbook) -> tuple[list[Problem], list[ChangeRow]]:
    """Problems of whole sheets, and the rows in the sheet's order."""
    problems: list[Problem] = []
    rows: list[ChangeRow] = []
    found = False
    for sheet in book.sheets:
        columns, heads = _layout(sheet)
        if heads is None:
            continue
        found = True
        problems += sheet_problems(sheet.facts, heads.row)
        if columns is EVENT_COLUMNS:
            problems += missing(sheet, heads, columns)
            rows += _events(sheet, heads)
            continue
        problems += [*heads.problems, *missing(sheet, heads, columns)]
        rows += _rows(sheet, heads)
    if not found:
        problems.append(Problem("", "", m("没有找到变更表:表头里应有“原名称”和“新名称”")))
    return [p for p in problems if p.level is Level.ERROR], rows


def _layout(sheet: Sheet) -> tuple[tuple[Column, ...], Heads | None]:
    """Our own sheet or a published list of events, with the row of its heads."""
    top = sheet.top(HEAD_ROWS)
    heads = find_heads(sheet, top, CHANGE_COLUMNS)
    if heads is not None and {"from_name", "to_name"} & heads.columns.keys():
        return CHANGE_COLUMNS, heads
    heads = find_heads(sheet, top, EVENT_COLUMNS)
    if heads is not None and {"before", "after"} <= heads.columns.keys():
        return EVENT_COLUMNS, heads
    return CHANGE_COLUMNS, None


def _events(sheet: Sheet, heads: Heads) -> Iterator[ChangeRow]:
    """The changes of each event; an event that can't be told apart is one row with its fault."""
    for number, cells in sheet.rows():
        if number <= heads.row:
            continue
        row = RowReader(sheet.name, number, cells, heads)
        event = Event(
            row.text("kind", required=True),
            names_in(row.text("before")),
            names_in(row.text("after")),
            names_in(row.text("above")),
            row.text("note"),
        )
        told, fault = changes_of(event)
        if fault is not None:
            row.problem("before", fault)
            told = [(None, "、".join(event.before), "、".join(event.after))]
        day, year_only = _day(row)
        document = row.text("document", required=True)
        for kind, before, after in told:
            yield ChangeRow(
                place=f"{row.sheet}!{row.place('before')}", kind=kind, day=day, from_code="",
                from_name=before, to_code="", to_name=after, document=document, note=event.words,
                problems=tuple(p for p in row.problems if p.level is Level.ERROR),
                year_only=year_only, above=event.above, address=row.text("address"),
            )  # fmt: skip


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
    day, year_only = _day(row)
    return ChangeRow(
        place=f"{row.sheet}!{row.place('from_name')}",
        kind=kind,
        day=day,
        from_code=row.code("from_code"),
        from_name=row.text("from_name", required=kind in BOTH_SIDES),
        to_code=row.code("to_code"),
        to_name=row.text("to_name", required=kind in BOTH_SIDES),
        document=row.text("document", required=True),
        note=row.text("note"),
        problems=tuple(p for p in row.problems if p.level is Level.ERROR),
        year_only=year_only,
        address=row.text("address"),
    )


def _day(row: RowReader) -> tuple[datetime.date | None, bool]:
    """The day, and whether only its year is known."""
    if row.raw("day") == "":
        row.problem("day", m("没有填写"))
    return row.value("day", _read_day_or_year) or (None, False)

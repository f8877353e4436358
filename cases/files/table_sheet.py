"""Tables written for offices: lists, exports, forms to fill in. One writer for every export.

Every text is written as text, whatever it begins with, so nothing a person typed becomes a formula
when the file is opened. Memory stays constant in the number of rows.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import xlsxwriter

FORBIDDEN_IN_NAMES = str.maketrans("", "", "[]:*?/\\'")
LONGEST_SHEET_NAME = 31
LONGEST_CELL = 32_767
CONTROL = {code: None for code in range(32) if code not in (9, 10)}
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}
FILLED_IN = 2_000
"""Rows below the heads that get drop-down lists, at least."""
LANDSCAPE_FROM = 8
"""Tables of at least so many columns are printed across the sheet."""


class Kind(StrEnum):
    """How a column is written and aligned."""

    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column: its head as printed, width in characters, kind of its values.

    ``choices`` become a drop-down list for who fills the sheet in; on a locked sheet only
    ``filled`` columns can be typed in.
    """

    head: str
    width: float = 12
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    filled: bool = True


Value = str | int | float | Decimal | bool | datetime.date | None


@dataclass(frozen=True, slots=True)
class TableSheet:
    """One sheet of a workbook: title line, optional note line, heads, rows."""

    name: str
    title: str
    columns: Sequence[TableColumn]
    rows: Iterable[Sequence[Value]]
    note: str = ""
    locked: bool = False
    """Protected without a password: against slips, not against people."""


def write_table(
    path: str | Path,
    title: str,
    columns: Sequence[TableColumn],
    rows: Iterable[Sequence[Value]],
    *,
    note: str = "",
) -> int:
    """Write one table, A4, heads repeated on each page; returns the number of rows written.

    ``rows`` may be a generator. ``date`` values become date cells, ``Decimal`` keeps two places.
    """
    return write_tables(path, [TableSheet(sheet_name(title), title, columns, rows, note)])


def write_tables(path: str | Path, sheets: Iterable[TableSheet]) -> int:
    """Write several tables into one workbook, in order; returns the rows written in all.

    Raises OSError when the file cannot be written.
    """
    count = 0
    # Opened here: the writer itself opens the file only at the end, and leaves its parts behind.
    with Path(path).open("wb") as stream, xlsxwriter.Workbook(stream, OPTIONS) as book:
        # A fixed date keeps the same table byte-equal on every run.
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        for sheet in sheets:
            count += _write(book, sheet)
    return count


def sheet_name(title: str) -> str:
    """A sheet name that Excel and WPS accept, from any title."""
    return title.translate(FORBIDDEN_IN_NAMES).strip()[:LONGEST_SHEET_NAME] or "表1"


def safe_text(text: str) -> str:
    """Text that a cell can hold: control characters left out, cut at the cell's limit."""
    return text.translate(CONTROL)[:LONGEST_CELL]


def _write(book: Any, table: TableSheet) -> int:
    sheet = book.add_worksheet(sheet_name(table.name))
    formats = _formats(book)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if len(table.columns) >= LANDSCAPE_FROM:
        sheet.set_landscape()
    for index, column in enumerate(table.columns):
        # Empty cells of a text column are text too, or a typed identity number becomes a number.
        sheet.set_column(index, index, column.width, formats["blank", column.kind])
    row = 0
    for line, style in ((table.title, "title"), (table.note, "note")):
        if line:
            sheet.write_string(row, 0, safe_text(line), formats[style])
            row += 1
    for index, column in enumerate(table.columns):
        sheet.write_string(row, index, safe_text(column.head), formats["head"])
    sheet.freeze_panes(row + 1, 0)
    sheet.repeat_rows(row)
    sheet.set_footer("&C— &P —")
    first = row + 1
    for values in table.rows:
        row += 1
        for index, value in enumerate(values):
            _cell(sheet, row, index, value, formats, _style(table, index))
    _choices(sheet, table.columns, first, row)
    if table.locked:
        sheet.protect("", {"format_columns": True, "sort": True, "autofilter": True})
    return row - first + 1


def _style(table: TableSheet, index: int) -> Any:
    column = table.columns[index]
    return ("open", column.kind) if table.locked and column.filled else column.kind


def _choices(sheet: Any, columns: Sequence[TableColumn], first: int, last: int) -> None:
    for index, column in enumerate(columns):
        if column.choices:
            rule = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
            sheet.data_validation(first, index, max(last, first + FILLED_IN), index, rule)


def _formats(book: Any) -> dict[Any, Any]:
    cell = {"border": 1, "valign": "vcenter", "text_wrap": True}
    numbers = {Kind.TEXT: "@", Kind.DECIMAL: "0.00", Kind.DATE: "yyyy-mm-dd"}
    blank = {("blank", k): book.add_format({"num_format": numbers.get(k, "General")}) for k in Kind}
    opened = {
        ("open", k): book.add_format(
            {**cell, "num_format": numbers.get(k, "General"), "locked": False}
        )
        for k in Kind
    }
    return {
        **blank,
        **opened,
        "title": book.add_format({"bold": True, "font_size": 16}),
        "note": book.add_format({"font_size": 10, "font_color": "#555555"}),
        "head": book.add_format({**cell, "bold": True, "align": "center", "bg_color": "#EFEFEF"}),
        Kind.TEXT: book.add_format({**cell, "num_format": "@"}),
        Kind.NUMBER: book.add_format({**cell, "align": "right"}),
        Kind.DECIMAL: book.add_format({**cell, "align": "right", "num_format": "0.00"}),
        Kind.DATE: book.add_format({**cell, "align": "center", "num_format": "yyyy-mm-dd"}),
    }


def _cell(
    sheet: Any, row: int, column: int, value: Value, formats: dict[Any, Any], kind: Any
) -> None:
    style = formats[kind]
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", style)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, value, style)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, value, formats[Kind.DATE])
    else:
        sheet.write_string(row, column, safe_text(value), style)

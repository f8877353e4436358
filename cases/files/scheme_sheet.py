"""A scheme as a workbook: one sheet a part, the layout locked."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from cases.files.scheme_columns import (
    BASICS_SHEET,
    GUIDE_SHEET,
    SHEETS,
    TICK,
    WEIGHTS_SHEET,
    guide,
    heads_of,
    label_of,
    shown_chain,
    shown_extra,
    shown_parameters,
)
from cases.files.scheme_settings_sheet import settings_tables
from cases.files.table_sheet import OPTIONS, TableSheet, safe_text
from cases.scoring.drafting.fields import BASICS, Field
from cases.scoring.drafting.rows import walk
from cases.scoring.drafting.typed import SHOW
from cases.scoring.drafting.values import value_at

SPARE = 200
"""Empty rows below a list that may be filled in."""
MOST_DIGITS = 15
WIDE = frozenset({"title.zh", "title.en", "source", "parameters", "chain", "targets"})


def write_scheme(path: str | Path, document: Mapping[str, Any]) -> None:
    """Write the workbook; the same document gives the same bytes."""
    with xlsxwriter.Workbook(str(path), {**OPTIONS, "constant_memory": False}) as book:
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        styles = _styles(book)
        _basics(book, styles, document)
        for part in ("classes", "indicators"):
            _part(book, styles, document, part)
        _weights(book, styles, document)
        for part in ("items", "red_lines", "series", "checks"):
            _part(book, styles, document, part)
        for table in settings_tables(document):
            _settings(book, styles, table)
        _guide(book, styles)


def _settings(book: Any, styles: dict[str, Any], table: TableSheet) -> None:
    """A row a field; only the last column may be filled in."""
    sheet = _sheet(book, table.name, [int(one.width) for one in table.columns], (1, 3))
    sheet.write_row(0, 0, [one.head for one in table.columns], styles["head"])
    for number, row in enumerate(table.rows, 1):
        for column, text in enumerate(row):
            style = styles["text" if table.columns[column].filled else "fixed"]
            sheet.write_string(number, column, safe_text(str(text or "")), style)


def _styles(book: Any) -> dict[str, Any]:
    cell = {"border": 1, "valign": "top", "text_wrap": True}
    head = {**cell, "bold": True, "bg_color": "#EFEFEF", "num_format": "@"}
    return {
        "head": book.add_format(head),
        "fixed": book.add_format({**cell, "bg_color": "#F7F7F7", "num_format": "@"}),
        "text": book.add_format({**cell, "num_format": "@", "locked": False}),
        "number": book.add_format({**cell, "align": "right", "locked": False}),
    }


def _sheet(book: Any, name: str, widths: Sequence[int], frozen: tuple[int, int]) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(*frozen)
    sheet.protect("", {"format_columns": True, "format_rows": True, "insert_rows": True})
    return sheet


def _basics(book: Any, styles: dict[str, Any], document: Mapping[str, Any]) -> None:
    sheet = _sheet(book, BASICS_SHEET, (24, 60), (1, 0))
    sheet.write_row(0, 0, ("项目", "内容"), styles["head"])
    for row, one in enumerate(BASICS, 1):
        sheet.write_string(row, 0, str(one.label), styles["fixed"])
        _value(sheet, row, 1, one, value_at(document, one.key), styles)
        _choices(sheet, one, row, row, 1)


def _part(book: Any, styles: dict[str, Any], document: Mapping[str, Any], part: str) -> None:
    name, fields = SHEETS[part]
    widths = [30 if one.key in WIDE else 14 for one in fields]
    sheet = _sheet(book, name, widths, (1, 1))
    for column, told in enumerate(heads_of(part)):
        sheet.write_string(0, column, told.head, styles["head"])
    codes: dict[tuple[int, ...], str] = {}
    last = 0
    for last, (place, row) in enumerate(walk(document, part), 1):
        codes[place] = str(row.get("code", ""))
        above = codes.get(place[:-1], "")
        for column, one in enumerate(fields):
            _value(sheet, last, column, one, _cell(row, one, above), styles)
    for spare in range(last + 1, last + 1 + SPARE):
        for column, one in enumerate(fields):
            style = "number" if one.kind == "number" else "text"
            sheet.write_blank(spare, column, None, styles[style])
    for column, one in enumerate(fields):
        _choices(sheet, one, 1, last + SPARE, column)


def _cell(row: Mapping[str, Any], field: Field, above: str) -> Any:
    if field.key == "parent":
        return above
    if field.kind == "parameters":
        return shown_parameters(row)
    if field.kind == "chain":
        return shown_chain(row)
    if field.kind == "extra":
        return shown_extra(row)
    return value_at(row, field.key)


def _value(
    sheet: Any, row: int, column: int, field: Field, value: Any, styles: dict[str, Any]
) -> None:
    """Numbers that a cell holds exactly as numbers, all else as text."""
    style = styles["number" if field.kind == "number" else "text"]
    if field.kind == "number" and _exact(value):
        sheet.write_number(row, column, value, style)
        return
    text = SHOW.get(field.kind, str)(value) if value is not None else ""
    if field.choices and text:
        text = label_of(field, text)
    if text:
        sheet.write_string(row, column, safe_text(text), style)
    else:
        sheet.write_blank(row, column, None, style)


def _exact(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return sum(c.isdigit() for c in repr(value)) <= MOST_DIGITS


def _choices(sheet: Any, field: Field, first: int, last: int, column: int) -> None:
    if field.choices:
        source = [label_of(field, code) for code, _ in field.choices]
        if sum(len(one) + 1 for one in source) > 255:  # what a drop-down list may hold
            return
        rule = {"validate": "list", "source": source, "error_type": "stop"}
        sheet.data_validation(first, column, last, column, rule)


def _weights(book: Any, styles: dict[str, Any], document: Mapping[str, Any]) -> None:
    """Indicators down, classes across; a class without a column of weights inherits."""
    classes = [row for _, row in walk(document, "classes")]
    table = value_at(document, "weights.by_class")
    table = table if isinstance(table, Mapping) else {}
    sheet = _sheet(book, WEIGHTS_SHEET, [16, 34, *(12 for _ in classes)], (2, 2))
    heads = ["指标代码", "指标名称", *(str(one.get("code", "")) for one in classes)]
    titles = ["", "类别名称", *(str(value_at(one, "title.zh") or "") for one in classes)]
    for column, (code, title) in enumerate(zip(heads, titles, strict=True)):
        sheet.write_string(0, column, safe_text(code), styles["head"])
        sheet.write_string(1, column, safe_text(title), styles["head"])
    weight = Field("weight", "number", BASICS[0].label)
    for row, (place, one) in enumerate(walk(document, "indicators"), 2):
        code = str(one.get("code", ""))
        indent = "　" * (len(place) - 1)
        sheet.write_string(row, 0, safe_text(code), styles["fixed"])
        title = indent + str(value_at(one, "title.zh") or "")
        sheet.write_string(row, 1, safe_text(title), styles["fixed"])
        for column, about in enumerate(classes, 2):
            told = table.get(str(about.get("code", "")))
            value = (TICK if code in told else None) if isinstance(told, list) else None
            if isinstance(told, Mapping):
                value = told.get(code)
            _value(sheet, row, column, weight, value, styles)


def _guide(book: Any, styles: dict[str, Any]) -> None:
    sheet = _sheet(book, GUIDE_SHEET, (22, 22, 90), (1, 0))
    sheet.write_row(0, 0, ("代码", "名称", "参数"), styles["head"])
    for row, line in enumerate(guide(), 1):
        for column, text in enumerate(line):
            sheet.write_string(row, column, text, styles["fixed"])

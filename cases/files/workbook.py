"""Workbooks and CSV tables as offices keep them, opened safely and read row by row.

``open_workbook`` judges the package before anything is parsed (:mod:`cases.files.package`), gathers
what a table reader would hide (:mod:`cases.files.sheet_facts`), then hands the cells over lazily.
"""

from __future__ import annotations

import csv
import datetime
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import python_calamine

from cases.files.cells import Level, Problem, Unreadable, address, refuse
from cases.files.package import STANDARD, Limits, open_package
from cases.files.sheet_facts import SheetFacts, inspect
from workflow.words import Sentence, m

Cell = (
    str
    | int
    | float
    | bool
    | datetime.date
    | datetime.datetime
    | datetime.time
    | datetime.timedelta
)
ZIP_MAGIC = b"PK"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
LEGACY = (".xls", ".et", ".doc", ".wps")
FORMULA_STARTS = ("=", "@")
CSV_SHEET = "CSV"
SAMPLE = 20_000


@dataclass(slots=True)
class Sheet:
    """One visible or hidden sheet; ``rows()`` may be walked once or again."""

    name: str
    facts: SheetFacts
    _source: python_calamine.CalamineWorkbook | str = field(repr=False)
    _delimiter: str = ","
    _opened: python_calamine.CalamineSheet | None = field(default=None, repr=False)

    def top(self, count: int) -> list[tuple[int, list[Cell]]]:
        """The rows numbered 1 to ``count`` that hold anything. The parsed sheet is kept for the
        next ``rows()``, so looking at the heads costs no second parse."""
        found: list[tuple[int, list[Cell]]] = []
        for number, cells in self.rows():
            if number > count:
                break
            found.append((number, cells))
        return found

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """(row number as shown, cells from column A on). Empty rows are skipped.

        Memory: calamine holds one sheet at a time; the lists are made as they are asked for.
        """
        source = self._source
        found = self._text_rows(source) if isinstance(source, str) else self._cell_rows(source)
        for number, cells in found:
            if any(cell != "" for cell in cells):
                yield number, cells

    def _cell_rows(
        self, source: python_calamine.CalamineWorkbook
    ) -> Iterator[tuple[int, list[Cell]]]:
        try:
            sheet = self._opened or source.get_sheet_by_name(self.name)
            self._opened = sheet
            start = sheet.start
            # iter_rows gives leading empty rows but not leading empty columns.
            left: list[Cell] = [""] * (start[1] if start else 0)
            for number, cells in enumerate(sheet.iter_rows(), 1):
                yield number, [*left, *cells] if left else cells
            self._opened = None
        except python_calamine.CalamineError as broken:
            raise refuse(m("文件已损坏或不完整,请重新保存后再上传"), self.name) from broken

    def _text_rows(self, text: str) -> Iterator[tuple[int, list[Cell]]]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter, strict=True)
        number = 1
        try:
            for cells in reader:
                yield number, list[Cell](cells)
                number = reader.line_num + 1
        except csv.Error as broken:
            raise refuse(
                m("这一行的引号或分隔符不完整,请检查后再上传"), self.name, str(number)
            ) from broken


@dataclass(slots=True)
class Workbook:
    """Sheets in workbook order. ``kind`` is ``xlsx``, ``csv-utf8`` or ``csv-gb18030``."""

    kind: str
    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name, spaces around it ignored."""
        return next((s for s in self.sheets if s.name.strip() == name), None)

    def problems(self, *, first_data_row: dict[str, int] | None = None) -> list[Problem]:
        """What must be mended before a table may be trusted: hidden parts, formulas, merges.

        ``first_data_row`` (sheet -> row of the column heads) lets merged titles above the heads
        pass; without it every merge counts.
        """
        found: list[Problem] = []
        for sheet in self.sheets:
            found += sheet_problems(sheet.facts, (first_data_row or {}).get(sheet.name, 1))
        return found


def sheet_problems(facts: SheetFacts, head_row: int = 1) -> list[Problem]:
    """The findings of one sheet as problems with their cells, merges from ``head_row`` down."""
    found: list[Problem] = []
    name = facts.name
    if facts.hidden:
        found.append(Problem(name, "", m("这张表是隐藏的,请取消隐藏或删除后再上传")))
    for cell in facts.formulas:
        found.append(Problem(name, cell, m("这一格是公式,请复制后选择性粘贴为数值")))
    if facts.formula_count > len(facts.formulas):
        more = facts.formula_count - len(facts.formulas)
        found.append(Problem(name, "", m("另有 %(n)s 格是公式,未逐一列出", n=more)))
    for cell in facts.errors:
        found.append(Problem(name, cell, m("这一格是错误值,请改为实际内容")))
    for merged in facts.merged:
        last = "".join(c for c in merged.rpartition(":")[2] if c.isdecimal())
        if not last or int(last) >= head_row:
            cell = merged.partition(":")[0]
            found.append(
                Problem(name, cell, m("%(range)s 是合并单元格,请取消合并并逐行填写", range=merged))
            )
    for row in facts.hidden_rows:
        found.append(Problem(name, str(row), m("第 %(n)s 行是隐藏的,请取消隐藏或删除", n=row)))
    for column in facts.hidden_columns:
        found.append(Problem(name, f"{column}1", m("%(c)s 列是隐藏的,请取消隐藏或删除", c=column)))
    return found


def open_workbook(
    source: str | Path | bytes, limits: Limits = STANDARD, *, filename: str = ""
) -> Workbook:
    """Open an ``.xlsx`` or a CSV (UTF-8 with or without mark, GB18030).

    ``filename`` only improves the sentence of a refusal. Raises :class:`Unreadable`; a workbook
    with formulas or merges opens and lists them in ``problems()``.
    """
    if isinstance(source, bytes):
        return _open(io.BytesIO(source), limits, filename)
    with Path(source).open("rb") as stream:
        return _open(stream, limits, filename or Path(source).name)


def _open(stream: BinaryIO, limits: Limits, filename: str) -> Workbook:
    head = stream.read(8)
    if not head:
        raise refuse(m("文件是空的"))
    if head == OLE_MAGIC:
        raise refuse(_why_ole(filename))
    if stream.seek(0, 2) > limits.file_bytes:
        raise refuse(m("文件超过 %(max)s MB,请拆分后再上传", max=limits.file_bytes >> 20))
    stream.seek(0)
    if head.startswith(ZIP_MAGIC):
        return _open_xlsx(stream, limits)
    return _open_csv(stream.read(), limits)


def _why_ole(filename: str) -> Sentence:
    if filename.lower().endswith(LEGACY):
        return m("这是旧格式的文件,请另存为 .xlsx 后再上传")
    return m("文件设有密码或是旧格式,请取消密码、另存为 .xlsx 后再上传")


def _open_xlsx(stream: BinaryIO, limits: Limits) -> Workbook:
    package = open_package(stream, limits)
    facts = inspect(stream, package, limits)
    stream.seek(0)
    try:
        reader = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(stream.read()))
    except python_calamine.CalamineError as broken:
        raise refuse(m("文件已损坏或不完整,请重新保存后再上传")) from broken
    known = set(reader.sheet_names)
    return Workbook("xlsx", tuple(Sheet(f.name, f, reader) for f in facts if f.name in known))


def _open_csv(data: bytes, limits: Limits) -> Workbook:
    text, kind = decode_text(data)
    first = text.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    facts = SheetFacts(CSV_SHEET, "")
    sheet = Sheet(CSV_SHEET, facts, text, delimiter)
    for number, cells in sheet.rows():
        if number > limits.rows:
            raise refuse(m("表格超出 %(n)s 行,请拆分或删除下方多余的行", n=limits.rows), CSV_SHEET)
        if len(cells) > limits.columns:
            raise refuse(
                m("表格超出 %(n)s 列,请删除右侧多余的列", n=limits.columns), CSV_SHEET, str(number)
            )
        for column, cell in enumerate(cells):
            if str(cell).startswith(FORMULA_STARTS):
                facts.formula_count += 1
                if len(facts.formulas) < limits.findings:
                    facts.formulas.append(address(number, column))
    return Workbook(kind, (sheet,))


def decode_text(data: bytes) -> tuple[str, str]:
    """(text, kind) of a CSV: UTF-8 with or without mark, else GB18030. Raises Unreadable.

    Nearly any bytes decode as GB18030, so the outcome must also look like Chinese an office would
    write: no control or unassigned characters, and mostly characters of the first level of GB 2312.
    """
    wrong = m("文件编码不认识,请另存为 UTF-8 或 GB18030(ANSI)编码的 CSV,或改用 .xlsx")
    if data.startswith(UTF16_MARKS) or b"\x00" in data:
        raise refuse(wrong)
    try:
        text, kind = data.decode("utf-8-sig"), "csv-utf8"
    except UnicodeDecodeError:
        try:
            text, kind = data.decode("gb18030"), "csv-gb18030"
        except UnicodeDecodeError as broken:
            raise refuse(wrong) from broken
        if not _reads_like_chinese(text[:SAMPLE]):
            raise refuse(wrong) from None
    if any(unicodedata.category(c) == "Cc" and c not in "\r\n\t" for c in text[:SAMPLE]):
        raise refuse(wrong)
    return text, kind


def _reads_like_chinese(text: str) -> bool:
    beyond = [c for c in text if ord(c) > 0x7F]
    if any(unicodedata.category(c) in ("Cn", "Co") for c in beyond):
        return False
    han = [c for c in beyond if "\u3400" <= c <= "\u9fff" or ord(c) >= 0x20000]
    common = sum(1 for c in han if 0xB0 <= c.encode("gb2312", "replace")[0] <= 0xD7)
    return bool(han) and 2 * len(han) > len(beyond) and 3 * common > 2 * len(han)


__all__ = [
    "STANDARD",
    "Cell",
    "Level",
    "Limits",
    "Problem",
    "Sheet",
    "Unreadable",
    "Workbook",
    "decode_text",
    "open_workbook",
    "sheet_problems",
]

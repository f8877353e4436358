"""What a sheet hides from a table reader: formulas, merges, hidden rows, true extent.

One expat pass over each part of the package, before calamine allocates anything. calamine shows
no formulas and makes room for the whole rectangle that the outermost cell spans, so one stray cell
at XFD1048576 would exhaust the memory.
"""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass, field
from typing import BinaryIO

from cases.files.cells import address, column_index, column_letters, refuse
from cases.files.package import Limits, inflate, is_xml, walk
from workflow.words import m

DIGITS = "0123456789"
TRUE = ("1", "true")
PLAIN = frozenset({"v", "is", "t", "r", "rPr", "phoneticPr"})


@dataclass(slots=True)
class SheetFacts:
    """Findings of one sheet. Lists keep the first ``findings`` addresses, counts are complete."""

    name: str
    part: str
    hidden: bool = False
    formulas: list[str] = field(default_factory=list)
    formula_count: int = 0
    errors: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    last_row: int = 0
    columns: dict[str, int] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Number of columns up to the last one used."""
        return max(self.columns.values(), default=-1) + 1


class _SheetWalk:
    """Collects :class:`SheetFacts` while expat reads; rows as shown, from 1."""

    def __init__(self, facts: SheetFacts, limits: Limits) -> None:
        self.facts = facts
        self.limits = limits
        self.columns = facts.columns
        self.row = 0
        self.digits = "0"
        self.tail = -1
        """Where the row's number begins in the reference of a cell, from its end."""
        self.column = -1
        self.cell = ""

    def start(self, name: str, attributes: list[str]) -> None:
        if name == "c":
            # The common cell first: addressed, in this row, in a column seen before, no error.
            if attributes and attributes[0] == "r" and "e" not in attributes:
                reference = attributes[1]
                known = self.columns.get(reference[: self.tail])
                if known is not None and reference.endswith(self.digits):
                    self.column, self.cell = known, reference
                    return
            self._cell(attributes)
        elif name in PLAIN:
            return
        elif name == "row":
            self._row(dict(zip(attributes[::2], attributes[1::2], strict=True)))
        elif ":" in name:
            self.start(name.rpartition(":")[2], attributes)
        else:
            self._rare(name, attributes)

    def _cell(self, attributes: list[str]) -> None:
        if attributes and attributes[0] == "r":
            reference = attributes[1]
        else:
            reference = dict(zip(attributes[::2], attributes[1::2], strict=True)).get("r", "")
            if not reference:
                self.column += 1
                reference = column_letters(self.column) + self.digits
        letters = reference.rstrip(DIGITS)
        if reference[len(letters) :] != self.digits:
            raise refuse(m("文件已损坏或不完整,请重新保存后再上传"), self.facts.name, reference)
        known = self.facts.columns.get(letters)
        self.column = self._widen(letters, reference) if known is None else known
        self.cell = reference
        if "e" in attributes and len(self.facts.errors) < self.limits.findings:
            self.facts.errors.append(reference)

    def _widen(self, letters: str, reference: str) -> int:
        try:
            column = column_index(letters)
        except ValueError as broken:
            raise refuse(m("文件已损坏或不完整,请重新保存后再上传"), self.facts.name) from broken
        if not 0 <= column < self.limits.columns:
            raise refuse(
                m("表格超出 %(n)s 列,请删除右侧多余的列", n=self.limits.columns),
                self.facts.name,
                reference,
            )
        self.facts.columns[letters] = column
        return column

    def _row(self, attributes: dict[str, str]) -> None:
        try:
            self.row = int(attributes.get("r", self.row + 1))
        except ValueError as broken:
            raise refuse(m("文件已损坏或不完整,请重新保存后再上传"), self.facts.name) from broken
        self.digits, self.column = str(self.row), -1
        self.tail = -len(self.digits)
        self.facts.last_row = max(self.facts.last_row, self.row)
        if self.row > self.limits.rows:
            raise refuse(
                m("表格超出 %(n)s 行,请拆分或删除下方多余的行", n=self.limits.rows),
                self.facts.name,
                self.digits,
            )
        if attributes.get("hidden") in TRUE and len(self.facts.hidden_rows) < self.limits.findings:
            self.facts.hidden_rows.append(self.row)

    def _rare(self, name: str, attributes: list[str]) -> None:
        facts = self.facts
        if name == "f":
            facts.formula_count += 1
            if len(facts.formulas) < self.limits.findings:
                facts.formulas.append(self.cell)
            return
        if name not in ("mergeCell", "col"):
            return
        values = dict(zip(attributes[::2], attributes[1::2], strict=True))
        if name == "mergeCell" and len(facts.merged) < self.limits.findings:
            facts.merged.append(values.get("ref", ""))
        elif values.get("hidden") in TRUE and values.get("min", "").isdecimal():
            facts.hidden_columns.append(column_letters(int(values["min"]) - 1))


def inspect(stream: BinaryIO, package: zipfile.ZipFile, limits: Limits) -> list[SheetFacts]:
    """Walk every XML part once; the sheets in workbook order. Raises Unreadable."""
    sheets = _sheet_list(stream, package)
    if len(sheets) > limits.sheets:
        raise refuse(m("工作簿有 %(n)s 张表,超过 %(max)s 张", n=len(sheets), max=limits.sheets))
    by_part = {facts.part: facts for facts in sheets}
    names = {part.filename.lower() for part in package.infolist()}
    if len(by_part) != len(sheets) or not names.issuperset(by_part):
        raise refuse(m("文件已损坏或不完整,请重新保存后再上传"))
    for part in package.infolist():
        found = by_part.get(part.filename.lower())
        # Parts other than sheets are only walked for well-formedness, size and document types.
        if found or is_xml(part):
            walk(inflate(stream, part), _SheetWalk(found, limits).start if found else None)
        else:
            for _ in inflate(stream, part):
                pass
    for facts in sheets:
        if facts.last_row * facts.width > limits.cells:
            raise refuse(
                m(
                    "表格有内容的范围过大(到 %(cell)s),请删除多余的行和列",
                    cell=address(facts.last_row, facts.width - 1),
                ),
                facts.name,
            )
    return sheets


def _sheet_list(stream: BinaryIO, package: zipfile.ZipFile) -> list[SheetFacts]:
    rows: list[dict[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: list[str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            pairs = zip(attributes[::2], attributes[1::2], strict=True)
            rows.append({key.rpartition(":")[2]: value for key, value in pairs})

    def relation(name: str, attributes: list[str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            values = dict(zip(attributes[::2], attributes[1::2], strict=True))
            target = values.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            targets[values.get("Id", "")] = posixpath.normpath(path)

    parts = {part.filename.lower(): part for part in package.infolist()}
    walk(inflate(stream, parts["xl/workbook.xml"]), sheet)
    relations = parts.get("xl/_rels/workbook.xml.rels")
    if relations is None:
        raise refuse(m("文件已损坏或不完整,请重新保存后再上传"))
    walk(inflate(stream, relations), relation)
    return [
        SheetFacts(
            name=row.get("name", ""),
            part=targets.get(row.get("id", ""), "").lower(),
            hidden=row.get("state", "visible") != "visible",
        )
        for row in rows
    ]

"""A scheme's quantitative half out of its workbook; every mistake with sheet and cell.

Nothing is guessed: what can't be read is a problem, and what the checks say of the document is
told at the cell it comes from.
"""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from cases.files.cell_values import BadCell, as_text
from cases.files.cells import Level, Problem, Unreadable, address
from cases.files.scheme_columns import (
    BASICS_SHEET,
    SHEETS,
    TICK,
    WEIGHTS_SHEET,
    code_of,
    heads_of,
    label_of,
    read_chain,
    read_extra,
    read_parameters,
)
from cases.files.scheme_slips import out_of_line, told_twice
from cases.files.workbook import Sheet, Workbook, sheet_problems
from cases.scoring.drafting import typed
from cases.scoring.drafting.fields import BASICS, TREES, Field
from cases.scoring.drafting.values import put, value_at
from cases.scoring.reading import Problem as Told
from workflow.words import m

_FIGURE = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?(/[0-9]{1,18})?")
LARGEST = 10**15
Cells = dict[tuple[str, str], str]
"""(path of the document, column's key) -> cell."""


class SchemeBook:
    """A workbook read once: ``document``, ``problems``, and the cell of every path."""

    def __init__(self, book: Workbook) -> None:
        self.problems: list[Problem] = []
        self.document: dict[str, Any] = {}
        self._cells: dict[str, tuple[str, str]] = {}
        self._titles: dict[str, dict[str, str]] = {}
        self._lines: dict[str, str] = {}
        self._basics(book.sheet(BASICS_SHEET))
        for part in SHEETS:
            name = SHEETS[part][0]
            sheet = book.sheet(name)
            if sheet is None:
                self._refuse(name, "", m("没有“%(name)s”这张表", name=name))
            else:
                self._hang(part, self._rows(part, sheet))
        self._weights(book.sheet(WEIGHTS_SHEET))

    def placed(self, problems: Sequence[Told]) -> list[Problem]:
        """What the checks say, at the cells it comes from."""
        return [Problem(*self.place_of(path), sentence) for path, sentence in problems]

    def place_of_weights(self, code: str) -> tuple[str, str]:
        """Sheet and cell where the weights of an indicator begin."""
        return WEIGHTS_SHEET, self._lines.get(code, "")

    def place_of(self, path: str) -> tuple[str, str]:
        """Sheet and cell of a path of the document, or of what it stands in."""
        near = path
        while near and near not in self._cells:
            near = near[: max(near.rfind("."), near.rfind("["), 0)]
        return self._cells.get(near, (BASICS_SHEET, ""))

    def _refuse(self, sheet: str, cell: str, sentence: Any) -> None:
        self.problems.append(Problem(sheet, cell, sentence))

    def _basics(self, sheet: Sheet | None) -> None:
        if sheet is None:
            self._refuse(BASICS_SHEET, "", m("没有“%(name)s”这张表", name=BASICS_SHEET))
            return
        self.problems += sheet_problems(sheet.facts)
        by_label = {str(one.label): one for one in BASICS}
        told: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for number, cells in sheet.rows():
            label = as_text(cells[0])
            field = by_label.get(label)
            for place in (i for i in range(2, len(cells)) if as_text(cells[i])):
                self._refuse(sheet.name, address(number, place), m("这一列没有表头"))
            if field is None:
                if number > 1:
                    self._refuse(sheet.name, address(number, 0), m("不认识的项目,请按下载的表填写"))
                continue
            if label in lines:
                said = m("项目重复,第 %(n)s 行已有", n=lines[label])
                self._refuse(sheet.name, address(number, 0), said)
            lines.setdefault(label, number)
            cell = address(number, 1)
            self._cells[field.key] = (sheet.name, cell)
            told[field.key] = self._read(sheet.name, cell, field, _at(cells, 1))
        if missing := [label for label in by_label if label not in lines]:
            self._refuse(sheet.name, "", m("缺少项目:%(names)s", names="、".join(missing)))
        for name in ("weights", "item_caps", "title"):
            self._cells.setdefault(name, (sheet.name, "A1"))
        self.document = _row(BASICS, told)

    def _rows(self, part: str, sheet: Sheet) -> list[tuple[int, dict[str, Any]]]:
        """(row number, row with its ``parent``) of a part's sheet."""
        self.problems += sheet_problems(sheet.facts)
        heads = {told.head: told.field for told in heads_of(part)}
        columns: dict[int, Field] = {}
        found: list[tuple[int, dict[str, Any]]] = []
        for number, cells in sheet.rows():
            if not columns:
                columns = self._columns(sheet, number, cells, heads)
                continue
            found.append((number, self._told(sheet, number, cells, columns)))
        self._keys = {one.key: place for place, one in columns.items()}
        return found

    def _columns(
        self, sheet: Sheet, number: int, cells: Sequence[Any], heads: Mapping[str, Field]
    ) -> dict[int, Field]:
        columns = {i: heads[as_text(c)] for i, c in enumerate(cells) if as_text(c) in heads}
        for place, cell in enumerate(cells):
            if as_text(cell) and place not in columns:
                self._refuse(sheet.name, address(number, place), m("不认识的列,请按下载的表填写"))
        missing = [head for head, one in heads.items() if one not in columns.values()]
        if missing:
            self._refuse(sheet.name, str(number), m("缺少列:%(names)s", names="、".join(missing)))
        if len(set(map(id, columns.values()))) < len(columns):
            self._refuse(sheet.name, str(number), m("有重复的列,请按下载的表填写"))
        return columns or {-1: next(iter(heads.values()))}

    def _told(
        self, sheet: Sheet, number: int, cells: Sequence[Any], columns: Mapping[int, Field]
    ) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for place, field in columns.items():
            cell = address(number, max(place, 0))
            told[field.key] = self._read(sheet.name, cell, field, _at(cells, place))
            if twice := told_twice(field.kind, str(told[field.key])):
                self._refuse(sheet.name, cell, m("“%(name)s”写了两次", name=twice))
        for place, cell in enumerate(cells):
            if place not in columns and as_text(cell):
                self._refuse(sheet.name, address(number, place), m("这一列没有表头"))
        row = _row([one for one in columns.values() if one.kind in typed.READ], told)
        row.pop("parent", None)
        if told.get("parameters"):
            row["parameters"] = read_parameters(str(told["parameters"]), row.get("method"))
        if told.get("chain"):
            row["chain"] = read_chain(str(told["chain"]))
        if told.get("extra"):
            try:
                row = {**read_extra(str(told["extra"])), **row}
            except ValueError:
                self._refuse(sheet.name, str(number), m("“其他内容”不是能读的 JSON"))
        return {"row": row, "parent": told.get("parent") or ""}

    def _read(self, sheet: str, cell: str, field: Field, value: Any) -> Any:
        try:
            if field.kind == "number":
                return figure(value)
            text = as_text(value)
            return _chosen(field, text) if field.choices and text else text
        except BadCell as bad:
            self._refuse(sheet, cell, bad.sentence)
            return ""

    def _hang(self, part: str, rows: list[tuple[int, dict[str, Any]]]) -> None:
        """Put the rows below their parents, and remember where each stands."""
        name = SHEETS[part][0]
        numbers: dict[str, int] = {}
        for number, told in rows:
            code = str(told["row"].get("code", ""))
            if not code:
                self._refuse(name, address(number, 0), m("必须填写"))
            elif code in numbers:
                first = numbers[code]
                self._refuse(name, address(number, 0), m("代码重复,第 %(n)s 行已有", n=first))
            numbers.setdefault(code, number)
        parents = {str(told["row"].get("code", "")): str(told["parent"]) for _, told in rows}
        self._titles[part] = {
            str(told["row"].get("code", "")): str(value_at(told["row"], "title.zh") or "")
            for _, told in rows
        }
        for number, told in rows:
            self._parent(part, number, told, parents)
        if not self.problems and rows:
            self.document[part] = self._below(part, "", part, rows)

    def _parent(
        self, part: str, number: int, told: Mapping[str, Any], parents: Mapping[str, str]
    ) -> None:
        name, cell = SHEETS[part][0], address(number, self._keys.get("parent", 0))
        up, seen = str(told["parent"]), {str(told["row"].get("code", ""))}
        if not up or part not in TREES:
            return
        if up not in parents:
            self._refuse(name, cell, m("没有代码为“%(code)s”的上级", code=up))
            return
        while up:
            if up in seen:
                self._refuse(name, cell, m("上级互相循环,请核对"))
                return
            seen.add(up)
            up = parents.get(up, "")

    def _below(
        self, part: str, parent: str, path: str, rows: list[tuple[int, dict[str, Any]]]
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for number, told in rows:
            if str(told["parent"]) != parent:
                continue
            row, here = dict(told["row"]), f"{path}[{len(found)}]"
            self._note(part, number, here, str(row["code"]))
            children = self._below(part, str(row["code"]), f"{here}.children", rows)
            if children:
                row["children"] = children
            found.append(row)
        return found

    def _note(self, part: str, number: int, here: str, code: str) -> None:
        sheet = SHEETS[part][0]
        for base in (here, f"{part}.{code}"):
            self._cells[base] = (sheet, str(number))
            for key, place in self._keys.items():
                self._cells[f"{base}.{key}"] = (sheet, address(number, max(place, 0)))

    def _weights(self, sheet: Sheet | None) -> None:
        if sheet is None:
            self._refuse(WEIGHTS_SHEET, "", m("没有“%(name)s”这张表", name=WEIGHTS_SHEET))
            return
        self.problems += sheet_problems(sheet.facts)
        self._cells["weights.by_class"] = (sheet.name, "A1")
        table = WeightTable(sheet.name)
        for number, cells in sheet.rows():
            table.take(number, cells)
        self.problems += table.problems
        if not self.problems:
            self.problems += table.strangers(self._titles["indicators"], self._titles["classes"])
        self._lines = {code: address(number, 0) for code, number in table.rows.items()}
        for code, (column, row) in table.found.items():
            base = f"weights.by_class.{code}"
            self._cells[base] = (sheet.name, address(1, column))
            for name, number in table.rows.items():
                self._cells[f"{base}.{name}"] = (sheet.name, address(number, column))
            if row:
                ticked = all(value == TICK for value in row.values())
                kept: Any = list(row) if ticked else row
                self.document.setdefault("weights", {}).setdefault("by_class", {})[code] = kept


class WeightTable:
    """The sheet 权重: indicators down, classes across."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.problems: list[Problem] = []
        self.found: dict[str, tuple[int, dict[str, Any]]] = {}
        self.rows: dict[str, int] = {}
        self._columns: dict[int, str] = {}
        self._names: dict[str, str] = {}
        self._headings: dict[str, str] = {}

    def take(self, number: int, cells: Sequence[Any]) -> None:
        """One row: the codes of the classes, their titles, or an indicator's weights."""
        code = as_text(_at(cells, 0))
        if not self._columns:
            self._heads(number, cells)
        elif not code:
            if as_text(_at(cells, 1)) != "类别名称":
                self._refuse(number, 0, m("必须填写"))
                return
            self._headings = {one: as_text(_at(cells, i)) for i, one in self._columns.items()}
        elif code in self.rows:
            self._refuse(number, 0, m("代码重复,第 %(n)s 行已有", n=self.rows[code]))
        else:
            self.rows[code] = number
            self._names[code] = as_text(_at(cells, 1))
            self._figures(number, code, cells)

    def strangers(self, indicators: Mapping[str, str], classes: Mapping[str, str]) -> list[Problem]:
        """Codes that are none of the scheme's, by code and title, or beside another's title."""
        for code, number in self.rows.items():
            if code not in indicators:
                self._refuse(number, 0, m("没有指标“%(code)s”", code=code))
            elif said := out_of_line(code, self._names[code], indicators):
                self._refuse(number, 1, said)
        for code, (column, _) in self.found.items():
            if code not in classes:
                self._refuse(1, column, m("没有类别“%(code)s”", code=code))
            elif said := out_of_line(code, self._headings.get(code, ""), classes):
                self._refuse(2, column, said)
        return self.problems

    def _refuse(self, number: int, column: int, sentence: Any) -> None:
        self.problems.append(Problem(self.sheet, address(number, column), sentence))

    def _heads(self, number: int, cells: Sequence[Any]) -> None:
        if as_text(_at(cells, 0)) != "指标代码":
            self._refuse(number, 0, m("第一列应为“指标代码”"))
        for column, cell in enumerate(cells):
            code = as_text(cell)
            if column < 2 or not code:
                continue
            if code in self.found:
                self._refuse(number, column, m("类别“%(code)s”写了两列", code=code))
                continue
            self._columns[column] = code
            self.found[code] = (column, {})
        self._columns = self._columns or {-1: ""}

    def _figures(self, number: int, code: str, cells: Sequence[Any]) -> None:
        for column, cell in enumerate(cells):
            if column < 2 or cell == "":
                continue
            about = self._columns.get(column)
            if about is None:
                self._refuse(number, column, m("这一列没有表头"))
                continue
            try:
                value = TICK if as_text(cell) == TICK else figure(cell)
            except BadCell as bad:
                self._refuse(number, column, bad.sentence)
                continue
            if value is not None:
                self.found[about][1][code] = value


def read_scheme(book: Workbook) -> SchemeBook:
    """Read the workbook. Raises Unreadable with every problem of its cells."""
    read = SchemeBook(book)
    wrong = tuple(p for p in read.problems if p.level is Level.ERROR)
    if wrong:
        raise Unreadable(wrong)
    return read


def figure(cell: Any) -> Any:
    """An exact number as a cell holds it, ratios written as text. Raises BadCell."""
    if isinstance(cell, bool):
        raise BadCell(m("应填数字,例如 12.5"))
    if isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
        raise BadCell(m("这一格是日期,应填数字"))
    if isinstance(cell, int | float):
        if not math.isfinite(cell) or abs(cell) >= LARGEST:
            raise BadCell(m("数值过大或不是数"))
        return int(cell) if float(cell).is_integer() else float(cell)
    text = as_text(cell)
    if not text:
        return None
    if _FIGURE.fullmatch(text):
        return typed.number(text)
    raise BadCell(_why(text))


def _why(text: str) -> Any:
    plain = unicodedata.normalize("NFKC", text)
    if plain != text and _FIGURE.fullmatch(plain):
        return m("请改为半角数字")
    if _FIGURE.fullmatch(plain.replace(",", "")):
        return m("请去掉千位分隔符")
    if _FIGURE.fullmatch(plain.rstrip("%")):
        return m("请去掉百分号")
    return m("应填数字,例如 12.5")


def _chosen(field: Field, text: str) -> str:
    code = code_of(field, text)
    if code is None:
        words = "、".join(label_of(field, one) for one, _ in field.choices)
        raise BadCell(m("只能填写:%(words)s", words=words))
    return code


def _row(fields: Sequence[Field], told: Mapping[str, Any]) -> dict[str, Any]:
    """The row; numbers are values already, all else is text."""
    row: dict[str, Any] = {}
    for one in fields:
        value = told.get(one.key)
        if one.kind != "number":
            value = typed.read(one.kind, value) if isinstance(value, str) else None
        if value is not None and value != "":
            row = put(row, one.key.split("."), value)
    title = row.get("title")
    if isinstance(title, dict) and set(title) == {"zh"}:
        row["title"] = title["zh"]
    return row


def _at(cells: Sequence[Any], place: int) -> Any:
    return cells[place] if 0 <= place < len(cells) else ""

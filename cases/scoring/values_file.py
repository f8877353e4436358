"""The figures of a scoring run from a CSV file, long or wide; every bad cell is named.

Long: ``unit, indicator, value`` and, if wanted, ``class, target, previous, source``. Wide: ``unit``
and a column for each indicator. In both, ``class`` may be left out where the scheme has one class,
``unit.NAME`` columns are attributes of the unit, an empty cell is missing and ``n/a`` does not
apply; the scheme may state more marks for either. The code of a deduction or bonus item takes a
number of cases where the item counts by case, else points. The file is UTF-8, else GB18030.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cases.scoring.book import Figure, takes_figures
from cases.scoring.exact import decimal_parts, exact
from cases.scoring.items import ItemEntry
from cases.scoring.reading import DocumentErrors, Problem, short
from cases.scoring.scheme_marks import APART
from cases.scoring.shapes import IndicatorScheme
from workflow.words import Sentence, m

LONG = ("unit", "class", "indicator", "value", "target", "previous", "source")
WIDE = ("unit", "class", "source")
ATTRIBUTE = "unit."
UTF_8, GB = "utf-8-sig", "gb18030"
csv.field_size_limit(10_000_000)


@dataclass(slots=True)
class Values:
    """What a file of figures holds."""

    units: dict[str, str] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    entries: list[ItemEntry] = field(default_factory=list)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    encoding: str = UTF_8


class Reader(Protocol):
    """A CSV reader that knows its line."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def read_values(path: Path, scheme: IndicatorScheme) -> Values:
    """Raises DocumentErrors naming file, line and column; OSError."""
    try:
        return _read(path, scheme, UTF_8)
    except UnicodeDecodeError:
        pass
    try:
        return _read(path, scheme, GB)
    except UnicodeDecodeError as error:
        raise DocumentErrors([(path.name, m("文件应为 UTF-8 或 GB18030 编码"))]) from error


def _read(path: Path, scheme: IndicatorScheme, encoding: str) -> Values:
    with path.open(encoding=encoding, newline="") as file:
        reader: Reader = csv.reader(file, strict=True)
        try:
            file_of = _File(path.name, reader, scheme)
            file_of.values.encoding = encoding
            file_of.read()
        except csv.Error as error:
            place = f"{path.name}:{reader.line_num}"
            raise DocumentErrors([(place, m("不是有效的 CSV:%(error)s", error=error))]) from error
    if file_of.problems:
        raise DocumentErrors(file_of.problems)
    return file_of.values


class _File:
    """One file on its way to ``Values``, with the problems found so far."""

    def __init__(self, name: str, reader: Reader, scheme: IndicatorScheme) -> None:
        self.name = name
        self.reader = reader
        self.scheme = scheme
        self.values = Values()
        self.problems: list[Problem] = []
        self.columns = _header(reader)
        self.at = {column: i for i, column in enumerate(self.columns)}
        self.long = "indicator" in self.at
        self.seen: dict[str, set[str]] = {}
        leaves = [one.code for one in scheme.classes.values() if one.leaf]
        self.only_class = leaves[0] if len(leaves) == 1 else ""

    def refuse(self, place: str, said: Sentence) -> None:
        self.problems.append((place, said))

    def read(self) -> None:
        """All lines. Raises DocumentErrors for columns that can't be read."""
        self._check_columns()
        names = [(self.at[c], c[len(ATTRIBUTE) :]) for c in self.columns if _attribute(c)]
        series = [] if self.long else [c for c in self.columns if c not in WIDE]
        wide = [(self.at[c], c) for c in series if not _attribute(c)]
        for place, cells in self._rows():
            unit = self._unit(place, cells)
            if not unit:
                continue
            for i, name in names:
                self._attribute(place, unit, name, cells[i])
            if self.long:
                self._long(place, unit, cells)
            else:
                self._wide(place, unit, cells, wide)
        if not self.values.units and not self.problems:
            self.refuse(f"{self.name}:1", m("文件里没有数据,第一行是表头,以后每行一个单位或一个数"))

    def _rows(self) -> Iterator[tuple[str, list[str]]]:
        """Lines with something in them, cells trimmed, short ones filled up."""
        width = len(self.columns)
        for raw in self.reader:
            cells = [cell.strip() for cell in raw]
            if not any(cells):
                continue
            place = f"{self.name}:{self.reader.line_num}"
            if any(cells[width:]):
                self.refuse(place, m("行的列数或单位不对"))
                continue
            yield place, cells[:width] + [""] * (width - len(cells))

    def _cell(self, cells: Sequence[str], column: str) -> str:
        i = self.at.get(column)
        return "" if i is None else cells[i]

    def _unit(self, place: str, cells: Sequence[str]) -> str:
        """The unit of a line, its class noted and checked; empty if there is none."""
        unit = cells[self.at["unit"]]
        if not unit:
            self.refuse(place, m("行的列数或单位不对"))
            return ""
        if any(sign < " " for sign in unit):
            self.refuse(f"{place} unit", m("单位名称里有看不见的控制字符"))
            return ""
        code = self._cell(cells, "class") or self.only_class
        known = self.values.units.get(unit)
        if known is None:
            self.values.units[unit] = code
            self._check_class(place, code)
        elif known != code:
            self.refuse(place, m("单位“%(unit)s”归入了两个类别", unit=unit))
        return unit

    def _check_class(self, place: str, code: str) -> None:
        found = self.scheme.classes.get(code)
        if found is None:
            self.refuse(f"{place} class", m("没有类别“%(code)s”", code=code))
        elif not found.leaf:
            said = m("单位只能归入最末级类别,不能归入“%(code)s”", code=code)
            self.refuse(f"{place} class", said)

    def _check_columns(self) -> None:
        mark = _separator(self.columns)
        if mark is not None:
            said = m("各列应以逗号分隔,这个文件用的是%(mark)s,请另存为逗号分隔的 CSV", mark=mark)
            raise DocumentErrors([(f"{self.name}:1", said)])
        required = ("unit", "indicator", "value") if self.long else ("unit",)
        absent = [name for name in required if name not in self.at]
        if not self.only_class and "class" not in self.at:
            absent.append("class")
        if absent:
            self.refuse(f"{self.name}:1", m("缺少列:%(columns)s", columns="、".join(absent)))
        for name in sorted({name for name in self.columns if self.columns.count(name) > 1}):
            self.refuse(f"{self.name}:1", m("列名重复:%(name)s", name=name))
        for name in self.columns:
            known = name in (LONG if self.long else WIDE) or _attribute(name)
            if not known and (self.long or not self._known(name)):
                self.refuse(f"{self.name}:1", m("没有这一列的指标:%(name)s", name=name))
        if self.problems:
            raise DocumentErrors(self.problems)

    def _known(self, code: str) -> bool:
        return takes_figures(self.scheme, code) or code in self.scheme.items

    def _attribute(self, place: str, unit: str, name: str, said: str) -> None:
        by_unit = self.values.attributes.setdefault(name, {})
        if said and by_unit.setdefault(unit, said) != said:
            sentence = m("单位“%(unit)s”的这一项前后不一", unit=unit)
            self.refuse(f"{place} {ATTRIBUTE}{name}", sentence)

    def _long(self, place: str, unit: str, cells: Sequence[str]) -> None:
        code = cells[self.at["indicator"]]
        if code not in self.seen and not self._known(code):
            self.refuse(f"{place} indicator", m("没有指标“%(code)s”", code=code))
            return
        text = cells[self.at["value"]]
        target = self._number(f"{place} target", self._cell(cells, "target"))
        previous = self._number(f"{place} previous", self._cell(cells, "previous"))
        source = self._cell(cells, "source") or place
        self._figure((place, "value"), unit, code, text, source, target, previous)

    def _wide(
        self, place: str, unit: str, cells: Sequence[str], wide: Sequence[tuple[int, str]]
    ) -> None:
        source = self._cell(cells, "source")
        for i, code in wide:
            said = source or f"{place} {code}"
            self._figure((place, code), unit, code, cells[i], said, None, None)

    def _figure(
        self, at: tuple[str, str], unit: str, code: str, text: str, source: str,
        target: str | None, previous: str | None,
    ) -> None:  # fmt: skip
        value: str | None = text or None
        apart = False
        if value is not None and decimal_parts(value) is None:
            mark = self.scheme.marks.get(value.lower())
            apart = mark == APART
            value = None if mark else self._number(f"{at[0]} {at[1]}", value)
        if code in self.scheme.items:
            self._entry(f"{at[0]} {at[1]}", unit, code, value, source)
            return
        seen = self.seen.setdefault(code, set())
        if unit in seen:
            self.refuse(f"{at[0]} {at[1]}", m("同一单位同一指标有两个数值"))
            return
        seen.add(unit)
        self.values.figures.append(
            Figure(unit, code, value, target, source, False, previous, not apart)
        )

    def _number(self, place: str, text: str) -> str | None:
        """The text of a number, None where empty or refused; 3/5 may be a day and is refused."""
        if text.lower() in self.scheme.marks:
            return None
        try:
            if "/" in text:
                raise ValueError(text)
            if text:
                exact(text)
        except ValueError:
            self.refuse(place, m("“%(value)s”不是有效的数字", value=short(text)))
            return None
        return text or None

    def _entry(self, place: str, unit: str, code: str, text: str | None, source: str) -> None:
        number = exact(text or 0)
        if not number:
            return
        if number < 0:
            self.refuse(place, m("加减分项的数不带正负号"))
        elif self.scheme.items[code].per_case is None:
            self.values.entries.append(ItemEntry(unit, code, points=number, evidence=(source,)))
        elif number.denominator != 1:
            self.refuse(place, m("件数应为整数"))
        else:
            entry = ItemEntry(unit, code, cases=int(number), evidence=(source,))
            self.values.entries.append(entry)


def _header(reader: Reader) -> list[str]:
    """The names of the columns: the first line with something in it, up to the last name."""
    for raw in reader:
        names = [one.strip() for one in raw]
        while names and not names[-1]:
            names.pop()
        if names:
            return names
    return []


def _separator(columns: Sequence[str]) -> Sentence | None:
    """What stands between the columns of a header that is no comma; None where commas do."""
    if "unit" in columns or len(columns) != 1:
        return None
    if columns[0].startswith("sep="):
        return m("首行的“sep=”标记")
    marks = {"\t": m("制表符"), ";": m("分号"), "；": m("全角分号"), "，": m("全角逗号")}
    return next((said for mark, said in marks.items() if mark in columns[0]), None)


def _attribute(column: str) -> bool:
    return column.startswith(ATTRIBUTE)

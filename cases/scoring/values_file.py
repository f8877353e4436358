"""The figures of a scoring run from a CSV file, long or wide; every bad cell is named.

Long: ``unit, indicator, value`` and, if wanted, ``class, target, previous, source``. Wide: ``unit``
and a column for each indicator. In both, ``class`` may be left out where the scheme has one class,
``unit.NAME`` columns are attributes of the unit, an empty cell is missing and ``n/a`` does not
apply. The code of a deduction or bonus item takes a number of cases where the item counts by
case, else points.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cases.scoring.book import Figure, takes_figures
from cases.scoring.exact import exact
from cases.scoring.items import ItemEntry
from cases.scoring.reading import DocumentErrors, Problem
from cases.scoring.shapes import IndicatorScheme
from workflow.words import m

LONG = ("unit", "class", "indicator", "value", "target", "previous", "source")
ATTRIBUTE = "unit."
APART = "n/a"
csv.field_size_limit(10_000_000)


@dataclass(slots=True)
class Values:
    """What a file of figures holds."""

    units: dict[str, str] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    entries: list[ItemEntry] = field(default_factory=list)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)


Row = dict[str, str]


def read_values(path: Path, scheme: IndicatorScheme) -> Values:
    """Raises DocumentErrors naming file, line and column; OSError and UnicodeDecodeError."""
    problems: list[Problem] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            values = _read(_Rows(path.name, csv.reader(file, strict=True), problems), scheme)
        except csv.Error as error:
            raise DocumentErrors(
                [(path.name, m("不是有效的 CSV:%(error)s", error=error))]
            ) from error
    if problems:
        raise DocumentErrors(problems)
    return values


class _Rows:
    """Lines of the file as trimmed cells by column; wrong widths are problems."""

    def __init__(self, name: str, reader: Iterator[list[str]], problems: list[Problem]) -> None:
        self.name = name
        self.reader = reader
        self.problems = problems
        self.columns = [one.strip() for one in next(reader, [])]

    def refuse(self, place: str, said: object) -> None:
        self.problems.append((place, said))  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[tuple[str, Row]]:
        width = len(self.columns)
        for number, cells in enumerate(self.reader, start=2):
            place = f"{self.name}:{number}"
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > width:
                self.refuse(place, m("行的列数或单位不对"))
                continue
            padded = [cell.strip() for cell in cells] + [""] * (width - len(cells))
            yield place, dict(zip(self.columns, padded, strict=True))


def _read(rows: _Rows, scheme: IndicatorScheme) -> Values:
    long = "indicator" in rows.columns
    _check_columns(rows, scheme, long)
    values = Values()
    names = [c for c in rows.columns if c.startswith(ATTRIBUTE)]
    wide = [c for c in rows.columns if c not in LONG and not c.startswith(ATTRIBUTE)]
    leaves = [one.code for one in scheme.classes.values() if one.leaf]
    for place, row in rows:
        unit = row["unit"]
        code = row.get("class") or (leaves[0] if len(leaves) == 1 else "")
        if not unit:
            rows.refuse(place, m("行的列数或单位不对"))
            continue
        if values.units.setdefault(unit, code) != code:
            rows.refuse(place, m("单位“%(unit)s”归入了两个类别", unit=unit))
        _attributes(rows, values, place, unit, row, names)
        if long:
            _cell(rows, scheme, values, place, unit, row, row["indicator"])
        else:
            for column in wide:
                one = {"value": row[column], "source": row.get("source", "")}
                _cell(rows, scheme, values, f"{place} {column}", unit, one, column)
    return values


def _check_columns(rows: _Rows, scheme: IndicatorScheme, long: bool) -> None:
    required = ("unit", "indicator", "value") if long else ("unit",)
    absent = [name for name in required if name not in rows.columns]
    if sum(1 for one in scheme.classes.values() if one.leaf) > 1 and "class" not in rows.columns:
        absent.append("class")
    if absent:
        rows.refuse(rows.name, m("缺少列:%(columns)s", columns="、".join(absent)))
    for name in {name for name in rows.columns if rows.columns.count(name) > 1}:
        rows.refuse(rows.name, m("列名重复:%(name)s", name=name))
    for name in rows.columns:
        known = name in LONG or name.startswith(ATTRIBUTE)
        if not known and (long or not _known(scheme, name)):
            rows.refuse(rows.name, m("没有这一列的指标:%(name)s", name=name))
    if rows.problems:
        raise DocumentErrors(rows.problems)


def _known(scheme: IndicatorScheme, code: str) -> bool:
    return takes_figures(scheme, code) or code in scheme.items


def _attributes(
    rows: _Rows, values: Values, place: str, unit: str, row: Row, names: list[str]
) -> None:
    for column in names:
        said, by_unit = row[column], values.attributes.setdefault(column[len(ATTRIBUTE) :], {})
        if said and by_unit.setdefault(unit, said) != said:
            rows.refuse(f"{place} {column}", m("单位“%(unit)s”的这一项前后不一", unit=unit))


def _cell(
    rows: _Rows, scheme: IndicatorScheme, values: Values, place: str, unit: str, row: Row, code: str
) -> None:
    numbers: dict[str, str | None] = {}
    apart = row["value"].lower() == APART
    for name in ("value", "target", "previous"):
        text = row.get(name, "")
        numbers[name] = None if apart and name == "value" else text or None
        try:
            exact(numbers[name] or 0)
        except ValueError:
            rows.refuse(f"{place} {name}", m("“%(value)s”不是有效的数字", value=text))
            numbers[name] = None
    source = row.get("source") or place
    if code in scheme.items:
        _entry(rows, scheme, values, place, unit, code, numbers["value"], source)
        return
    values.figures.append(
        Figure(
            unit, code, numbers["value"], numbers["target"], source,
            previous=numbers["previous"], applies=not apart,
        )
    )  # fmt: skip


def _entry(
    rows: _Rows, scheme: IndicatorScheme, values: Values, place: str, unit: str, code: str,
    text: str | None, source: str,
) -> None:  # fmt: skip
    number = exact(text or 0)
    if not number:
        return
    if number < 0:
        rows.refuse(f"{place} value", m("加减分项的数不带正负号"))
    elif scheme.items[code].per_case is None:
        values.entries.append(ItemEntry(unit, code, points=number, evidence=(source,)))
    elif number.denominator != 1:
        rows.refuse(f"{place} value", m("件数应为整数"))
    else:
        values.entries.append(ItemEntry(unit, code, cases=int(number), evidence=(source,)))

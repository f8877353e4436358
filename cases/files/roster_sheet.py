"""A roster workbook into typed rows: units and people, each with its problems and cell addresses.

Two sheets (单位, 人员) or people alone. Rows stream; what is kept between rows is only what
duplicates are told by. Rows with errors are given too, so that a dry run can show them.
"""

from __future__ import annotations

from collections.abc import Iterator

from cases.files.cells import Level, Problem
from cases.files.roster_columns import (
    HEAD_ROWS,
    PERSON_COLUMNS,
    UNIT_COLUMNS,
    Heads,
    find_heads,
    missing,
)
from cases.files.roster_rows import PersonRow, RowReader, Seen, UnitRow, read_person, read_unit
from cases.files.workbook import Sheet, Workbook, sheet_problems
from workflow.words import m

GUIDES = frozenset({"填写说明", "说明"})
"""Sheets that hold no rows and need no note."""


class RosterReader:
    """Walks a roster workbook once. Read ``problems`` after the rows; ``ready`` before them.

    ``problems`` are those of sheets (missing columns, formulas, merges, hidden parts); those of
    rows stand on the rows.
    """

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.problems: list[Problem] = []
        self._units: list[tuple[Sheet, Heads]] = []
        self._people: list[tuple[Sheet, Heads]] = []
        for sheet in book.sheets:
            self._place(sheet)
        if not self._units and not self._people:
            self.problems.append(
                Problem("", "", m("没有找到单位表或人员表:表头里应有“单位名称”或“姓名”"))
            )

    @property
    def ready(self) -> bool:
        """Whether rows may be read: no error on any sheet as a whole."""
        return all(p.level is Level.NOTE for p in self.problems)

    def _place(self, sheet: Sheet) -> None:
        top = sheet.top(HEAD_ROWS)
        people = find_heads(sheet, top, PERSON_COLUMNS)
        units = find_heads(sheet, top, UNIT_COLUMNS)
        if people is not None and "name" in people.columns:
            self._people.append((sheet, people))
            found = people
            absent = missing(sheet, people, PERSON_COLUMNS, ("unit_code", "unit_name"))
        elif units is not None and "name" in units.columns:
            self._units.append((sheet, units))
            found, absent = units, missing(sheet, units, UNIT_COLUMNS)
        else:
            if sheet.facts.hidden:
                self.problems += sheet_problems(sheet.facts)
            if sheet.name.strip() not in GUIDES:
                sentence = m("没有认出表头,这张表未读取")
                self.problems.append(Problem(sheet.name, "", sentence, Level.NOTE))
            return
        self.problems += [*sheet_problems(sheet.facts, found.row), *found.problems, *absent]

    def units(self) -> Iterator[UnitRow]:
        """The units in the order of the sheet."""
        seen = Seen()
        for sheet, heads in self._units:
            for number, cells in sheet.rows():
                if number > heads.row:
                    yield read_unit(RowReader(sheet.name, number, cells, heads), seen)

    def people(self) -> Iterator[PersonRow]:
        """The people in the order of the sheet, one row a post."""
        seen = Seen()
        for sheet, heads in self._people:
            for number, cells in sheet.rows():
                if number > heads.row:
                    yield read_person(RowReader(sheet.name, number, cells, heads), seen)

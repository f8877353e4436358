"""What a list of observations would do: the dry run. Writes nothing.

The figure of the year assessed becomes the value, that of the year before last year's figure where
there is none, every other one is kept as an observation. A figure never overwrites another: where
two differ, both are shown and somebody settles it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from cases.files.cells import Problem
from cases.files.observation_list import ObservationRow, read_observations
from cases.files.workbook import Workbook
from cases.queries.contradictions import conflict_rows, newest, observations_of
from cases.queries.data_checks import whole_figures
from cases.queries.data_sheet import Cell, Desk
from cases.queries.observations import Evidence, evidence_of
from cases.scoring.period import ends_on, outside, year_of
from cases.scoring.plausibility import Contradiction, contradictions, number
from workflow.vocabulary import ConflictKind, ValueState
from workflow.words import Sentence, m

Place = tuple[int, str, str]
"""Sheet, indicator, period."""
When = tuple[int, date]  # the year assessed, today


class Fate(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    PREVIOUS = "previous"
    CHANGED = "changed"
    CONFLICTING = "conflicting"
    BESIDE = "beside"
    SAME = "same"
    REFUSED = "refused"


@dataclass(slots=True)
class PlannedRow:
    """One row against what is there; ``writes`` says whether the value takes its figure."""

    row: ObservationRow
    cell: Cell | None
    code: str = ""
    fate: Fate = Fate.BESIDE
    said: Sentence | None = None
    """Why it is refused, only kept beside, or what it contradicts."""
    said_at: str = ""
    known: bool = False  # the very observation is kept already
    writes: bool = False
    previous: bool = False  # it is written as last year's figure, not as the value

    @property
    def place(self) -> str:
        return f"{self.row.sheet}!{self.said_at or self.row.cell}"

    @property
    def key(self) -> Place:
        return (self.cell.sheet_id if self.cell else 0, self.code, self.row.period)


@dataclass(frozen=True, slots=True)
class Clash:
    """A contradiction to be kept: the row it came with, the figure that stands, its source."""

    place: Place
    kind: ConflictKind
    binds: bool
    planned: PlannedRow | None
    value: str
    other_value: str | None
    other_source: str | None
    before: str | None = None
    check: str | None = None


@dataclass(slots=True)
class Plan:
    """The whole dry run: problems of sheets, rows in order, contradictions found."""

    problems: list[Problem] = field(default_factory=list)
    rows: list[PlannedRow] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    newest: tuple[int, int] = (0, 0)  # observation and contradiction it was compared with

    @property
    def counts(self) -> Counter[str]:
        return Counter(row.fate.value for row in self.rows)

    @property
    def refused(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.fate is Fate.REFUSED]

    @property
    def fresh(self) -> bool:
        """Whether taking it over would write anything."""
        return any(not row.known for row in self.rows) or bool(self.clashes)


def plan(
    conn: sa.Connection,
    book: Workbook,
    desk: Desk,
    on: date,
    told: Callable[[int], None] = lambda n: None,
) -> Plan:
    """Compare a list with the desk's figures and all observations kept, as of a day.

    ``told`` hears how many rows were read, now and then.
    """
    problems, rows = read_observations(book, told)
    if problems:
        return Plan(problems)
    made = Plan(rows=_recognised(rows, desk, on))
    good = [row for row in made.rows if row.fate is not Fate.REFUSED]
    sheets = {row.cell.sheet_id for row in good if row.cell is not None}
    made.newest = newest(conn, sheets)
    _Comparison(conn, desk, made, sheets).run(good)
    return made


def _recognised(rows: Sequence[ObservationRow], desk: Desk, on: date) -> list[PlannedRow]:
    """The rows with their unit and indicator, or why they can't be taken."""
    names = Counter(unit for unit, _ in {(c.unit, c.unit_id) for c in desk.cells})
    units = {c.unit: c.unit_id for c in desk.cells if names[c.unit] == 1}
    units |= {c.unit_code: c.unit_id for c in desk.cells}
    codes = {str(column.indicator.title): column.code for column in desk.columns}
    codes |= {column.code: column.code for column in desk.columns}
    measures = {column.code: column.indicator.unit for column in desk.columns}
    cells = {(c.unit_id, c.indicator): c for c in desk.cells}
    found = []
    for row in rows:
        code = codes.get(row.indicator, "")
        cell = cells.get((units.get(row.unit, 0), code))
        one = PlannedRow(row, cell, code)
        _judge(one, row.unit in units, measures, (desk.cycle.year, on))
        found.append(one)
    return found


def _judge(one: PlannedRow, unit_known: bool, measures: Mapping[str, str], when: When) -> None:
    """Mark a row that can't be taken, with its cell."""
    row, (year, on) = one.row, when
    said: Sentence | None = None
    at = ""
    if row.problems:
        said, at = row.problems[0].sentence, row.problems[0].cell
    elif not one.code:
        said = m("“%(code)s”不是本部门提供的指标", code=row.indicator)
        at = row.indicator_cell
    elif not unit_known or one.cell is None:
        said = m("没有名称或编码为“%(name)s”的单位,或这项指标不考核该单位", name=row.unit)
        at = row.unit_cell
    elif row.measure_unit and measures[one.code] and row.measure_unit != measures[one.code]:
        said = m(
            "计量单位是“%(found)s”,方案规定“%(due)s”,请换算后再导入",
            found=row.measure_unit, due=measures[one.code],
        )  # fmt: skip
        at = row.measure_cell
    elif one.cell.state is ValueState.FROZEN and year_of(row.period) in (year, year - 1):
        said = m("数据表已锁定;有新的依据的,先按文件修订数据")
    elif row.period != str(year) and ends_on(row.period) > on:
        said = m("所属期到 %(day)s 才结束,还没有这个数", day=ends_on(row.period).isoformat())
    if said is not None:
        one.fate, one.said, one.said_at = Fate.REFUSED, said, at


class _Comparison:
    """One list against what is there."""

    def __init__(self, conn: sa.Connection, desk: Desk, made: Plan, sheets: set[int]) -> None:
        self.conn, self.desk, self.made = conn, desk, made
        self.year = int(desk.cycle.year)
        self.evidence: dict[tuple[int, str], Evidence] = evidence_of(conn, sheets)
        self.kept: dict[Place, list[Any]] = defaultdict(list)
        for one in observations_of(conn, sheets):
            self.kept[one.sheet_id, one.indicator, one.period].append(one)
        self.history: dict[tuple[int, str], dict[str, Decimal]] = defaultdict(dict)
        for (sheet, code, period), some in self.kept.items():
            value = number(some[-1].value)
            if value is not None:
                self.history[sheet, period][code] = value
        self.known = {
            _told(c.sheet_id, c.indicator, c.period, c.check_code, c.value, c.other_value)
            for c in conflict_rows(conn, sheets)
        }

    def run(self, rows: Sequence[PlannedRow]) -> None:
        groups: dict[Place, list[PlannedRow]] = defaultdict(list)
        for row in rows:
            row.known = any(_alike(row.row, one) for one in self.kept[row.key])
            groups[row.key].append(row)
        firsts = {}
        for key, group in groups.items():
            first = next((row for row in group if row.row.official), group[0])
            firsts[key] = first
            self._first(first)
            for other in group:
                if other is not first:
                    self._beside(other, first)
        self._checks(firsts)

    def _binds(self, period: str) -> bool:
        return period in (str(self.year), str(self.year - 1))

    def _first(self, one: PlannedRow) -> None:
        """The row that speaks for its place, against the sheet and earlier lists."""
        assert one.cell is not None
        if one.row.period == str(self.year):
            self._value(one, one.cell)
        elif one.row.period == str(self.year - 1):
            self._previous(one, one.cell)
        else:
            self._history(one)

    def _value(self, one: PlannedRow, cell: Cell) -> None:
        if cell.value is None:
            one.fate, one.writes = Fate.ADDED, cell.editable
            if not cell.editable:
                one.fate = Fate.REFUSED
                one.said = m("这项数据已报送,不能再改;需要修改的,请审核人退回")
        elif number(cell.value) == one.row.value:
            stands = self.evidence.get((cell.sheet_id, cell.indicator))
            same = (
                one.known
                or not cell.editable
                or (stands is not None and stands.official and not one.row.official)
            )
            one.fate = Fate.SAME if same else Fate.CHANGED
            one.writes = not same
            if not same:
                one.said = m("数值相同,来源和依据改为这一行的")
        else:
            stands = self.evidence.get((cell.sheet_id, cell.indicator))
            self._clash(
                one, ConflictKind.SHEET, cell.value, cell.source, cell.document,
                official=None if stands is None else stands.official,
            )  # fmt: skip

    def _previous(self, one: PlannedRow, cell: Cell) -> None:
        if cell.previous is None and cell.editable:
            one.fate, one.writes, one.previous = Fate.PREVIOUS, True, True
        elif cell.previous is None:
            self._history(one)
        elif number(cell.previous) == one.row.value:
            one.fate = Fate.SAME
        else:
            told = str(m("数据表中的上年数"))
            self._clash(one, ConflictKind.SHEET, cell.previous, told, None, official=None)

    def _history(self, one: PlannedRow) -> None:
        earlier = self.kept[one.key]
        if not earlier:
            one.fate = Fate.BESIDE
            one.said = (
                m("不是本年度和上年度的数,只存为观测值")
                if outside(one.row.period, self.year)
                else m("不是全年数,只存为观测值")
            )
        elif number(earlier[-1].value) == one.row.value:
            one.fate = Fate.SAME
        else:
            last = earlier[-1]
            self._clash(
                one, ConflictKind.SHEET, last.value, last.source, None, official=bool(last.official)
            )

    def _beside(self, one: PlannedRow, first: PlannedRow) -> None:
        """Another row of the list for the same place."""
        if one.row.value == first.row.value:
            one.fate = Fate.SAME
            one.said = m("与第 %(n)s 行是同一数值", n=first.row.row)
        else:
            self._clash(
                one, ConflictKind.LIST, first.row.text, first.row.source, None,
                official=first.row.official,
            )  # fmt: skip

    def _clash(
        self,
        one: PlannedRow,
        kind: ConflictKind,
        other: str,
        source: str | None,
        document: str | None,
        *,
        official: bool | None,
    ) -> None:
        """Two figures for one place; told apart where only one of them is official."""
        if official is not None and official != one.row.official:
            kind = ConflictKind.OFFICIAL
        told = _told(*one.key, None, one.row.text, other)
        if told in self.known:
            one.fate, one.said = Fate.SAME, m("这一矛盾已经登记")
            return
        self.known.add(told)
        one.fate = Fate.CONFLICTING
        one.said = m("%(kind)s:%(other)s(%(source)s)", kind=kind, other=other, source=source or "—")
        self.made.clashes.append(
            Clash(
                one.key, kind, self._binds(one.row.period), one, one.row.text, other, source,
                document,
            )
        )  # fmt: skip

    # the scheme's own checks

    def _checks(self, firsts: Mapping[Place, PlannedRow]) -> None:
        """Figures of one unit and period that contradict each other by a sum or a ratio."""
        scheme = self.desk.scheme
        if not scheme.checks:
            return
        by_period: dict[tuple[int, str], dict[str, PlannedRow]] = defaultdict(dict)
        for (sheet, code, period), row in firsts.items():
            by_period[sheet, period][code] = row
        now = self._standing(firsts)
        for (sheet, period), rows in by_period.items():
            figures = {code: r.row.value for code, r in rows.items() if r.row.value is not None}
            if period == str(self.year):
                whole, may_see = now.get(sheet, ({}, set[str]()))
                figures, seen = whole, may_see
            else:
                figures = self.history.get((sheet, period), {}) | figures
                seen = set(figures)
            for one in contradictions(scheme.checks, figures):
                if set(one.check.reads) & rows.keys():
                    self._contradiction(sheet, period, rows, one, seen)

    def _standing(
        self, firsts: Mapping[Place, PlannedRow]
    ) -> dict[int, tuple[dict[str, Decimal], set[str]]]:
        """Sheet -> the figures of the year assessed as they would stand, and those of the desk."""
        stands: dict[tuple[int, str], Decimal] = {}
        for cell in self.desk.cells:
            value = number(cell.value)
            if value is not None:
                stands[cell.sheet_id, cell.indicator] = value
        for (sheet, code, period), row in firsts.items():
            if period == str(self.year) and row.writes and row.row.value is not None:
                stands[sheet, code] = row.row.value
        return whole_figures(self.conn, self.desk.scheme, stands)

    def _contradiction(
        self,
        sheet: int,
        period: str,
        rows: Mapping[str, PlannedRow],
        one: Contradiction,
        seen: set[str],
    ) -> None:
        code = one.code if one.code in rows else next(c for c in one.check.reads if c in rows)
        row = rows[code]
        others = [c for c in one.check.reads if c != one.code]
        open_to_all = set(one.check.reads) <= seen
        mine = row.row.text if code != one.code else f"{one.figure:f}"
        other = f"{one.other:f}" if open_to_all and code == one.code else None
        told = _told(sheet, code, period, one.check.code, mine, other)
        if told in self.known:
            return
        self.known.add(told)
        if row.fate is not Fate.CONFLICTING:
            row.fate = Fate.CONFLICTING
            row.said = (
                one.sentence
                if open_to_all
                else m("%(title)s:与另一部门提供的数据对不上,请核对", title=one.check.title)
            )
        sources = dict.fromkeys(rows[c].row.source for c in others if c in rows)
        self.made.clashes.append(
            Clash(
                (sheet, code, period), ConflictKind.CHECK, self._binds(period), row, mine, other,
                ",".join(sources) or None if open_to_all else None, check=one.check.code,
            )
        )  # fmt: skip


def _told(
    sheet: int, code: str, period: str, check: str | None, value: str, other: str | None
) -> tuple[Place, str | None, frozenset[Decimal | None]]:
    """What tells one contradiction from another; which figure stands doesn't matter."""
    return (sheet, code, period), check, frozenset((number(value), number(other)))


def _alike(row: ObservationRow, kept: Any) -> bool:
    """Whether the very observation is there: figure and evidence."""
    return number(kept.value) == row.value and (
        kept.source, kept.source_kind or "", kept.address or "", kept.method or "",
        bool(kept.official), kept.note or "",
    ) == (row.source, row.source_kind, row.address, row.method, row.official, row.note)  # fmt: skip

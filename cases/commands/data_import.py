"""A department's figures as a workbook: what is written out, and what a filled one would change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from cases.commands.data_entry import Entry, enter_sheets, period_fault
from cases.errors import Refused
from cases.files.cells import Level, Problem
from cases.files.indicator_sheet import FIGURE_HEADS, NOT_APPLICABLE, FigureReader, FigureRow
from cases.files.table_sheet import TableColumn, TableSheet
from cases.files.workbook import Workbook
from cases.queries.data_checks import findings_of
from cases.queries.data_sheet import Cell, Desk, mark_of
from cases.scoring.plausibility import Finding
from workflow.permissions import Actor
from workflow.vocabulary import ValueState
from workflow.words import Sentence, m

IN_ENGLISH = (
    "Fill in only 本期值 (figure), 所属期 (period), 来源 (source), 佐证文号 (document) and 备注"
    " (remark); the other columns are locked. Without a figure say why in 备注; where the indicator"
    " does not apply write 不适用 as the figure and why in 备注. An empty 所属期 is the year %d."
)
"""The same for who doesn't read Chinese: the heads stay, for they are read back."""
FILLED = frozenset({"本期值", "所属期", "来源", "佐证文号", "备注"})
"""The columns that a provider fills in; the rest of the sheet is locked."""
EVERY = 5_000
WIDTHS = (12, 22, 14, 26, 12, 12, 12, 26, 22, 14, 18, 12, 30)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of a filled workbook against what the desk holds; ``fault`` why it isn't taken."""

    row: FigureRow
    cell: Cell | None
    title: str
    fault: Sentence | None
    fault_at: str = ""
    findings: tuple[Finding, ...] = ()
    """What to look at before taking it over; it may be taken over all the same."""

    @property
    def place(self) -> str:
        """Where the value stands, as the writer sees it."""
        return f"{self.row.sheet}!{self.fault_at or self.row.cell}"

    @property
    def value(self) -> str | None:
        return None if self.row.value is None else f"{self.row.value:f}"

    @property
    def same(self) -> bool:
        """Whether the desk holds it already."""
        return self.cell is not None and (
            self.cell.value,
            self.cell.missing_reason,
            self.cell.source or "",
            self.cell.document or "",
            self.cell.not_applicable,
            self.cell.period,
        ) == (
            self.value,
            self.missing_reason,
            self.row.source,
            self.row.document,
            self.row.not_applicable,
            self.row.period or self.cell.period,
        )

    @property
    def missing_reason(self) -> str | None:
        """The note stands for the reason where there is no figure."""
        return self.row.note or None if self.row.value is None else None

    @property
    def good(self) -> bool:
        return self.fault is None and not self.same


def table_of(desk: Desk) -> TableSheet:
    """The desk's figures in the columns that are read back."""
    columns = [
        TableColumn(h, w, filled=h in FILLED) for h, w in zip(FIGURE_HEADS, WIDTHS, strict=True)
    ]
    note = (
        "只填“本期值”“所属期”“来源”“佐证文号”“备注”,其他列已锁定。没有数值的,在备注写明原因;"
        f"不适用的,本期值写“不适用”,在备注写明原因。所属期不填即 {desk.scheme.year} 年;"
        "用其他年度数据的,在备注写明原因。"
        f" {IN_ENGLISH % desk.scheme.year}"
    )
    return TableSheet("指标", title_of(desk), columns, _lines(desk), note, locked=True)


def checking_table(desk: Desk) -> TableSheet:
    """What a department verifies, with who entered and verified it; it is not read back."""
    columns = [TableColumn(h, w) for h, w in _CHECKED]
    return TableSheet(
        "审核", f"{desk.cycle.title}审核数据", columns, _checked(desk),
        "只供核对,不能导入;审核和退回在网页上办理。 "
        "To be read, not imported; verify and return on the site.", locked=True,
    )  # fmt: skip


_CHECKED = (
    ("单位编码", 12), ("单位名称", 22), ("指标代码", 14), ("指标名称", 26), ("计量单位", 12),
    ("上年值", 12), ("本期值", 12), ("来源", 26), ("佐证文号", 22), ("所属期", 14),
    ("缺失原因或备注", 30), ("提供部门", 22), ("填报人", 12), ("状态", 12), ("审核人", 12),
)  # fmt: skip


def _checked(desk: Desk) -> Iterator[list[str | None]]:
    for column in desk.columns:
        one = column.indicator
        for c in column.cells:
            yield [
                c.unit_code, c.unit, one.code, str(one.title), one.unit, c.previous,
                NOT_APPLICABLE if c.not_applicable else c.value, c.source, c.document, c.period,
                c.missing_reason or c.remark, c.provider, c.entered_name, c.state.zh,
                c.verified_name,
            ]  # fmt: skip


def title_of(desk: Desk) -> str:
    """What stands above the figures of a year; a filled workbook is told by it."""
    return f"{desk.cycle.title}指标数据"


def other_years(book: Workbook, desk: Desk) -> list[Problem]:
    """Sheets of another year of the department, by the title that every downloaded one has."""
    others = {f"{one.title}指标数据": one.title for one in desk.years}
    others.pop(title_of(desk), None)
    found = []
    for sheet in book.sheets:
        for number, cells in sheet.top(1):
            title = others.get(str(cells[0]).strip()) if cells else None
            if title is not None:
                said = m("这是%(told)s的表,现在填报的是%(due)s;请在那一年的页面上传",
                         told=title, due=desk.cycle.title)  # fmt: skip
                found.append(Problem(sheet.name, f"A{number}", said))
    return found


def _lines(desk: Desk) -> Iterator[list[str | None]]:
    for column in desk.columns:
        one = column.indicator
        for c in column.cells:
            yield [
                c.unit_code,
                c.unit,
                one.code,
                str(one.title),
                one.unit,
                c.previous,
                NOT_APPLICABLE if c.not_applicable else c.value,
                c.source,
                c.document,
                c.period,
                "",
                "",
                c.missing_reason or c.remark,
            ]


def read_figures(
    conn: sa.Connection,
    book: Workbook,
    desk: Desk,
    on: date,
    told: Callable[[int], None] = lambda n: None,
) -> tuple[list[Problem], list[Figure]]:
    """Problems of whole sheets, and the rows that hold anything, in the sheet's order.

    ``on`` is the day of reading: a period that isn't over by then is refused at its cell.
    ``told`` hears how many rows were read, now and then.
    """
    reader = FigureReader(book)
    errors = [p for p in reader.problems if p.level is not Level.NOTE] or other_years(book, desk)
    if errors:
        return errors, []
    cells = {(c.unit_code, c.indicator): c for c in desk.cells}
    titles = {column.code: str(column.indicator.title) for column in desk.columns}
    found = []
    for number, row in enumerate(reader.rows(), 1):
        if not _untouched(row):
            cell = cells.get((row.unit_code, row.indicator))
            found.append(_figure(row, cell, titles, (desk.scheme.year, on)))
        if number % EVERY == 0:
            told(number)
    return [], _looked_at(conn, desk, found)


def _looked_at(conn: sa.Connection, desk: Desk, figures: list[Figure]) -> list[Figure]:
    """The figures with what the checks say about them as they would stand."""
    good = {(f.cell.sheet_id, f.row.indicator): f.value for f in figures if f.good and f.cell}
    if not good:
        return figures
    found = findings_of(conn, desk.scheme, desk.cells, good)
    return [
        replace(f, findings=tuple(found.get((f.cell.sheet_id, f.row.indicator), ())))
        if f.good and f.cell
        else f
        for f in figures
    ]


def take(conn: sa.Connection, figures: Sequence[Figure], *, actor: Actor, at: datetime) -> int:
    """Write the figures as drafts, all or none. Raises Refused where a row can't be taken, Stale
    where somebody wrote a value after the workbook was read against the desk."""
    if any(f.fault is not None for f in figures):
        raise Refused([m("表格里有不能写入的行,整份没有写入;改好后重新上传")])
    sheets: dict[int, list[Entry]] = {}
    for figure in figures:
        if figure.good and figure.cell is not None:
            sheets.setdefault(figure.cell.sheet_id, []).append(_entry(figure, figure.cell))
    return enter_sheets(conn, sheets, hand_in=False, actor=actor, at=at)


def _entry(figure: Figure, cell: Cell) -> Entry:
    row = figure.row
    return Entry(
        row.indicator,
        value=figure.value,
        missing_reason=figure.missing_reason,
        not_applicable=row.not_applicable,
        period=figure.row.period or cell.period,
        source=row.source or None,
        document=row.document or None,
        remark=(row.note or None) if row.value is not None else cell.remark,
        previous=cell.previous_value,
        seen=mark_of(cell),
    )


def _swapped(row: FigureRow, cell: Cell, titles: dict[str, str]) -> Sentence | None:
    """Rows pasted one line off: the names beside the codes are another's."""
    if row.unit_name and row.unit_name != cell.unit:
        return m(
            "编码%(code)s是%(unit)s,这一行写的是%(other)s,可能错行",
            code=row.unit_code, unit=cell.unit, other=row.unit_name,
        )  # fmt: skip
    if row.title and row.title != titles[row.indicator]:
        return m(
            "编码%(code)s是“%(title)s”,这一行写的是“%(other)s”,可能错行",
            code=row.indicator, title=titles[row.indicator], other=row.title,
        )  # fmt: skip
    return None


def _untouched(row: FigureRow) -> bool:
    said = row.note or row.source or row.document or row.not_applicable
    return row.value is None and not said and not _odd(row)


def _odd(row: FigureRow) -> bool:
    """Whether a problem is more than the empty figure."""
    return any(p.level is Level.ERROR and p.cell != row.cell for p in row.problems)


def _figure(
    row: FigureRow, cell: Cell | None, titles: dict[str, str], when: tuple[int, date]
) -> Figure:
    first = next((p for p in row.problems if p.level is Level.ERROR), None)
    fault, where = (first.sentence, first.cell) if first else (None, "")
    if fault is None and row.indicator not in titles:
        fault = m("“%(code)s”不是本部门提供的指标", code=row.indicator)
    if fault is None and cell is None:
        fault = m("没有编码为“%(code)s”的单位,或这项指标不考核该单位", code=row.unit_code)
    if fault is None and cell is not None:
        fault = _swapped(row, cell, titles)
        where = f"A{row.row}" if fault is not None else ""
    if fault is None:
        fault = period_fault(row.period, row.note, *when)
        where = row.period_cell if fault is not None else ""
    figure = Figure(row, cell, titles.get(row.indicator, row.indicator), fault, where)
    if fault is None and cell is not None and not cell.editable and not figure.same:
        locked = m("这项数据已报送,不能再改;需要修改的,请审核人退回")
        if cell.state is ValueState.FROZEN:  # no verifier can give it back any more
            locked = m("这项数据已锁定,不能再改;需要修改的,请组织人事部门修订数据")
        return Figure(row, cell, figure.title, locked)
    return figure

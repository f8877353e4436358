"""A department's figures as a workbook: what is written out, and what a filled one would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cases.files.cells import Level, Problem
from cases.files.indicator_sheet import FIGURE_HEADS, FigureReader, FigureRow
from cases.files.table_sheet import TableColumn, TableSheet
from cases.files.workbook import Workbook
from cases.queries.data_sheet import Cell, Desk
from workflow.words import Sentence, m

WIDTHS = (12, 22, 14, 26, 12, 12, 12, 26, 22, 18, 12, 30)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of a filled workbook against what the desk holds; ``fault`` why it isn't taken."""

    row: FigureRow
    cell: Cell | None
    title: str
    fault: Sentence | None

    @property
    def place(self) -> str:
        """Where the value stands, as the writer sees it."""
        return f"{self.row.sheet}!{self.row.cell}"

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
        ) == (self.value, self.missing_reason, self.row.source, self.row.document)

    @property
    def missing_reason(self) -> str | None:
        """The note stands for the reason where there is no figure."""
        return self.row.note or None if self.row.value is None else None

    @property
    def good(self) -> bool:
        return self.fault is None and not self.same


def table_of(desk: Desk) -> TableSheet:
    """The desk's figures in the columns that are read back."""
    columns = [TableColumn(h, w) for h, w in zip(FIGURE_HEADS, WIDTHS, strict=True)]
    note = "只填“本期值”“来源”“佐证文号”“备注”。没有数值的,在备注写明原因。"
    return TableSheet("指标", f"{desk.cycle.title}指标数据", columns, _lines(desk), note)


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
                c.value,
                c.source,
                c.document,
                "",
                "",
                c.missing_reason or c.remark,
            ]


def read_figures(book: Workbook, desk: Desk) -> tuple[list[Problem], list[Figure]]:
    """Problems of whole sheets, and the rows that hold anything, in the sheet's order."""
    reader = FigureReader(book)
    errors = [p for p in reader.problems if p.level is not Level.NOTE]
    if errors:
        return errors, []
    cells = {(c.unit_code, c.indicator): c for c in desk.cells}
    titles = {column.code: str(column.indicator.title) for column in desk.columns}
    rows = (r for r in reader.rows() if not _untouched(r))
    return [], [_figure(r, cells.get((r.unit_code, r.indicator)), titles) for r in rows]


def _untouched(row: FigureRow) -> bool:
    return row.value is None and not (row.note or row.source or row.document) and not _odd(row)


def _odd(row: FigureRow) -> bool:
    """Whether a problem is more than the empty figure."""
    return any(p.level is Level.ERROR and p.cell != row.cell for p in row.problems)


def _figure(row: FigureRow, cell: Cell | None, titles: dict[str, str]) -> Figure:
    fault = next((p.sentence for p in row.problems if p.level is Level.ERROR), None)
    if fault is None and row.indicator not in titles:
        fault = m("“%(code)s”不是本部门提供的指标", code=row.indicator)
    if fault is None and cell is None:
        fault = m("没有编码为“%(code)s”的单位,或这项指标不考核该单位", code=row.unit_code)
    figure = Figure(row, cell, titles.get(row.indicator, row.indicator), fault)
    if fault is None and cell is not None and not cell.editable and not figure.same:
        locked = m("这项数据已报送,不能再改;需要修改的,请审核人退回")
        return Figure(row, cell, figure.title, locked)
    return figure

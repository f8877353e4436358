"""The empty roster workbook that an office fills in, and the same workbook filled from rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from cases.files.roster_columns import PERSON_COLUMNS, UNIT_COLUMNS, Column
from cases.files.table_sheet import Kind, TableColumn, TableSheet, Value, write_tables

INSTRUCTIONS = (
    "一行一个单位,填在“单位”表;一行一人一职,填在“人员”表。一人多职的分行填写,只有一行“主要职务”填“是”。",
    "排序号、职务排序按规范次序填整数,以后的名单、表格都按这个次序。",
    "不要合并单元格,不要用公式,不要隐藏行、列和表。身份号码一列设为文本。",
    "领导职务的试任期填“任职试用期”,新录用人员的试用期填“新录用试用期”,都填截止日期。",
    "双管单位在“协管机关”填协助管理的机关;由管理机关考核,协管机关出具书面意见。",
    "表头可以增列、调整顺序;不认识的列不读取,也不报错。",
)
COUNTED = frozenset({"sort_no", "post_sort", "head_count"})


def write_roster(
    path: str | Path,
    units: Iterable[Mapping[str, Value]] = (),
    people: Iterable[Mapping[str, Value]] = (),
    *,
    title: str = "",
) -> int:
    """Write the roster workbook (单位, 人员, 填写说明); without rows it is the empty template.

    Rows map the fields of ``UNIT_COLUMNS`` and ``PERSON_COLUMNS``; absent fields stay empty.
    """
    return write_tables(
        path,
        (
            TableSheet("单位", f"{title}单位表", _heads(UNIT_COLUMNS), _rows(UNIT_COLUMNS, units)),
            TableSheet(
                "人员", f"{title}人员表", _heads(PERSON_COLUMNS), _rows(PERSON_COLUMNS, people)
            ),
            TableSheet("填写说明", "填写说明", _GUIDE, _guide()),
        ),
    )


_GUIDE = (TableColumn("表", 8), TableColumn("列", 20), TableColumn("说明", 70))


def _heads(columns: Sequence[Column]) -> tuple[TableColumn, ...]:
    return tuple(
        TableColumn(
            column.head + ("*" if column.required else ""),
            column.width,
            Kind.NUMBER if column.field in COUNTED else Kind.TEXT,
            column.choices,
        )
        for column in columns
    )


def _rows(columns: Sequence[Column], rows: Iterable[Mapping[str, Value]]) -> Iterator[list[Value]]:
    for row in rows:
        yield [row.get(column.field) for column in columns]


def _guide() -> Iterator[list[Value]]:
    for line in INSTRUCTIONS:
        yield ["", "", line]
    for name, columns in (("单位", UNIT_COLUMNS), ("人员", PERSON_COLUMNS)):
        for column in columns:
            must = "必填。" if column.required else ""
            also = f"也可写作:{'、'.join(column.also)}。" if column.also else ""
            hint = f"{column.hint}。" if column.hint else ""
            if must or hint or also:
                yield [name, column.head, must + hint + also]

"""Indicator values out of a workbook."""

import datetime
import io
from decimal import Decimal

import pytest
import xlsxwriter

from cases.files.cell_values import BadCell
from cases.files.indicator_sheet import FigureReader, FigureRow, read_decimal
from cases.files.workbook import open_workbook

HEADS = ["单位编码", "指标编码", "上年值", "本期值", "来源", "文号", "提供部门", "日期", "备注"]


def rows(
    *lines: list[object], heads: list[str] | None = None
) -> tuple[FigureReader, list[FigureRow]]:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("指标")
        sheet.write_row(0, 0, heads or HEADS)
        for number, line in enumerate(lines, 1):
            sheet.write_row(number, 0, line)
    reader = FigureReader(open_workbook(stream.getvalue()))
    return reader, list(reader.rows())


def test_a_plain_value_is_read_exactly() -> None:
    reader, (row,) = rows(["X1", "rd", 2.1, "2.35", "年报", "1号", "B1", "2026.01.15", ""])
    assert reader.problems == []
    assert (row.value, row.previous) == (Decimal("2.35"), Decimal("2.1"))
    assert row.reported_on == datetime.date(2026, 1, 15)
    assert row.ok
    assert row.cell == "D2"


def test_a_missing_value_needs_a_reason() -> None:
    _, (bare, told) = rows(["X1", "rd"], ["X2", "rd", "", "", "", "", "", "", "监测设备检修"])
    assert [(p.cell, str(p.sentence)) for p in bare.problems] == [
        ("D2", "没有数值的,请在备注写明缺报原因")
    ]
    assert told.ok
    assert told.value is None


def test_duplicates_and_missing_columns_are_named() -> None:
    _, found = rows(["X1", "rd", 1, 1], ["X1", "rd", 1, 2])
    assert [(p.cell, str(p.sentence)) for p in found[1].problems] == [
        ("B3", "与第 2 行是同一单位同一指标,重复")
    ]
    reader, _ = rows(heads=["指标编码", "上期值", "来源"])
    assert [str(p.sentence) for p in reader.problems] == ["缺少“单位编码”列", "缺少“本期值”列"]


@pytest.mark.parametrize(
    "cell",
    [
        "12%",
        "1,000",
        "２.35",
        datetime.date(2026, 1, 15),
        True,
        "NaN",
        "Infinity",
        "1e400",
        "1e99",
        float("inf"),
        1e300,
        "0.1234567890123",
        "约 3",
        "1" * 30,
        "3 家",
        "1_000",
    ],
)
def test_no_number_is_refused(cell: object) -> None:
    with pytest.raises(BadCell):
        read_decimal(cell)


@pytest.mark.parametrize(
    ("cell", "value"), [(90.1, "90.1"), (0.1, "0.1"), (5.0, "5"), ("-3.20", "-3.20"), (0, "0")]
)
def test_numbers_are_exact(cell: object, value: str) -> None:
    assert read_decimal(cell).value == Decimal(value)


def test_not_applicable_needs_its_reason() -> None:
    _, (bare, told) = rows(
        ["X1", "rd", "", "不适用"], ["X2", "rd", "", "不适用", "", "", "", "", "没有规上企业"]
    )
    assert [(p.cell, str(p.sentence)) for p in bare.problems] == [
        ("D2", "不适用的,请在备注写明原因")
    ]
    assert (told.ok, told.not_applicable, told.value) == (True, True, None)

"""Exports: text stays text, whatever it begins with."""

import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from cases.files.table_sheet import Kind, TableColumn, sheet_name, write_table
from cases.files.workbook import open_workbook

ATTACKS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '"=1', "=HYPERLINK(\"x\")",
    "{=1}", "http://example.org", "mailto:a@b", "%0A=1", "'=1", "=cmd|' /C calc'!A0",
)  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS)
def test_write_table_never_makes_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "名单.xlsx"
    write_table(path, text, [TableColumn(text)], [[text]], note=text)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    for row in range(1, 5):
        assert sheet.cell(row, 1).data_type == "s"
        assert sheet.cell(row, 1).hyperlink is None
    assert open_workbook(path).problems() == []


def test_write_table_types_and_counts(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    columns = [
        TableColumn("姓名"),
        TableColumn("人数", kind=Kind.NUMBER),
        TableColumn("得分", kind=Kind.DECIMAL),
        TableColumn("日期", kind=Kind.DATE),
    ]
    day = datetime.date(2026, 3, 10)
    count = write_table(path, "表", columns, (row for row in [["𠮷明", 3, Decimal("90.1"), day]]))
    assert count == 1
    rows = list(open_workbook(path).sheets[0].rows())
    assert rows[-1] == (3, ["𠮷明", 3.0, 90.1, day])


def test_write_table_is_the_same_twice(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_table(tmp_path / name, "表", [TableColumn("甲")], [["乙"], [None], [True]])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_write_table_drops_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_table(path, "表", [TableColumn("甲")], [["a\x00b\x0bc" + "长" * 40_000]])
    ((_, (text,)),) = [r for r in open_workbook(path).sheets[0].rows() if r[0] == 3]
    assert str(text).startswith("abc长")
    assert len(str(text)) == 32_767


@pytest.mark.parametrize(
    ("title", "name"),
    [("名单[1]:甲/乙", "名单1甲乙"), ("", "表1"), ("长" * 40, "长" * 31), ("'甲'", "甲")],
)
def test_sheet_name_is_acceptable(title: str, name: str) -> None:
    assert sheet_name(title) == name


def test_text_columns_stay_text_below_the_rows_and_offer_choices(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_table(path, "表", [TableColumn("性别", choices=("男", "女"))], [["男"]])
    sheet = openpyxl.load_workbook(path).worksheets[0]
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ('"男,女"', "A3:A2003")
    assert sheet.column_dimensions["A"].number_format == "@"

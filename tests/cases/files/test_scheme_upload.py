"""The workbook of a scheme: both ways without loss; every mistake with its sheet and cell."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cases.files.cells import Unreadable
from cases.files.scheme_sheet import write_scheme
from cases.files.scheme_slips import strange_sheets
from cases.files.scheme_swaps import swapped_rows
from cases.files.scheme_upload import read_scheme
from cases.files.workbook import open_workbook
from cases.scoring.drafting.difference import OWN
from cases.scoring.scheme import check_indicators
from tests.scheme_shapes import city, province


def half(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key in OWN}


def rich() -> dict[str, Any]:
    """Every kind of field a document can have."""
    document = city()
    groups = document["indicators"]
    groups[0] |= {"aggregate": "geometric", "availability": 0.5, "fill": "region", "given": True}
    below = {str(row["code"]): "-1/2" for row in groups[1]["children"]}
    groups[1] |= {
        "aggregate": "product",
        "exponents": below,
        "chain": [{"link": "line", "times": -1, "add": 1}, {"link": "transform", "how": "exp"}],
        "rescale": {"method": "minmax", "cohort": "all"},
    }
    leaf = groups[0]["children"][0]
    leaf |= {
        "method": "bands",
        "parameters": {"table": [[0, 40], [8.5, 80], ["29/3", 100]], "interpolate": "linear"},
        "chain": [
            {"link": "denominate", "by": "people", "per": 10000},
            {"link": "winsorise", "points": 5, "skewness": 2.5},
            {"link": "transform", "how": "ln"},
        ],
        "cohort": "parent",
        "range": {"low": 0, "high": 20},
        "path": {"form": "sum", "months": [2, 8, 15, 25, 35, 45, 55, 65, 75, 85, 95, 100]},
        "additive": False,
    }
    groups[0]["children"][1] |= {
        "method": "rank_table",
        "parameters": {"table": [100, 95.5, 90], "ties": "mean"},
    }
    document["series"] = [{"code": "people", "title": "常住人口", "unit": "万人"}]
    document["checks"] = [
        {"code": "c1", "title": "比值", "ratio": ["edu_years", "college_pct"], "low": 0.1}
    ]
    document["red_lines"] = [
        {"code": "r1", "title": "水质", "indicator": "piped_water_pct", "below": "2/3",
         "cap": "good"},
        {"code": "r2", "title": "事故", "item": "work_safety", "cap": "fair"},
    ]  # fmt: skip
    return document


def written(tmp_path: Path, document: dict[str, Any]) -> Path:
    path = tmp_path / "scheme.xlsx"
    write_scheme(path, document)
    return path


@pytest.mark.parametrize("make", [city, rich, province])
def test_workbook_read_back_is_the_same_half(tmp_path: Path, make: Any) -> None:
    document = make()
    assert check_indicators(document)[1] == ()
    read = read_scheme(open_workbook(written(tmp_path, document).read_bytes()))
    assert read.document == half(document)


def test_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    first = written(tmp_path, rich()).read_bytes()
    assert written(tmp_path, rich()).read_bytes() == first


def test_listed_indicators_stay_a_list(tmp_path: Path) -> None:
    document = city()
    document["weights"] = {"method": "equal", "by_class": {"county": ["innovation", "edu_years"]}}
    read = read_scheme(open_workbook(written(tmp_path, document).read_bytes()))
    assert read.document["weights"] == document["weights"]


def test_layout_is_locked_but_for_the_cells_to_fill_in(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path, city()))
    assert book.sheetnames == [
        "方案", "类别", "指标", "权重", "加减分项", "底线", "辅助数据", "核对关系",
        "得分构成", "民主测评", "时间安排", "说明",
    ]  # fmt: skip
    sheet = book["权重"]
    assert sheet.protection.sheet
    assert (sheet["C1"].protection.locked, sheet["C3"].protection.locked) == (True, False)
    book.close()


BAD: list[tuple[str, str, Any, str]] = [
    ("权重", "D3", "二十八", "应填数字，例如 12.5"),
    ("权重", "D3", "２８", "请改为半角数字"),
    ("权重", "D3", "1,028", "请去掉千位分隔符"),
    ("权重", "D3", "28%", "请去掉百分号"),
    ("权重", "D3", datetime.datetime(2025, 1, 28), "这一格是日期，应填数字"),
    ("权重", "D3", 1e300, "数值过大或不是数"),
    ("权重", "D3", "1e400", "应填数字，例如 12.5"),
    ("权重", "D3", "NaN", "应填数字，例如 12.5"),
    ("权重", "A4", "innovation", "代码重复，第 3 行已有"),
    ("权重", "E1", "county.core", "类别“county.core”写了两列"),
    ("指标", "B3", "nowhere", "没有代码为“nowhere”的上级"),
    ("指标", "B2", "edu_years", "上级互相循环，请核对"),
    ("指标", "A4", "edu_years", "代码重复，第 3 行已有"),
    ("类别", "A4", "county.core", "代码重复，第 3 行已有"),
    ("指标", "A1", "编号", "不认识的列，请按下载的表填写"),
    ("方案", "A2", "代号", "不认识的项目，请按下载的表填写"),
    ("方案", "A6", "考核年度", "项目重复，第 5 行已有"),
    ("方案", "C3", "备注", "这一列没有表头"),
    ("权重", "A4", "nothing", "没有指标“nothing”"),
    ("权重", "D1", "county.none", "没有类别“county.none”"),
    ("权重", "B4", "每百人大学文化程度人数",
     "“每百人大学文化程度人数”的代码是“college_pct”，与这里的代码不符，请核对是否错位"),
    ("权重", "D2", "产业发展类",
     "“产业发展类”的代码是“county.industry”，与这里的代码不符，请核对是否错位"),
    ("指标", "分类别目标值3", "county.core=11\ncounty.core=12", "“county.core”写了两次"),
    ("指标", "计分参数4", "min=0\nmin=5", "“min”写了两次"),
    ("指标", "计分前变换4", "winsorise points=5 points=6", "“points”写了两次"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "cell", "value", "told"), BAD)
def test_mistake_is_told_with_its_sheet_and_cell(
    tmp_path: Path, sheet: str, cell: str, value: Any, told: str
) -> None:
    path = written(tmp_path, city())
    book = openpyxl.load_workbook(path)
    for head in book[sheet][1]:  # a cell may be told by its head
        if head.value and cell == f"{head.value}{cell[-1]}":
            cell = f"{head.column_letter}{cell[-1]}"
    book[sheet][cell].value = value
    book.save(path)
    with pytest.raises(Unreadable) as wrong:
        read_scheme(open_workbook(path.read_bytes()))
    found = {(p.sheet, p.cell): str(p.sentence) for p in wrong.value.problems}
    assert (sheet, cell) in found
    assert found[sheet, cell].replace(",", "，") == told


def test_unbalanced_weights_are_told_at_the_groups_cell(tmp_path: Path) -> None:
    path = written(tmp_path, city())
    book = openpyxl.load_workbook(path)
    book["权重"]["D4"].value = 17
    book.save(path)
    read = read_scheme(open_workbook(path.read_bytes()))
    problems = read.placed(check_indicators(read.document)[1])
    assert [(p.sheet, p.cell) for p in problems] == [("权重", "D3")]


def test_missing_parameter_is_told_at_its_row(tmp_path: Path) -> None:
    path = written(tmp_path, city())
    book = openpyxl.load_workbook(path)
    heads = [cell.value for cell in book["指标"][1]]
    column = heads.index("计分方法") + 1
    book["指标"].cell(3, column).value = "按位次递减"
    book.save(path)
    read = read_scheme(open_workbook(path.read_bytes()))
    problems = read.placed(check_indicators(read.document)[1])
    place = openpyxl.utils.get_column_letter(heads.index("计分参数") + 1)
    assert [(p.sheet, p.cell) for p in problems] == [("指标", f"{place}3")]


@pytest.mark.parametrize(
    ("change", "sheet", "told"),
    [
        (lambda b: b.copy_worksheet(b["指标"]), "指标 Copy", "不认识的表"),
        (lambda b: setattr(b["得分构成"], "title", "得分"), "得分", "不认识的表"),
        (lambda b: setattr(b.copy_worksheet(b["指标"]), "title", "指标 "), "指标 ", "这张表有两份"),
        (lambda b: b.remove(b["民主测评"]), "民主测评", "没有“民主测评”这张表"),
    ],
)
def test_sheet_copied_renamed_or_taken_out_is_named(
    tmp_path: Path, change: Any, sheet: str, told: str
) -> None:
    path = written(tmp_path, city())
    book = openpyxl.load_workbook(path)
    known = {*book.sheetnames}
    change(book)
    book.save(path)
    found = list(strange_sheets(open_workbook(path.read_bytes()), known, ("民主测评",)))
    assert [(p.sheet, p.cell) for p in found] == [(sheet, "")]
    assert str(found[0].sentence).startswith(told)


@pytest.mark.parametrize(
    ("sheet", "moved", "first", "only", "told"),
    [
        (
            "权重",
            {4: 5, 5: 4},
            3,
            None,
            [("A4", "每百人大学文化程度人数"), ("A5", "十五岁以上人口平均受教育年限")],
        ),
        (
            "权重",
            {4: 7, 7: 8, 8: 4},
            3,
            None,
            [
                ("A4", "常住人口城镇化率"),
                ("A7", "第一产业就业占比"),
                ("A8", "十五岁以上人口平均受教育年限"),
            ],
        ),
        (
            "权重",
            {4: 5, 5: 4},
            3,
            5,
            [("A4", "每百人大学文化程度人数"), ("A5", "十五岁以上人口平均受教育年限")],
        ),
        ("权重", {4: 5, 5: 4}, 4, 4, []),
        (
            "指标",
            {4: 7, 7: 4},
            5,
            None,
            [("4", "第一产业就业占比"), ("7", "每百人大学文化程度人数")],
        ),
    ],
    ids=["two", "round", "some-classes", "one-figure", "contents"],
)
def test_rows_that_changed_places_are_told(
    tmp_path: Path, sheet: str, moved: dict[int, int], first: int, only: int | None, told: Any
) -> None:
    """Everything beside the codes pasted a row off; one figure alone is how points are moved."""
    path = written(tmp_path, city())
    book = openpyxl.load_workbook(path)
    held = book[sheet]
    columns = range(first, (only or held.max_column) + 1)
    was = {(row, c): held.cell(row, c).value for row in moved for c in columns}
    for row, source in moved.items():
        for c in columns:
            held.cell(row, c).value = was[source, c]
    book.save(path)
    found = swapped_rows(city(), read_scheme(open_workbook(path.read_bytes())))
    assert [(p.sheet, p.cell, str(p.sentence).split("“")[1].split("”")[0]) for p in found] == [
        (sheet, *one) for one in told
    ]


def test_weights_that_miss_by_a_hair_are_written_out(tmp_path: Path) -> None:
    document = city()
    document["weights"]["by_class"]["county.core"]["edu_years"] = "18.0000000001"
    said = [str(sentence) for _, sentence in check_indicators(document)[1]]
    assert said == ["权重合计应为 28,现为 28.0000000001"]


def test_missing_sheet_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, city())
    book = openpyxl.load_workbook(path)
    del book["底线"]
    book.save(path)
    with pytest.raises(Unreadable) as wrong:
        read_scheme(open_workbook(path.read_bytes()))
    assert [(p.sheet, p.cell) for p in wrong.value.problems] == [("底线", "")]

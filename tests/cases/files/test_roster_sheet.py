"""A roster workbook into rows: heads in any order, every problem at its cell."""

import datetime
import io
from pathlib import Path

import pytest
import xlsxwriter

from cases.files.cell_values import check_character
from cases.files.cells import Level
from cases.files.roster_columns import PERSON_COLUMNS, UNIT_COLUMNS
from cases.files.roster_rows import PersonRow, UnitRow
from cases.files.roster_sheet import RosterReader
from cases.files.roster_template import write_roster
from cases.files.workbook import open_workbook
from workflow.vocabulary import PostRank, Track

HEADS = ["单位编码", "姓名", "性别", "出生年月", "公民身份号码", "职务", "职务类别", "主要职务"]


def number(serial: int, born: str = "19750312", man: bool = True) -> str:
    first = f"990101{born}{serial:02d}{1 if man else 2}"
    return first + check_character(first)


def person(serial: int, name: str = "张三", **other: object) -> list[object]:
    row: dict[str, object] = {
        "单位编码": "YZ01",
        "姓名": name,
        "性别": "男",
        "出生年月": "1975.03",
        "公民身份号码": number(serial),
        "职务": "局长",
        "职务类别": "正职",
        "主要职务": "是",
    }
    row.update(other)
    return [row[head] for head in HEADS]


def reader(*rows: list[object], heads: list[str] | None = None, above: int = 0) -> RosterReader:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("人员")
        if above:
            sheet.merge_range(0, 0, 0, 3, "云州市领导干部名册")
        sheet.write_row(above, 0, HEADS if heads is None else heads)
        for index, row in enumerate(rows, above + 1):
            sheet.write_row(index, 0, row)
    return RosterReader(open_workbook(stream.getvalue()))


def found(row: PersonRow | UnitRow) -> list[tuple[str, str, Level]]:
    return [(p.cell, str(p.sentence), p.level) for p in row.problems]


def errors(row: PersonRow | UnitRow) -> list[tuple[str, str]]:
    return [(cell, text) for cell, text, level in found(row) if level is Level.ERROR]


def test_people_read_a_plain_row() -> None:
    roster = reader(person(1), above=2)
    assert roster.problems == []
    (row,) = roster.people()
    assert found(row) == []
    assert (row.sheet, row.row, row.cell, row.ok) == ("人员", 4, "B4", True)
    assert (row.unit, row.name, row.born, row.post) == ("YZ01", "张三", "1975-03", "局长")
    assert (row.post_rank, row.track, row.primary) == (PostRank.CHIEF, Track.LEADING_CADRE, True)


@pytest.mark.parametrize(
    ("change", "cell", "sentence"),
    [
        ({"姓名": ""}, "B2", "没有填写"),
        ({"姓名": "张3"}, "B2", "姓名里有不该有的字符:3"),
        ({"性别": "M"}, "C2", "应为:男、女"),
        ({"出生年月": "三月"}, "D2", "年月写法不认识,请写成 1975.03"),
        ({"公民身份号码": ""}, "E2", "没有填写"),
        ({"公民身份号码": "990101197503120011"}, "E2", "公民身份号码校验位不对,请核对"),
        ({"职务": ""}, "F2", "没有填写"),
        ({"职务": "长" * 121}, "F2", "超过 120 个字"),
        ({"职务类别": "一把手"}, "G2", "应为:正职、副职、其他"),
        ({"主要职务": "也许"}, "H2", "应填“是”或“否”"),
        ({"单位编码": ""}, "A2", "没有填写"),
    ],
)
def test_people_error_at_its_cell(change: dict[str, object], cell: str, sentence: str) -> None:
    (row,) = reader(person(1, **change)).people()
    assert (cell, sentence) in errors(row)
    assert not row.ok


def test_people_notes_do_not_refuse() -> None:
    (row,) = reader(
        person(1, "艾力•买\u200b提", 性别="女", 出生年月="1975.04", 单位编码="ＹＺ０１")
    ).people()
    assert row.ok
    assert row.name == "艾力•买\u200b提"
    assert row.unit == "YZ01"
    assert {cell for cell, _, level in found(row) if level is Level.NOTE} == {
        "A2",
        "B2",
        "C2",
        "D2",
    }


def test_people_all_problems_of_a_row_come_at_once() -> None:
    (row,) = reader(person(1, 性别="M", 出生年月="x", 职务="", 主要职务="?")).people()
    assert {cell for cell, _ in errors(row)} == {"C2", "D2", "F2", "H2"}


def test_people_duplicates_point_at_the_first_row() -> None:
    rows = list(
        reader(
            person(1),
            person(1),
            person(1, 职务="书记"),
            person(1, 职务="主任", 主要职务="否"),
            person(1, "李四", 职务="委员", 主要职务="否"),
            person(2),
            person(3, "王己"),
            person(4, "王已"),
        ).people()
    )
    assert errors(rows[1]) == [("F3", "与第 2 行是同一人同一职务,重复")]
    assert errors(rows[2]) == [("H4", "第 2 行已是此人的主要职务,只能有一个")]
    assert errors(rows[3]) == []
    assert errors(rows[4]) == [("E6", "身份号码与第 2 行相同,姓名不同")]
    assert found(rows[5]) == [("B7", "与第 2 行同名,是两个人", Level.NOTE)]
    assert found(rows[7]) == [("B9", "与第 8 行的姓名形近,请核对", Level.NOTE)]


def test_heads_in_any_order_with_other_words() -> None:
    heads = ["序号", "姓 名", "身份证号*", "工作单位", "现任\n职务(全称)", "正副职", "星座"]
    roster = reader([1, "李㛃", number(9), "市水务局", "局长", "正职", "?"], heads=heads)
    assert [(p.cell, str(p.sentence), p.level) for p in roster.problems] == [
        ("G1", "“星座”列不认识,未读取", Level.NOTE)
    ]
    assert roster.ready
    (row,) = roster.people()
    assert (row.name, row.unit, row.post, row.post_sort) == ("李㛃", "市水务局", "局长", 1)


def test_missing_and_doubled_columns_are_named() -> None:
    roster = reader(["张三", "局长", "张三"], heads=["姓名", "职务", "姓名", "性别"])
    assert [(p.cell, str(p.sentence)) for p in roster.problems] == [
        ("C1", "“姓名”列重复"),
        ("1", "缺少“公民身份号码”列"),
        ("1", "缺少“职务类别”列"),
        ("1", "缺少“单位编码”或“单位名称”列"),
    ]
    assert not roster.ready


def test_no_roster_at_all_is_said() -> None:
    roster = reader(["a", "b"], heads=["x", "y"])
    assert [str(p.sentence) for p in roster.problems] == [
        "没有认出表头,这张表未读取",
        "没有找到单位表或人员表:表头里应有“单位名称”或“姓名”",
    ]


def test_merges_and_formulas_below_the_heads_refuse() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("人员")
        sheet.write_row(0, 0, HEADS)
        sheet.merge_range("A2:A3", "YZ01")
        sheet.write_formula("D2", "=1")
    roster = RosterReader(open_workbook(stream.getvalue()))
    assert [p.cell for p in roster.problems] == ["D2", "A2"]
    assert not roster.ready


def test_template_is_read_back_empty_and_clean(tmp_path: Path) -> None:
    path = tmp_path / "花名册.xlsx"
    write_roster(path)
    roster = RosterReader(open_workbook(path))
    assert roster.ready
    assert (list(roster.units()), list(roster.people())) == ([], [])


def test_written_roster_comes_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "花名册.xlsx"
    units = [
        {
            "code": "YZ01", "name": "云州市水务局", "short_name": "市水务局", "parent": "YZ",
            "unit_class": "gov.economy", "level": "市直", "sort_no": 10, "managing_organ": "YZZZ",
            "assisting_organ": "SLT", "has_body": "是", "head_count": 36, "note": "虚构",
        },
        {"code": "YZ01", "name": "甲", "parent": "YZ01", "sort_no": "x"},
    ]  # fmt: skip
    people = [
        {
            "unit_code": "YZ01", "name": "买买提·艾力", "gender": "男", "born": "1975.03",
            "id_number": number(5), "ethnicity": "维吾尔族", "party": "中共党员", "post": "副局长",
            "post_sort": 2, "post_rank": "副职", "rank": "一级调研员", "managing_organ": "YZZZ",
            "track": "公务员", "held_since": "2021.06", "primary": "否", "comment_by": "甲乙",
            "trial_until": "2025.06.01至2026.05.31", "probation_until": "否",
            "retired_on": "2025.09", "duties": "分管=水", "note": "虚构",
        },
        {
            "unit_code": "YZ01", "name": "丙", "id_number": number(6), "post": "科员",
            "post_rank": "其他", "probation_until": "是",
        },
    ]  # fmt: skip
    write_roster(path, units, people, title="云州市")
    roster = RosterReader(open_workbook(path))
    assert roster.ready
    first, second = roster.units()
    assert found(first) == []
    assert (first.code, first.parent, first.sort_no, first.has_body) == ("YZ01", "YZ", 10, True)
    assert (first.unit_class, first.assisting_organ, first.head_count) == ("gov.economy", "SLT", 36)
    assert errors(second) == [
        ("A4", "单位编码与第 3 行重复"),
        ("D4", "上级单位不能是本单位"),
        ("G4", "应填整数"),
    ]
    one, two = roster.people()
    assert found(one) == []
    assert (one.trial_until, one.probation_until) == (datetime.date(2026, 5, 31), None)
    assert (one.retired_on, one.primary) == (datetime.date(2025, 9, 30), False)
    assert (one.track, one.held_since, one.rank) == (Track.CIVIL_SERVANT, "2021-06", "一级调研员")
    assert one.duties == "分管=水"
    assert errors(two) == [("S4", "请填写试用期截止日期,如 2026.05.31")]


def test_every_column_is_a_field_of_its_row() -> None:
    for columns, row in ((UNIT_COLUMNS, UnitRow), (PERSON_COLUMNS, PersonRow)):
        assert {c.field for c in columns} <= set(row.__dataclass_fields__)


def test_csv_roster_is_people() -> None:
    line = ",".join(str(value) for value in person(1))
    roster = RosterReader(open_workbook(f"{','.join(HEADS)}\n{line}\n".encode("gb18030")))
    assert roster.problems == []
    assert [row.name for row in roster.people()] == ["张三"]

"""The columns of a roster: how offices head them, and where the heads stand on a sheet."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from cases.files.cells import Level, Problem, address
from cases.files.workbook import Cell, Sheet
from workflow.vocabulary import PostRank
from workflow.words import m

HEAD_ROWS = 12
"""Rows searched for the heads; titles, notes and dates stand above them."""
LEAST_HEADS = 3
BRACKETED = re.compile(r"[((【\[].*?[))】\]]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``field`` of the row, the head we print, other heads we know, what to write."""

    field: str
    head: str
    also: tuple[str, ...] = ()
    required: bool = False
    hint: str = ""
    width: int = 12
    choices: tuple[str, ...] = ()


YES_NO = ("是", "否")
RANK_WORDS = tuple(word.zh for word in PostRank)
TRACK_WORDS = ("领导干部", "公务员")

UNIT_COLUMNS: tuple[Column, ...] = (
    Column("code", "单位编码", ("单位代码", "机构编码", "编码"), True, "全市唯一,不随名称变动"),
    Column("name", "单位名称", ("单位", "机构名称", "单位全称"), True, "规范全称", 28),
    Column("short_name", "单位简称", ("简称",), width=16),
    Column("parent", "上级单位", ("上级单位编码", "隶属单位", "主管部门"), hint="填单位编码"),
    Column("unit_class", "单位类别", ("类别", "考核类别", "单位分类"), hint="按考核方案的分类填写"),
    Column("level", "层级", ("单位层级", "级别", "机构层级")),
    Column(
        "sort_no", "排序号", ("单位排序", "序号", "排序", "顺序号"), hint="规范排序,整数", width=8
    ),
    Column("managing_organ", "管理机关", ("主管机关", "管理机关编码"), hint="填单位编码"),
    Column("assisting_organ", "协管机关", ("协管单位", "双管协管机关"), hint="双管单位填写"),
    Column("has_body", "是否考核领导班子", ("领导班子", "班子考核"), hint="是或否", choices=YES_NO),
    Column("head_count", "在职人数", ("人数", "编制人数", "实有人数"), width=8),
    Column("note", "备注", ("说明",), width=24),
)

PERSON_COLUMNS: tuple[Column, ...] = (
    Column("unit_code", "单位编码", ("单位代码", "机构编码"), hint="与单位表一致"),
    Column("unit_name", "单位名称", ("单位", "工作单位", "所在单位", "机构名称"), width=28),
    Column("name", "姓名", ("干部姓名", "人员姓名"), True, "与身份证一致,两字名不加空格"),
    Column("gender", "性别", (), hint="男或女", width=6, choices=("男", "女")),
    Column("born", "出生年月", ("出生日期", "出生时间"), hint="如 1975.03"),
    Column(
        "id_number",
        "公民身份号码",
        ("身份证号", "身份证号码", "身份证", "公民身份证号码"),
        True,
        "18 位,单元格设为文本",
        22,
    ),
    Column("ethnicity", "民族", (), width=10),
    Column("party", "政治面貌", ("党派",)),
    Column("post", "职务", ("现任职务", "职务名称", "单位职务"), True, width=28),
    Column(
        "post_sort",
        "职务排序",
        ("班子排序", "排序号", "排序", "顺序号", "序号"),
        hint="班子内规范排序,整数",
        width=8,
    ),
    Column(
        "post_rank", "职务类别", ("正副职", "职务层次"), True, "正职、副职或其他", 8, RANK_WORDS
    ),
    Column("rank", "职级", ("职务职级",)),
    Column("managing_organ", "管理机关", ("干部管理机关", "主管机关"), hint="填单位编码"),
    Column("track", "干部类别", ("人员类别", "类别"), hint="领导干部或公务员", choices=TRACK_WORDS),
    Column("held_since", "任现职时间", ("任职时间", "现职时间"), hint="如 2021.06"),
    Column(
        "primary",
        "主要职务",
        ("是否主要职务", "主职"),
        hint="一人多职时只有一行填是",
        width=8,
        choices=YES_NO,
    ),
    Column("comment_by", "评语人", ("写评语的领导", "主管领导"), hint="填姓名"),
    Column("trial_until", "任职试用期", ("领导职务任职试用期", "任职试用期至"), hint="截止日期"),
    Column("probation_until", "新录用试用期", ("录用试用期", "新录用试用期至"), hint="截止日期"),
    Column("retired_on", "退休时间", ("退休日期",)),
    Column("duties", "从事或分管工作", ("分管工作", "工作分工"), width=36),
    Column("note", "备注", ("说明",), width=24),
)


@dataclass(frozen=True, slots=True)
class Heads:
    """Where the heads of a sheet stand: row as shown, field -> column from 0, cells across."""

    row: int
    columns: dict[str, int]
    width: int
    problems: tuple[Problem, ...]


def plain_head(cell: Cell) -> str:
    """A head without spaces, line breaks, stars and bracketed remarks."""
    text = BRACKETED.sub("", unicodedata.normalize("NFKC", str(cell)))
    return "".join(text.split()).strip("*:：")


def find_heads(
    sheet: Sheet, rows: list[tuple[int, list[Cell]]], columns: tuple[Column, ...]
) -> Heads | None:
    """The row that names most columns among the first rows; None when fewer than three match."""
    known = known_heads(columns)
    best: Heads | None = None
    for number, cells in rows:
        found = _match(sheet.name, number, cells, known)
        if len(found.columns) >= LEAST_HEADS and (
            best is None or len(found.columns) > len(best.columns)
        ):
            best = found
    return best


def known_heads(columns: tuple[Column, ...]) -> dict[str, list[str]]:
    """Head as written -> fields it may stand for, the column's own head first."""
    known: dict[str, list[str]] = {}
    for column in columns:
        known.setdefault(column.head, []).insert(0, column.field)
    for column in columns:
        for head in column.also:
            known.setdefault(head, []).append(column.field)
    return known


def _match(sheet: str, number: int, cells: list[Cell], known: dict[str, list[str]]) -> Heads:
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    exact_first = sorted(enumerate(cells), key=lambda pair: plain_head(pair[1]) not in known)
    for index, cell in exact_first:
        head = plain_head(cell)
        if not head:
            continue
        fields = known.get(head, [])
        free = next((field for field in fields if field not in columns), None)
        place = address(number, index)
        if free is not None:
            columns[free] = index
        elif fields:
            problems.append(Problem(sheet, place, m("“%(head)s”列重复", head=head)))
        else:
            problems.append(_unknown(sheet, place, head))
    return Heads(number, columns, len(cells), tuple(problems))


def _unknown(sheet: str, place: str, head: str) -> Problem:
    return Problem(sheet, place, m("“%(head)s”列不认识,未读取", head=head), Level.NOTE)


def missing(
    sheet: Sheet, heads: Heads, columns: tuple[Column, ...], either: tuple[str, str] | None = None
) -> list[Problem]:
    """Required columns that are not there; of ``either`` one is enough."""
    place = str(heads.row)
    found = [
        Problem(sheet.name, place, m("缺少“%(head)s”列", head=column.head))
        for column in columns
        if column.required and column.field not in heads.columns
    ]
    if either and not any(field in heads.columns for field in either):
        names = {column.field: column.head for column in columns}
        found.append(
            Problem(
                sheet.name,
                place,
                m("缺少“%(a)s”或“%(b)s”列", a=names[either[0]], b=names[either[1]]),
            )
        )
    return found

"""Typed rows of a roster: one unit, or one person in one post, each with what is wrong with it."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from cases import names
from cases.files.cell_values import (
    BadCell,
    Reading,
    as_text,
    narrow,
    read_day,
    read_flag,
    read_id_number,
    read_month,
    read_number,
)
from cases.files.cells import Level, Problem, address
from cases.files.roster_columns import Heads
from cases.files.workbook import Cell
from workflow.vocabulary import PostRank, Track
from workflow.words import Sentence, m

T = TypeVar("T")
LONGEST = {"name": 60, "post": 120, "duties": 500, "note": 500, "address": 1000}
LONGEST_TEXT = 200
RANKS = {word.zh: word for word in PostRank}
TRACKS = {
    "领导干部": Track.LEADING_CADRE,
    "公务员": Track.CIVIL_SERVANT,
    "非领导成员": Track.CIVIL_SERVANT,
    "非领导成员公务员": Track.CIVIL_SERVANT,
}
GENDERS = ("男", "女")
TRIVIAL = frozenset({"", "否", "无", "-", "—"})


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit. References (``parent``, organs) are codes or names as written."""

    sheet: str
    row: int
    cell: str
    code: str
    name: str
    short_name: str
    parent: str
    unit_class: str
    level: str
    sort_no: int | None
    managing_organ: str
    assisting_organ: str
    has_body: bool
    head_count: int | None
    note: str
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """No error on this row; notes don't count."""
        return all(p.level is Level.NOTE for p in self.problems)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in one post. Months are ``YYYY-MM``; ``name`` is exactly as written."""

    sheet: str
    row: int
    cell: str
    unit_code: str
    unit_name: str
    name: str
    gender: str
    born: str
    id_number: str
    ethnicity: str
    party: str
    post: str
    post_sort: int | None
    post_rank: PostRank
    rank: str
    managing_organ: str
    track: Track
    held_since: str
    primary: bool
    comment_by: str
    trial_until: datetime.date | None
    probation_until: datetime.date | None
    retired_on: datetime.date | None
    duties: str
    note: str
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """No error on this row; notes don't count."""
        return all(p.level is Level.NOTE for p in self.problems)

    @property
    def unit(self) -> str:
        """The unit's code, or its name where the sheet has no codes."""
        return self.unit_code or self.unit_name


class RowReader:
    """Reads the cells of one row by field and collects what is wrong with them."""

    __slots__ = ("cells", "columns", "number", "problems", "sheet")

    def __init__(self, sheet: str, number: int, cells: list[Cell], heads: Heads) -> None:
        self.sheet = sheet
        self.number = number
        self.columns = heads.columns
        # A short row of a CSV is filled up; the cell after the last stands for absent columns.
        self.cells = [*cells, *[""] * (heads.width - len(cells)), ""]
        self.problems: list[Problem] = []

    def raw(self, field: str) -> Cell:
        return self.cells[self.columns.get(field, -1)]

    def place(self, field: str) -> str:
        """Address of the field's cell; of column A where the sheet has no such column."""
        return address(self.number, self.columns.get(field, 0))

    def problem(self, field: str, sentence: Sentence, level: Level = Level.ERROR) -> None:
        self.problems.append(Problem(self.sheet, self.place(field), sentence, level))

    def text(self, field: str, *, required: bool = False) -> str:
        cell = self.cells[self.columns.get(field, -1)]
        value = "" if cell == "" else as_text(cell)
        if not value:
            if required:
                self.problem(field, m("没有填写"))
            return ""
        if len(value) > LONGEST.get(field, LONGEST_TEXT):
            self.problem(field, m("超过 %(n)s 个字", n=LONGEST.get(field, LONGEST_TEXT)))
        return sys.intern(value)  # many rows say the same: one copy is a third of the memory

    def code(self, field: str, *, required: bool = False) -> str:
        value = self.text(field, required=required)
        if value.isascii():
            return value
        reading = narrow(value)
        if reading.note:
            self.problem(field, reading.note, Level.NOTE)
        return reading.value

    def value(self, field: str, read: Callable[[object], Reading[T]]) -> T | None:
        cell = self.raw(field)
        if cell == "":
            return None
        try:
            reading = read(cell)
        except BadCell as bad:
            self.problem(field, bad.sentence)
            return None
        if reading.note:
            self.problem(field, reading.note, Level.NOTE)
        return reading.value

    def flag(self, field: str, default: bool) -> bool:
        cell = self.raw(field)
        if cell == "":
            return default
        try:
            return read_flag(cell)
        except BadCell as bad:
            self.problem(field, bad.sentence)
            return default

    def until(self, field: str) -> datetime.date | None:
        """The end of a probation or trial term; 否 and an empty cell mean there is none."""
        text = as_text(self.raw(field))
        if text in TRIVIAL:
            return None
        if text == "是":
            self.problem(field, m("请填写试用期截止日期,如 2026.05.31"))
            return None
        return self.value(field, read_day)

    def choice(self, field: str, words: dict[str, T], default: T) -> T:
        text = as_text(self.raw(field))
        if not text:
            return default
        found = words.get(text)
        if found is None:
            self.problem(field, m("应为:%(options)s", options="、".join(words)))
            return default
        return found


class Seen:
    """What earlier rows said: all that duplicates, twins and primary posts are told by."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self.posts: dict[tuple[str, str, str], int] = {}
        self.primary: dict[str, int] = {}
        self.people: dict[str, tuple[int, str]] = {}
        self.forms: dict[tuple[str, str], tuple[int, str]] = {}
        self.lookalikes: dict[tuple[str, str], tuple[int, str]] = {}


def read_unit(row: RowReader, seen: Seen) -> UnitRow:
    """A unit; its code may stand once."""
    code = row.code("code", required=True)
    first = seen.codes.setdefault(code, row.number)
    if code and first != row.number:
        row.problem("code", m("单位编码与第 %(n)s 行重复", n=first))
    parent = row.code("parent")
    if code and parent == code:
        row.problem("parent", m("上级单位不能是本单位"))
    name, short_name = row.text("name", required=True), row.text("short_name")
    unit_class, level = row.text("unit_class"), row.text("level")
    sort_no, head_count = row.value("sort_no", read_number), row.value("head_count", read_number)
    managing, assisting = row.code("managing_organ"), row.code("assisting_organ")
    has_body, note = row.flag("has_body", False), row.text("note")
    return UnitRow(
        sheet=row.sheet,
        row=row.number,
        cell=row.place("name"),
        code=code,
        name=name,
        short_name=short_name,
        parent=parent,
        unit_class=unit_class,
        level=level,
        sort_no=sort_no,
        managing_organ=managing,
        assisting_organ=assisting,
        has_body=has_body,
        head_count=head_count,
        note=note,
        problems=tuple(row.problems),
    )


def read_person(row: RowReader, seen: Seen) -> PersonRow:
    """A person in a post. Findings against earlier rows are added last."""
    name = names.exact(row.text("name", required=True))
    _check_name(row, name)
    gender = sys.intern(as_text(row.raw("gender")))
    if gender and gender not in GENDERS:
        row.problem("gender", m("应为:%(options)s", options="、".join(GENDERS)))
    id_number = row.value("id_number", read_id_number) or ""
    if row.raw("id_number") == "":
        row.problem("id_number", m("没有填写"))
    unit_code, unit_name = row.code("unit_code"), row.text("unit_name")
    if not unit_code and not unit_name:
        row.problem("unit_code" if "unit_code" in row.columns else "unit_name", m("没有填写"))
    values: dict[str, object] = {
        "gender": gender,
        "born": row.value("born", read_month) or "",
        "held_since": row.value("held_since", read_month) or "",
        "post": row.text("post", required=True),
        "post_sort": row.value("post_sort", read_number),
        "post_rank": row.choice("post_rank", RANKS, PostRank.OTHER),
        "managing_organ": row.code("managing_organ"),
        "track": row.choice("track", TRACKS, Track.LEADING_CADRE),
        "primary": row.flag("primary", True),
        "trial_until": row.until("trial_until"),
        "probation_until": row.until("probation_until"),
        "retired_on": row.until("retired_on"),
    }
    for field in ("ethnicity", "party", "rank", "comment_by", "duties", "note"):
        values[field] = row.text(field)
    person = PersonRow(
        sheet=row.sheet,
        row=row.number,
        cell=row.place("name"),
        unit_code=unit_code,
        unit_name=unit_name,
        name=name,
        id_number=id_number,
        problems=(),
        **values,  # type: ignore[arg-type]
    )
    _compare_with_number(row, person)
    _compare_with_earlier(row, person, seen)
    return replace(person, problems=tuple(row.problems)) if row.problems else person


def _check_name(row: RowReader, name: str) -> None:
    if strange := names.strange_characters(name):
        row.problem("name", m("姓名里有不该有的字符:%(c)s", c=strange))
    form = names.normal(name)
    if form.hidden:
        row.problem("name", m("姓名里有看不见的字符,已照原样保留,比对时不计"), Level.NOTE)
    if form.spaced:
        row.problem("name", m("姓名中间有空格,已照原样保留,比对时不计"), Level.NOTE)
    if form.dotted:
        row.problem("name", m("姓名里的间隔号不是“·”,已照原样保留,比对时视为相同"), Level.NOTE)


def _compare_with_number(row: RowReader, person: PersonRow) -> None:
    number = person.id_number
    if not number:
        return
    if person.born and person.born != f"{number[6:10]}-{number[10:12]}":
        row.problem("born", m("与身份号码里的出生年月不同,以档案认定为准"), Level.NOTE)
    if person.gender and person.gender != GENDERS[1 - int(number[16]) % 2]:
        row.problem("gender", m("与身份号码里的性别不同,请核对"), Level.NOTE)


def _compare_with_earlier(row: RowReader, person: PersonRow, seen: Seen) -> None:
    number, here = person.id_number, row.number
    form = names.normal_form(person.name)
    if number:
        first, earlier = seen.people.setdefault(number, (here, form))
        if earlier != form:
            row.problem("id_number", m("身份号码与第 %(n)s 行相同,姓名不同", n=first))
        post = seen.posts.setdefault((number, person.unit, person.post), here)
        if post != here:
            row.problem("post", m("与第 %(n)s 行是同一人同一职务,重复", n=post))
        elif person.primary and seen.primary.setdefault(number, here) != here:
            main = seen.primary[number]
            row.problem("primary", m("第 %(n)s 行已是此人的主要职务,只能有一个", n=main))
    _compare_names(row, person, form, seen)


def _compare_names(row: RowReader, person: PersonRow, form: str, seen: Seen) -> None:
    first, number = seen.forms.setdefault((person.unit, form), (row.number, person.id_number))
    if first != row.number and number != person.id_number:
        row.problem("name", m("与第 %(n)s 行同名,是两个人", n=first), Level.NOTE)
    key = names.lookalike_key(person.name)
    first, other = seen.lookalikes.setdefault((person.unit, key), (row.number, form))
    if other != form:
        row.problem("name", m("与第 %(n)s 行的姓名形近,请核对", n=first), Level.NOTE)

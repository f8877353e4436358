"""Shares, ballot and timetable in a scheme's workbook: one sheet each, a row a field, both ways.

The first column names the field and is locked with its section and label; only the last is filled
in. A part that the document doesn't have gets no sheet, and a sheet that isn't there changes
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cases.files.cell_values import BadCell, as_text
from cases.files.cells import Level, Problem, Unreadable, address
from cases.files.scheme_columns import code_of, label_of
from cases.files.scheme_slips import out_of_line
from cases.files.scheme_upload import figure
from cases.files.table_sheet import TableColumn, TableSheet
from cases.files.workbook import Workbook, sheet_problems
from cases.scoring.drafting import typed
from cases.scoring.drafting.fields import Field
from cases.scoring.drafting.settings import (
    SETTINGS,
    roomy,
    sections_of,
    settings_fields,
    settled_part,
)
from cases.scoring.drafting.values import texts
from cases.scoring.reading import Problem as Told
from workflow.words import m

SETTINGS_SHEETS = {"shares": "得分构成", "ballot": "民主测评", "timetable": "时间安排"}
HEADS = ("项目代码", "分组", "项目", "填写")
WIDTHS = (34, 26, 34, 30)
SPARE = 2
"""Empty rows for new groups, options and dates, besides the one that pages have."""
_MOST_ROUNDS = 60
Rows = dict[str, tuple[Any, str]]
"""Field -> what its cell holds, and the cell."""


def settings_tables(document: Mapping[str, Any]) -> list[TableSheet]:
    """The sheets of the parts that the document has."""
    return [_table(part, document) for part in SETTINGS if part in document]


def _table(part: str, document: Mapping[str, Any]) -> TableSheet:
    room = roomy(part, document, SPARE)
    rows: list[list[str | None]] = []
    for title, fields in sections_of(part, room):
        shown = texts(room, fields)
        rows += [
            [one.key, str(title), str(one.label), _shown(one, shown[one.key])] for one in fields
        ]
    columns = [
        TableColumn(head, width, filled=head == HEADS[-1])
        for head, width in zip(HEADS, WIDTHS, strict=True)
    ]
    return TableSheet(SETTINGS_SHEETS[part], str(SETTINGS[part]), columns, rows, locked=True)


def _shown(field: Field, text: str) -> str:
    return label_of(field, text) if field.choices and text else text


@dataclass(frozen=True, slots=True)
class SettingsBook:
    """The three sheets of a workbook as they were filled in; a part without a sheet is missing."""

    parts: Mapping[str, Rows]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field -> what it is called beside its code, by part."""

    def into(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The document with the parts of the workbook. Raises Unreadable with every bad cell."""
        found = dict(document)
        for part, rows in self.parts.items():
            _in_line(part, found, rows, self.labels.get(part, {}))
            found = _settled(part, found, rows)
        return found

    def placed(self, problems: Sequence[Told]) -> list[Problem]:
        """What the checks say of the parts that the workbook has, at the cells it comes from."""
        found = []
        for path, sentence in problems:
            key = path.replace("[", ".").replace("]", "")
            part = key.split(".")[0]
            if part in self.parts:
                cell = _nearest(key, self.parts[part])
                found.append(Problem(SETTINGS_SHEETS[part], cell, sentence))
        return found


def read_settings(book: Workbook) -> SettingsBook:
    """The sheets as filled in. Raises Unreadable with the cell of every mistake."""
    problems: list[Problem] = []
    parts: dict[str, Rows] = {}
    labels: dict[str, dict[str, str]] = {}
    for part, name in SETTINGS_SHEETS.items():
        sheet = book.sheet(name)
        if sheet is None:
            continue
        parts[part], labels[part] = {}, {}
        heads = 0
        for number, cells in sheet.rows():
            line = [*cells, *[""] * len(HEADS)]
            for place in (i for i in range(len(HEADS), len(line)) if as_text(line[i])):
                problems.append(Problem(name, address(number, place), m("这一列没有表头")))
            if not heads:
                heads = number if as_text(line[0]) == HEADS[0] else 0
                problems += _heads(name, number, line) if heads else []
                continue
            key = as_text(line[0])
            labels[part][key] = as_text(line[2])
            if not key or key in parts[part]:
                said = m("必须填写") if not key else m("不认识的项目,请按下载的表填写")
                problems.append(Problem(name, address(number, 0), said))
                continue
            parts[part][key] = (line[3], address(number, 3))
        if not heads:
            problems.append(Problem(name, "A1", m("第一列应为“%(head)s”", head=HEADS[0])))
        problems += sheet_problems(sheet.facts, heads)
    _refuse(problems)
    return SettingsBook(parts, labels)


def _heads(name: str, number: int, line: Sequence[Any]) -> list[Problem]:
    """Columns that were moved or renamed."""
    return [
        Problem(name, address(number, i), m("这一列应为“%(head)s”", head=head))
        for i, head in enumerate(HEADS)
        if as_text(line[i]) != head
    ]


def _in_line(part: str, document: Mapping[str, Any], rows: Rows, labels: Mapping[str, str]) -> None:
    """Raises Unreadable where a field's code stands beside the name of another of its group."""
    groups: dict[str, dict[str, str]] = {}
    for one in settings_fields(part, roomy(part, document, SPARE)):
        groups.setdefault(one.key.rpartition(".")[0], {})[one.key] = str(one.label)
    problems = []
    for key, (_, cell) in rows.items():
        said = out_of_line(key, labels.get(key, ""), groups.get(key.rpartition(".")[0], {}))
        if said is not None:
            problems.append(Problem(SETTINGS_SHEETS[part], cell, said))
    _refuse(problems)


def _refuse(problems: Sequence[Problem]) -> None:
    wrong = tuple(p for p in problems if p.level is Level.ERROR)
    if wrong:
        raise Unreadable(wrong)


def _settled(part: str, document: dict[str, Any], rows: Rows) -> dict[str, Any]:
    """Fields follow from rows: each round knows those of the rows that the last one made."""
    left = len(rows) + 1
    for _ in range(_MOST_ROUNDS):
        fields = {one.key: one for one in settings_fields(part, document)}
        unknown = [key for key in rows if key not in fields and as_text(rows[key][0])]
        document = settled_part(part, document, _read(part, rows, fields))
        if not unknown or len(unknown) == left:
            break
        left = len(unknown)
    _refuse(
        [
            Problem(
                SETTINGS_SHEETS[part], rows[key][1], m("没有这一项:前面的代码没有填,或者已经删去")
            )
            for key in unknown
        ]
    )
    return document


def _read(part: str, rows: Rows, fields: Mapping[str, Field]) -> dict[str, str]:
    problems: list[Problem] = []
    told: dict[str, str] = {}
    for key, (cell, place) in rows.items():
        field = fields.get(key)
        if field is None:
            continue
        try:
            told[key] = _text(field, cell)
        except BadCell as bad:
            problems.append(Problem(SETTINGS_SHEETS[part], place, bad.sentence))
    _refuse(problems)
    return told


def _text(field: Field, cell: Any) -> str:
    if field.kind == "number":
        return typed.shown(figure(cell))
    text = as_text(cell)
    if not field.choices or not text:
        return text
    code = code_of(field, text)
    if code is None:
        words = "、".join(label_of(field, one) for one, _ in field.choices)
        raise BadCell(m("只能填写:%(words)s", words=words))
    return code


def _nearest(key: str, rows: Rows) -> str:
    """The cell of the field, or of the first one below or beside it."""
    while key:
        for known, (_, cell) in rows.items():
            if known == key or known.startswith(f"{key}."):
                return cell
        key = key.rpartition(".")[0]
    return "D1"

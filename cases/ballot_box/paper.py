"""Paper ballots as typed: one mark a cell, two entries compared, a file of marks read, what counts.

A form is a row of marks in the order of the printed sheets: an option's key, EMPTY for a row left
blank, MULTIPLE where more than one option was ticked. A sheet with MULTIPLE, over a limit or
without a mark is invalid; the other sheets of the same form still count.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cases.ballot_box.envelope import sheet_faults
from cases.ballot_box.package import Option, Package, Row, Sheet
from cases.ballot_box.refusals import BallotBoxRefusal
from workflow.words import Sentence, m

EMPTY, MULTIPLE = "", "x"
Form = tuple[str, ...]
_MOST_BYTES = 500_000
"""Below the size from which the web server spools an upload to a temporary file."""
_BLANK_WORDS = ("", "0", "-", "未填", "空")
_MULTIPLE_WORDS = ("x", "×", "*", "多选")


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of the form: ``number`` counts from 1 over all sheets of the group."""

    number: int
    sheet: Sheet
    row: Row

    def mark_of(self, text: str) -> str | None:
        """The mark that a person or a machine wrote, or None when it is none of this sheet's.

        Taken: the option's place (1, 2, ...), its key, its title; 0 or nothing; x for several.
        """
        told = unicodedata.normalize("NFKC", text).strip().lower()
        if told in _BLANK_WORDS:
            return EMPTY
        if told in _MULTIPLE_WORDS:
            return MULTIPLE
        for place, option in enumerate(self.sheet.options, 1):
            if told in (str(place), option.key.lower(), option.title.zh, option.title.en.lower()):
                return option.key
        return None

    def option(self, mark: str) -> Option | None:
        """The option of a mark, or None for EMPTY and MULTIPLE."""
        return next((o for o in self.sheet.options if o.key == mark), None)

    def digit(self, mark: str) -> str:
        """The key to press for a mark: its place, 0 or x."""
        places = {o.key: str(n) for n, o in enumerate(self.sheet.options, 1)}
        return {EMPTY: "0", MULTIPLE: MULTIPLE}.get(mark) or places[mark]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two entries of one form disagree."""

    form: int
    cell: Cell
    first: str
    second: str


class MarksRefused(BallotBoxRefusal):
    """A file of marks can't be taken; ``cells`` says where and why, as (address, sentence)."""

    def __init__(self, cells: Sequence[tuple[str, Sentence]]) -> None:
        self.cells = tuple(cells)
        super().__init__(*(m("%(cell)s:%(why)s", cell=at, why=why) for at, why in self.cells))


def cells_of(package: Package, group: str) -> tuple[Cell, ...]:
    """Every cell of the form that a voter of this group fills in."""
    pairs = [(sheet, row) for sheet in package.sheets_for(group) for row in sheet.rows]
    return tuple(Cell(n, sheet, row) for n, (sheet, row) in enumerate(pairs, 1))


_PLACES = "123456789abcdefghijklmnopq"
_UNTYPED = "-"


def packed(package: Package, group: str, form: Form | None) -> str:
    """A form as one letter a cell, of one length whatever was marked; None for one not typed."""
    cells = cells_of(package, group)
    if form is None:
        return _UNTYPED * len(cells)
    return "".join(_letter(cell, mark) for cell, mark in zip(cells, form, strict=True))


def _letter(cell: Cell, mark: str) -> str:
    if mark in (EMPTY, MULTIPLE):
        return "0" if mark == EMPTY else MULTIPLE
    return _PLACES[[o.key for o in cell.sheet.options].index(mark)]


def unpacked(package: Package, group: str, letters: str) -> Form | None:
    """The form again."""
    if letters.startswith(_UNTYPED):
        return None
    return tuple(
        {"0": EMPTY, MULTIPLE: MULTIPLE}[letter]
        if letter in ("0", MULTIPLE)
        else cell.sheet.options[_PLACES.index(letter)].key
        for cell, letter in zip(cells_of(package, group), letters, strict=True)
    )


def is_form(package: Package, group: str, form: Sequence[str]) -> bool:
    """Whether these are marks for every cell of this group's form."""
    cells = cells_of(package, group)
    return len(form) == len(cells) and all(
        mark in (EMPTY, MULTIPLE) or cell.option(mark) is not None
        for cell, mark in zip(cells, form, strict=True)
    )


def invalid_sheets(package: Package, group: str, form: Form) -> dict[str, list[Sentence]]:
    """Sheet key -> why this sheet of the form doesn't count; {} when all count."""
    found: dict[str, list[Sentence]] = {}
    for sheet, marks in _by_sheet(package, group, form).items():
        rows = {subject: mark for subject, mark in marks.items() if mark not in (EMPTY, MULTIPLE)}
        faults = sheet_faults(sheet, rows)
        if MULTIPLE in marks.values():
            faults = [m("“%(sheet)s”有一行画了两个以上的选项", sheet=sheet.title.word), *faults]
        elif not rows:
            faults = [m("“%(sheet)s”一项都没有画", sheet=sheet.title.word)]
        if faults:
            found[sheet.key] = faults
    return found


def choices_of(package: Package, group: str, form: Form) -> dict[str, dict[str, str]]:
    """What counts of a form: sheet key -> subject -> option key; {} for an invalid ballot."""
    invalid = invalid_sheets(package, group, form)
    return {
        sheet.key: {subject: mark for subject, mark in marks.items() if mark != EMPTY}
        for sheet, marks in _by_sheet(package, group, form).items()
        if sheet.key not in invalid
    }


def _by_sheet(package: Package, group: str, form: Form) -> dict[Sheet, dict[str, str]]:
    found: dict[Sheet, dict[str, str]] = {}
    for cell, mark in zip(cells_of(package, group), form, strict=True):
        found.setdefault(cell.sheet, {})[cell.row.subject] = mark
    return found


def differences(
    package: Package, group: str, first: Sequence[Form], second: Sequence[Form]
) -> list[Difference]:
    """Cell by cell, in the order of the forms."""
    cells = cells_of(package, group)
    return [
        Difference(number, cell, one, two)
        for number, (a, b) in enumerate(zip(first, second, strict=True), 1)
        for cell, one, two in zip(cells, a, b, strict=True)
        if one != two
    ]


def settled(first: Sequence[Form], final: Mapping[tuple[int, int], str]) -> list[Form]:
    """The forms with the marks of the third look: (form, cell number) -> mark."""
    return [
        tuple(final.get((n, c), mark) for c, mark in enumerate(form, 1))
        for n, form in enumerate(first, 1)
    ]


def read_marks(content: bytes, package: Package, group: str, forms: int) -> list[Form]:
    """A CSV file of an optical reader or a spreadsheet: a heading line, then one line a form.

    First column: the number written on the form, 1 to ``forms``, each once; then one column a cell.
    Raises MarksRefused with every wrong cell by its address (B7).
    """
    lines = _lines(content)
    cells = cells_of(package, group)
    faults: list[tuple[str, Sentence]] = []
    found: dict[int, Form] = {}
    for at, line in enumerate(lines[1:], 2):
        number = _number(line, at, forms, found, faults)
        wide = [text for text in line[1:] if text.strip()][len(cells) :]
        if len(line) - 1 < len(cells) or wide:
            asked, given = len(cells), len(line) - 1
            faults.append((f"A{at}", m("应有 %(n)s 列,这里有 %(got)s 列", n=asked, got=given)))
            continue
        marks = [_mark(c, line[c.number], _address(c.number, at), faults) for c in cells]
        found[number] = tuple(marks)
    missing = sorted(set(range(1, forms + 1)) - set(found))
    if missing and not faults:
        faults.append(("A", m("缺编号 %(n)s 的票", n="、".join(map(str, missing[:10])))))
    if faults:
        raise MarksRefused(faults)
    return [found[n] for n in range(1, forms + 1)]


def _lines(content: bytes) -> list[list[str]]:
    if len(content) > _MOST_BYTES:
        raise MarksRefused([("A1", m("文件过大,应是一场测评一类纸质票的数据"))])
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        lines = [line for line in csv.reader(io.StringIO(text)) if any(c.strip() for c in line)]
        if len(lines) > 1:
            return lines
        break
    raise MarksRefused([("A1", m("文件里没有数据,第一行是表头,以后每行一张票"))])


def _number(
    line: Sequence[str],
    at: int,
    forms: int,
    found: Mapping[int, Form],
    faults: list[tuple[str, Sentence]],
) -> int:
    text = unicodedata.normalize("NFKC", line[0]).strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= number <= forms:
        faults.append((f"A{at}", m("编号应是 1 至 %(n)s", n=forms)))
    elif number in found:
        faults.append((f"A{at}", m("编号 %(n)s 重复", n=number)))
    return number


def _mark(cell: Cell, text: str, at: str, faults: list[tuple[str, Sentence]]) -> str:
    mark = cell.mark_of(text)
    if mark is None:
        most = len(cell.sheet.options)
        faults.append((at, m("“%(text)s”不是选项,应是 0 至 %(n)s 或 x", text=text[:20], n=most)))
    return mark or EMPTY


def _address(column: int, line: int) -> str:
    """The address of a spreadsheet cell; column 0 is A."""
    letters, rest = "", column + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        letters = chr(65 + place) + letters
    return f"{letters}{line}"


def heading(package: Package, group: str) -> list[str]:
    """The heading line of a file of marks."""
    return ["编号", *(f"{c.sheet.title.zh}-{c.row.name}" for c in cells_of(package, group))]

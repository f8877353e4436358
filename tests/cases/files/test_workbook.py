"""Workbooks: what is refused before parsing, what is found, what is read."""

import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from cases.files.cells import Unreadable, address, column_index, column_letters
from cases.files.package import Limits
from cases.files.workbook import open_workbook

Build = Callable[[xlsxwriter.Workbook], None]


def book(build: Build) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as workbook:
        build(workbook)
    return stream.getvalue()


def plain(workbook: xlsxwriter.Workbook) -> None:
    workbook.add_worksheet("人员").write_row(0, 0, ["姓名", "职务"])


def replaced(data: bytes, change: Callable[[str, bytes], bytes | None], **extra: bytes) -> bytes:
    """The package with its parts changed (None drops one) and others added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.infolist():
            changed = change(part.filename, old.read(part))
            if changed is not None:
                new.writestr(part.filename, changed)
        for name, content in extra.items():
            new.writestr(name, content)
    return out.getvalue()


def with_parts(parts: dict[str, bytes]) -> bytes:
    return replaced(book(plain), lambda _, old: old, **parts)


def with_sheet(xml: str) -> bytes:
    def change(name: str, old: bytes) -> bytes:
        return xml.encode() if name == "xl/worksheets/sheet1.xml" else old

    return replaced(book(plain), change)


def sheet_xml(rows: str, *, tail: str = "", cols: str = "", prolog: str = "") -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<worksheet xmlns="{space}">'
        f"{cols}<sheetData>{rows}</sheetData>{tail}</worksheet>"
    )


def lying(data: bytes, name: str, size: int) -> bytes:
    """The directory's uncompressed size of one part changed to ``size``."""
    changed = bytearray(data)
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(name.encode()))
    changed[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(changed)


def shifted(data: bytes) -> bytes:
    """The end record says the directory starts later than it does, so offsets turn negative."""
    changed = bytearray(data)
    at = data.rfind(b"PK\x05\x06")
    start = struct.unpack("<I", data[at + 16 : at + 20])[0]
    changed[at + 16 : at + 20] = struct.pack("<I", start + 70_000)
    return bytes(changed)


BIG = b"<a>" + b" " * 30_000_000 + b"</a>"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'
FAR = '<row r="1"><c r="{}" t="inlineStr"><is><t>x</t></is></c></row>'

REFUSED: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "truncated": lambda: book(plain)[:-200],
    "half": lambda: book(plain)[:2000],
    "ratio": lambda: with_parts({"xl/media/x.xml": BIG}),
    "many parts": lambda: with_parts({f"xl/p{n}.xml": b"<a/>" for n in range(300)}),
    "macro": lambda: with_parts({"xl/vbaProject.bin": b"x"}),
    "macro in capitals": lambda: with_parts({"xl/VBAPROJECT.BIN": b"x"}),
    "macro sheet": lambda: with_parts({"xl/macrosheets/sheet1.xml": b"<a/>"}),
    "external link": lambda: with_parts({"xl/externalLinks/externalLink1.xml": b"<a/>"}),
    "connections": lambda: with_parts({"xl/connections.xml": b"<a/>"}),
    "embedded": lambda: with_parts({"xl/embeddings/oleObject1.bin": b"x"}),
    "activex": lambda: with_parts({"xl/activeX/activeX1.bin": b"x"}),
    "encrypted": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "not a workbook": lambda: replaced(
        book(plain), lambda n, old: None if n == "xl/workbook.xml" else old
    ),
    "no relations": lambda: replaced(
        book(plain), lambda n, old: None if n.endswith("workbook.xml.rels") else old
    ),
    "no sheet part": lambda: replaced(
        book(plain), lambda n, old: None if n.endswith("sheet1.xml") else old
    ),
    "same part twice": lambda: with_parts({"XL/Workbook.xml": b"<a/>"}),
    "entities in a sheet": lambda: with_sheet(sheet_xml(CELL, prolog=ENTITIES)),
    "entities elsewhere": lambda: replaced(
        book(plain),
        lambda n, old: (
            f"<?xml version='1.0'?>{ENTITIES}<sst>&b;</sst>".encode()
            if n.endswith("sharedStrings.xml")
            else old
        ),
    ),
    "broken xml": lambda: with_sheet(sheet_xml(CELL)[:-9]),
    "unknown encoding": lambda: with_sheet(sheet_xml(CELL).replace("UTF-8", "UTF-88")),
    "directory shifted": lambda: shifted(book(plain)),
    "cell in another row": lambda: with_sheet(sheet_xml(FAR.format("A9"))),
    "far column": lambda: with_sheet(sheet_xml(FAR.format("XFD1"))),
    "far row": lambda: with_sheet(
        sheet_xml('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')
    ),
    "row without end": lambda: with_sheet(sheet_xml('<row r="9' + "9" * 5000 + '"/>')),
    "no such column": lambda: with_sheet(sheet_xml(FAR.format("a1"))),
    "smaller than told": lambda: lying(book(plain), "xl/workbook.xml", 9_999_999),
    "larger than told": lambda: lying(book(plain), "xl/workbook.xml", 100),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_open_workbook_refuses_what_harms(kind: str) -> None:
    data = REFUSED[kind]()
    started = time.thread_time()
    with pytest.raises(Unreadable) as refused:
        open_workbook(data)
    assert time.thread_time() - started < 0.5
    assert all(str(p.sentence) for p in refused.value.problems)


def test_open_workbook_refuses_a_declared_size_before_inflating() -> None:
    data = with_parts({"xl/media/a.xml": b"<a>" + bytes(range(32, 127)) * 20_000 + b"</a>"})
    with pytest.raises(Unreadable, match="超过 1 MB"):
        open_workbook(data, Limits(unpacked_bytes=1 << 20))


def test_open_workbook_refuses_too_wide_a_rectangle() -> None:
    rows = FAR.format("Z1") + '<row r="9000"><c r="A9000"><v>1</v></c></row>'
    with pytest.raises(Unreadable, match="Z9000"):
        open_workbook(with_sheet(sheet_xml(rows)), Limits(cells=100_000))


def test_old_formats_say_what_to_do() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    with pytest.raises(Unreadable, match="旧格式的文件"):
        open_workbook(ole, filename="花名册.XLS")
    with pytest.raises(Unreadable, match="密码"):
        open_workbook(ole, filename="花名册.xlsx")


def cells_of(data: bytes) -> list[tuple[str, str]]:
    return [(p.cell, str(p.sentence)[:6]) for p in open_workbook(data).problems()]


def test_problems_of_formulas_merges_and_hidden_parts() -> None:
    def build(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("人员")
        sheet.merge_range("B3:C4", "合并")
        sheet.write_formula("D7", "=1+1")
        sheet.write_formula("E8", "=1/0", None, "#DIV/0!")
        sheet.set_row(8, None, None, {"hidden": True})
        sheet.set_column("G:G", 8, None, {"hidden": True})
        sheet.write("G9", "x")
        workbook.add_worksheet("藏").hide()

    assert cells_of(book(build)) == [
        ("D7", "这一格是公式"),
        ("E8", "这一格是公式"),
        ("E8", "这一格是错误"),
        ("B3", "B3:C4 "),
        ("9", "第 9 行是"),
        ("G1", "G 列是隐藏"),
        ("", "这张表是隐藏"),
    ]


def test_formulas_under_another_prefix_are_found() -> None:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = (
        f'<x:worksheet xmlns:x="{space}"><x:sheetData><x:row r="2"><x:c r="B2"><x:f>1+1</x:f>'
        "<x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert cells_of(with_sheet(xml)) == [("B2", "这一格是公式")]


def test_cells_without_references_are_counted() -> None:
    rows = '<row><c><v>1</v></c><c r="D1"><v>4</v></c><c><f>1</f><v>5</v></c></row>'
    assert cells_of(with_sheet(sheet_xml(rows))) == [("E1", "这一格是公式")]


def test_merged_titles_above_the_heads_pass() -> None:
    def build(workbook: xlsxwriter.Workbook) -> None:
        workbook.add_worksheet("人员").merge_range("A1:C1", "花名册")

    opened = open_workbook(book(build))
    assert opened.problems(first_data_row={"人员": 2}) == []
    assert [p.cell for p in opened.problems()] == ["A1"]


def test_rows_keep_true_addresses() -> None:
    def build(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("人员")
        sheet.write("C4", "甲")
        sheet.write("B6", 5)

    sheet = open_workbook(book(build)).sheets[0]
    assert list(sheet.rows()) == [(4, ["", "", "甲"]), (6, ["", 5.0, ""])]
    assert sheet.top(5) == [(4, ["", "", "甲"])]
    assert list(sheet.rows()) == [(4, ["", "", "甲"]), (6, ["", 5.0, ""])]


def test_open_workbook_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(plain))
    opened = open_workbook(path)
    assert [s.name for s in opened.sheets] == ["人员"]
    assert opened.sheet("人员") is opened.sheets[0]
    assert opened.sheet("无") is None


TABLE = '姓名,职务\r\n李㛃,副局长\r\n𠮷田明,"局长,书记"\r\n'
ROWS = [(1, ["姓名", "职务"]), (2, ["李㛃", "副局长"]), (3, ["𠮷田明", "局长,书记"])]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (TABLE.encode("utf-8"), "csv-utf8"),
        (TABLE.encode("utf-8-sig"), "csv-utf8"),
        (TABLE.encode("gb18030"), "csv-gb18030"),
    ],
)
def test_csv_in_each_encoding(data: bytes, kind: str) -> None:
    opened = open_workbook(data)
    assert opened.kind == kind
    assert list(opened.sheets[0].rows()) == ROWS


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-le"),
        "姓名,職務\n陳大文,局長\n李小明,副局長\n".encode("big5"),
        "氏名,役職\n山田太郎,課長です\nすずき,ぶちょう\n".encode("shift_jis"),
        "Müller,Größe\nJosé,Café\n".encode("latin-1"),
        b"\x01\x02\x03\x04,abc\n",
        b"\xff\xff\xff",
        b"\x89PNG\r\n\x1a\n" + bytes(200),
    ],
)
def test_csv_in_another_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="文件编码不认识"):
        open_workbook(data)


def test_csv_formulas_and_broken_quotes_have_their_place() -> None:
    opened = open_workbook("姓名,职务\n张三,=1+1\n".encode())
    assert [p.cell for p in opened.problems()] == ["B2"]
    with pytest.raises(Unreadable) as refused:
        open_workbook('姓名,职务\n张三,"局长\n'.encode())
    assert [(p.sheet, p.cell) for p in refused.value.problems] == [("CSV", "2")]


def test_csv_with_tabs_or_semicolons() -> None:
    for mark in "\t;":
        opened = open_workbook(f"姓名{mark}职务\n张三{mark}局长\n".encode())
        assert list(opened.sheets[0].rows())[1] == (2, ["张三", "局长"])


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (16383, "XFD")])
def test_column_letters_and_back(index: int, letters: str) -> None:
    assert column_letters(index) == letters
    assert column_index(letters) == index
    assert address(17, index) == f"{letters}17"

"""Names and content: markings, path tricks and untrue extensions are told apart from honest files."""

import io
import zipfile

import pytest

from cases.errors import Invalid
from cases.files.content import Limits, check_name, judge

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08"


def packed(*names: str, size: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name in names:
            z.writestr(name, b"0" * size)
    return out.getvalue()


def pixels(width: int, height: int) -> bytes:
    return width.to_bytes(4, "big") + height.to_bytes(4, "big")


@pytest.mark.parametrize(
    "name",
    [
        "述职报告(保密工作).pdf",
        "秘密档案管理情况.docx",
        "阿不都·热合曼.pdf",
        "𠮷田.pdf",
        "CON.pdf",
        "..报告.pdf",
        "a'b;c.pdf",
    ],
)
def test_check_name_keeps_honest_names(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "..",
        "../../etc/passwd",
        "..\\a.pdf",
        "C:\\a.pdf",
        "a\0.pdf",
        "a\r\nSet-Cookie: x.pdf",
        "报告\u202efdp.exe",
        "a\u200b.pdf",
        "文" * 200 + ".pdf",
        "秘密★1年 报告.pdf",
        "机密 ★.pdf",
        "绝密☆.docx",
        "a<b>.pdf",
        "\ud800.pdf",
    ],
)
def test_check_name_refuses_tricks_and_markings(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_name(name)
    assert list(caught.value.errors) == ["file"]


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.PDF", b"%PDF-1.4\n%%EOF", "application/pdf"),
        ("a.png", PNG + pixels(10, 10), "image/png"),
        ("a.jpg", JPEG + b"\x00\x10\x00\x10" + b"0" * 20, "image/jpeg"),
        ("a.csv", "姓名,职务\n".encode("gb18030"), "text/csv"),
        ("a.zip", packed("x.txt"), "application/zip"),
    ],
)
def test_judge_knows_true_content(name: str, data: bytes, media_type: str) -> None:
    assert judge(io.BytesIO(data), name).media_type == media_type


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_judge_tells_office_files_apart(name: str) -> None:
    part = {"a.docx": "word/document.xml", "a.xlsx": "xl/workbook.xml"}[name]
    other = {"a.docx": "xl/workbook.xml", "a.xlsx": "word/document.xml"}[name]
    judge(io.BytesIO(packed("[Content_Types].xml", part)), name)
    for wrong in (packed("[Content_Types].xml", other), packed(part, "word/vbaProject.bin")):
        with pytest.raises(Invalid):
            judge(io.BytesIO(wrong), name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a", b"%PDF-1.4\n%%EOF"),
        ("a.exe", b"MZ"),
        ("a.svg", b"<svg onload='alert(1)'/>"),
        ("a.pdf", b"<html>%PDF-1.4\n%%EOF"),
        ("a.pdf", b"%PDF-1.4\n"),
        ("a.png", b"GIF89a"),
        ("a.png", PNG + pixels(100_000, 100_000)),
        ("a.png", PNG + pixels(0, 1)),
        ("a.jpg", JPEG + b"\xff\xff\xff\xff" + b"0" * 20),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x00"),
        ("a.jpg", b"\xff\xd8"),
        ("a.csv", b"a\0b"),
        ("a.csv", b"%PDF-1.4"),
        ("a.zip", b"PK\x03\x04broken"),
        ("a.zip", packed("bomb", size=300 << 20)),
        ("a.docx", b"PK\x05\x06" + b"\0" * 18),
    ],
)
def test_judge_refuses_what_is_not_as_it_says(name: str, data: bytes) -> None:
    with pytest.raises(Invalid):
        judge(io.BytesIO(data), name)


def test_judge_counts_parts_before_opening_them() -> None:
    with pytest.raises(Invalid):
        judge(io.BytesIO(packed(*[f"{n}" for n in range(20)])), "a.zip", Limits(parts=10))

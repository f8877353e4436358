"""Signed papers scanned back: real forms, printed, rasterised, tilted and dirtied."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFilter

from cases.documents import scan
from cases.documents.codes import page_code, read_page_code
from cases.documents.press import Press, print_paper
from cases.documents.scan import Unreadable, joined, read_stack
from tests.cases.documents.samples import form
from tests.scanner import rasterised, stack
from workflow.vocabulary import DocumentKind

NAMES = ("张伟", "欧阳明远", "李㛃")


@pytest.fixture(scope="module")
def forms(press: Press) -> list[tuple[str, bytes]]:
    """(code, PDF) of three forms of two pages."""
    made = [print_paper(press, DocumentKind.REGISTRATION_FORM, form(name)) for name in NAMES]
    return [(sheet.code, printed.pdf) for sheet, printed in made]


def marks(path: Path) -> list[tuple[tuple[str, int], ...]]:
    return [page.marks for page in read_stack(path, "application/pdf")]


def expected(forms: list[tuple[str, bytes]]) -> list[tuple[tuple[str, int], ...]]:
    return [((code, page),) for code, _ in forms for page in (1, 2)]


def test_page_code_is_read_back_and_others_are_not_ours() -> None:
    assert read_page_code(page_code("K7QM-2R9T-04HD", 2)) == ("K7QM-2R9T-04HD", 2)
    assert read_page_code("https://kaoji.example/KAOJI/K7QM-2R9T-04HD/2") is None
    assert read_page_code("KAOJI/K7QM-2R9T-04HI/2") is None


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_every_page_of_a_poor_scan_is_told(
    forms: list[tuple[str, bytes]], tmp_path: Path, dpi: int
) -> None:
    pictures = rasterised([pdf for _, pdf in forms], tmp_path, dpi=dpi)
    angles = (1.5, -2.0, 3.0, 180.0, 90.0, -1.0)
    path = stack(
        [_worn(picture, angle) for picture, angle in zip(pictures, angles, strict=True)],
        tmp_path / "stack.pdf",
        dpi=dpi,
    )
    assert marks(path) == expected(forms)


def _worn(picture: Image.Image, angle: float) -> Image.Image:
    turned = picture.rotate(angle, expand=angle == 90.0, fillcolor=255, resample=Image.BICUBIC)
    noise = Image.effect_noise(turned.size, 40)
    return Image.blend(turned, noise, 0.25).filter(ImageFilter.GaussianBlur(0.6))


def test_damaged_code_leaves_its_page_without_a_mark(
    forms: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    pictures = rasterised([pdf for _, pdf in forms], tmp_path)
    wide, high = pictures[3].size
    ImageDraw.Draw(pictures[3]).rectangle((0, int(high * 0.9), wide // 2, high), fill=0)
    want = expected(forms)
    want[3] = ()
    assert marks(stack(pictures, tmp_path / "stack.pdf")) == want


def test_two_forms_on_one_page_give_both_marks(
    forms: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    first, _, second = rasterised([pdf for _, pdf in forms], tmp_path)[:3]
    both = Image.new("L", (first.width + second.width, first.height), 255)
    both.paste(first, (0, 0))
    both.paste(second, (first.width, 0))
    (found,) = marks(stack([both], tmp_path / "stack.pdf"))
    assert sorted(found) == sorted([(forms[0][0], 1), (forms[1][0], 1)])


def test_page_is_a_file_of_its_own_with_a_small_picture(
    forms: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    path = stack(rasterised([forms[0][1]], tmp_path), tmp_path / "stack.pdf")
    first, second = read_stack(path, "application/pdf")
    assert (first.number, second.number, second.total) == (1, 2, 2)
    with pikepdf.open(io.BytesIO(second.pdf)) as pdf:
        assert len(pdf.pages) == 1
    assert max(Image.open(io.BytesIO(first.thumb)).size) == 509
    again = joined([first.pdf, second.pdf])
    with pikepdf.open(io.BytesIO(again)) as pdf:
        assert len(pdf.pages) == 2


def test_reading_is_taken_up_at_a_page(forms: list[tuple[str, bytes]], tmp_path: Path) -> None:
    path = stack(rasterised([forms[0][1]], tmp_path), tmp_path / "stack.pdf")
    (second,) = read_stack(path, "application/pdf", first=2)
    assert (second.number, second.marks) == (2, ((forms[0][0], 2),))


def test_photograph_is_a_stack_of_one(forms: list[tuple[str, bytes]], tmp_path: Path) -> None:
    path = tmp_path / "page.jpg"
    rasterised([forms[0][1]], tmp_path)[1].save(path, quality=60)
    (only,) = read_stack(path, "image/jpeg")
    assert only.marks == ((forms[0][0], 2),)
    with pikepdf.open(io.BytesIO(only.pdf)) as pdf:
        assert len(pdf.pages) == 1


def test_file_with_a_password_says_so(forms: list[tuple[str, bytes]], tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    with pikepdf.open(io.BytesIO(forms[0][1])) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(user="geheim", owner="geheim"))
    with pytest.raises(Unreadable) as refused:
        list(read_stack(path, "application/pdf"))
    assert str(refused.value.sentence) == "这份 PDF 设有打开密码,请取消密码后再上传"


def test_damaged_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing here\n%%EOF")
    with pytest.raises(Unreadable) as refused:
        list(read_stack(path, "application/pdf"))
    assert str(refused.value.sentence) == "这份文件已损坏或不是扫描件,没有读出任何一页"


def test_reader_without_enough_time_says_so(forms: list[tuple[str, bytes]], tmp_path: Path) -> None:
    path = stack(rasterised([forms[0][1]], tmp_path) * 40, tmp_path / "stack.pdf")
    with pytest.raises(Unreadable) as refused:
        list(read_stack(path, "application/pdf", seconds=-1))
    assert str(refused.value.sentence) == ("读取这份扫描件超出了允许的时间或内存,请分成几份再上传")


def test_page_that_cannot_be_drawn_does_not_stop_the_others(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.add_blank_page(page_size=(14_400, 3))
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(tmp_path / "odd.pdf")
    pages = list(read_stack(tmp_path / "odd.pdf", "application/pdf"))
    assert [(p.number, p.total, bool(p.thumb), bool(p.pdf)) for p in pages] == [
        (1, 3, True, True), (2, 3, False, True), (3, 3, True, True),
    ]  # fmt: skip


def heavy(path: Path, *, at: int, total: int) -> Path:
    """A stack of blank pages, one of which keeps any reader busy for minutes."""
    busy = b"0 0 m 0 842 595 842 595 0 c 3 3 m 590 842 4 842 590 2 c f*\n" * 60_000
    with pikepdf.new() as pdf:
        for number in range(1, total + 1):
            page = pdf.add_blank_page(page_size=(595, 842))
            if number == at:
                page.Contents = pdf.make_stream(busy)
        pdf.save(path)
    return path


@pytest.mark.parametrize("at", [1, 2, 3])
def test_page_that_takes_too_long_does_not_stop_the_others(tmp_path: Path, at: int) -> None:
    """It ends the reader's process; the next one goes on behind it."""
    path = heavy(tmp_path / "heavy.pdf", at=at, total=3)
    pages = list(read_stack(path, "application/pdf", seconds=1))
    assert [(p.number, bool(p.pdf)) for p in pages] == [(n, n != at) for n in (1, 2, 3)]


def test_too_many_such_pages_end_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "MOST_LOST", 0)
    pages = read_stack(heavy(tmp_path / "heavy.pdf", at=2, total=3), "application/pdf", seconds=1)
    assert next(pages).number == 1
    with pytest.raises(Unreadable, match="超出了允许的时间或内存"):
        next(pages)

"""A bound volume: page numbers, catalogue, bookmarks, data inside, stable bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pikepdf
import pytest

from cases.documents.dossier import Bound, Part, bind
from cases.documents.press import Press, print_paper
from tests.cases.documents.samples import approval, papers, volume
from workflow.vocabulary import DocumentKind as D

Tool = Callable[..., str]
CADRE = (
    D.REGISTRATION_FORM,
    D.SELF_REPORT,
    D.TALLY_SHEET,
    D.GRADE_APPROVAL,
    D.RESULT_NOTICE,
    D.RECTIFICATION_LIST,
)


def parts_of(press: Press, kinds: tuple[D, ...]) -> list[Part]:
    made = []
    for kind in kinds:
        sheet, printed = print_paper(press, kind, papers()[kind])
        made.append(Part(str(kind), kind.zh, printed.pdf, sheet.on, "中共云州市委组织部"))
    return made


@pytest.fixture(scope="module")
def parts(press: Press) -> list[Part]:
    return parts_of(press, CADRE)


@pytest.fixture(scope="module")
def bound(press: Press, parts: list[Part]) -> Bound:
    return bind(press, volume(), parts)


def page_text(tool: Tool, pdf: bytes, page: int) -> str:
    return tool("pdftotext", "-f", str(page), "-l", str(page), "-layout", pdf=pdf, after=("-",))


def test_every_page_bears_its_number_and_the_code(bound: Bound, tool: Tool) -> None:
    for page in range(1, bound.pages + 1):
        text = page_text(tool, bound.pdf, page)
        assert re.search(rf"第 {page} 页\s+共 {bound.pages} 页", text), text[-300:]
        assert bound.code in text


def test_catalogue_numbers_are_where_the_papers_are(
    bound: Bound, parts: list[Part], tool: Tool
) -> None:
    catalogue = page_text(tool, bound.pdf, 2)
    for line, part in zip(bound.lines, parts, strict=True):
        end = line.first_page + line.pages - 1
        shown = f"{line.first_page}—{end}" if line.pages > 1 else str(line.first_page)
        assert shown in catalogue
        alone = "".join(page_text(tool, part.pdf, 1).split())[:20]
        assert alone in "".join(page_text(tool, bound.pdf, line.first_page).split())


def test_volume_is_sound_tagged_and_carries_the_data(bound: Bound, tool: Tool) -> None:
    assert "No syntax or stream encoding errors" in tool("qpdf", "--check", pdf=bound.pdf)
    facts = tool("pdfinfo", pdf=bound.pdf)
    assert f"Pages:           {bound.pages}\n" in facts
    assert "Tagged:          yes" in facts
    assert "Title:           王䶮2025年度考核卷" in facts
    files = tool("pdfdetach", "-list", pdf=bound.pdf)
    assert re.findall(r"\d\d-\w+\.json", files) == [
        f"{n:02d}-{k}.json" for n, k in enumerate(CADRE, 1)
    ]
    for line in tool("pdffonts", pdf=bound.pdf).splitlines()[2:]:
        assert line.split()[-5] == "yes", line


def test_structure_tree_points_into_the_volume(bound: Bound) -> None:
    with pikepdf.open(io.BytesIO(bound.pdf)) as pdf:
        pages = {page.obj.objgen for page in pdf.pages}
        root = pdf.Root.StructTreeRoot
        numbers = list(root.ParentTree.Nums)[::2]
        keys = [int(page.obj.StructParents) for page in pdf.pages]
        assert [int(n) for n in numbers] == sorted({int(n) for n in numbers})
        assert set(keys) <= {int(n) for n in numbers}
        assert len(set(keys)) == len(keys)
        assert len(root.K.K) == len(CADRE) + 3
        for parents in list(root.ParentTree.Nums)[1::2]:
            owners = [e.Pg.objgen for e in parents if e is not None and "/Pg" in e]
            assert set(owners) <= pages


def test_same_parts_give_the_same_bytes(press: Press, bound: Bound, parts: list[Part]) -> None:
    again = bind(press, volume(), parts)
    assert (again.digest, again.pdf) == (bound.digest, bound.pdf)


def test_body_has_no_registration_form(press: Press, tool: Tool) -> None:
    sheet, printed = print_paper(press, D.GRADE_APPROVAL, approval(is_body=True))
    part = Part("grade_approval", "等次评定审批表", printed.pdf, sheet.on, "市委组织部")
    made = bind(press, volume(is_body=True), [part])
    text = tool("pdftotext", pdf=made.pdf, after=("-",))
    assert "云州市生态环境局领导班子" in "".join(text.split())
    assert "登记表" not in text


def test_long_catalogue_moves_its_own_page_numbers(press: Press, parts: list[Part]) -> None:
    made = bind(press, volume(), parts[3:4] * 60)
    assert made.lines[0].first_page > 3
    assert made.pages == made.lines[-1].first_page + made.lines[-1].pages


def test_empty_volume_is_refused(press: Press) -> None:
    with pytest.raises(ValueError, match="at least one"):
        bind(press, volume(), [])

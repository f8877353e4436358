"""How names, dates and figures are written."""

from datetime import date
from decimal import Decimal

import pytest

from cases.documents.codes import CODE, page_code, qr_at, verification_code
from cases.documents.finish import element_form
from cases.documents.fonts import missing_glyphs, needs_rare, width
from cases.documents.kinds import KINDS
from cases.documents.typography import (
    count,
    padded,
    paragraphs,
    percent,
    two_places,
    zh_date,
    zh_month,
    zh_number,
)
from workflow.vocabulary import DocumentKind


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张　三"),
        ("𠮷田", "𠮷　田"),
        ("李", "李"),
        ("欧阳明远", "欧阳明远"),
        ("Li", "Li"),
        ("阿·布", "阿·布"),
    ],
)
def test_padded(name: str, shown: str) -> None:
    assert padded(name) == shown


def test_dates() -> None:
    assert zh_date(date(2026, 3, 9)) == "2026年3月9日"
    assert zh_month(date(1984, 6, 1)) == "1984.06"
    assert (zh_date(None), zh_month(None)) == ("", "")


def test_figures() -> None:
    assert two_places(Decimal("90.105")) == "90.11"
    assert two_places(Decimal("-1")) == "−1.00"
    assert percent(Decimal(38) / Decimal(54)) == "70.37%"
    assert (count(0), count(None), two_places(None), percent(None)) == ("0", "—", "—", "—")


def test_paragraphs_lose_typed_indents() -> None:
    assert paragraphs("　　甲\r\n\n  乙  \n") == ["甲", "乙"]


@pytest.mark.parametrize(
    ("n", "zh"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")]
)
def test_zh_number(n: int, zh: str) -> None:
    assert zh_number(n) == zh


def test_code_depends_on_kind_and_data() -> None:
    one = verification_code("a", b"1")
    assert CODE.fullmatch(one)
    assert one == verification_code("a", b"1")
    assert len({one, verification_code("b", b"1"), verification_code("a", b"2")}) == 3


def test_qr_addresses() -> None:
    assert page_code("K7QM-2R9T-04HD", 2) == "KAOJI/K7QM-2R9T-04HD/2"
    assert b"<svg" in (qr_at("kaoji:qr/9/KAOJI/K7QM-2R9T-04HD/2") or b"")
    for address in ("file:///etc/passwd", "kaoji:qr/999/x", "kaoji:font/rare", "http://x"):
        assert qr_at(address) is None


def test_glyphs() -> None:
    assert missing_glyphs("张三𠮷𣁬㛃䶮“”·—…①Ⅱ") == set()
    assert missing_glyphs("甲\U0001f600") == {"\U0001f600"}
    assert needs_rare("𠮷")
    assert not needs_rare("𬍛㛃䶮")
    assert width("云") == 1.0
    assert width("1") < 0.6


def test_every_document_kind_has_a_paper() -> None:
    assert set(DocumentKind) - set(KINDS) == set()


def test_element_form_moves_attributes_into_elements() -> None:
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-'
        b'rdf-syntax-ns#"><rdf:Description xmlns:p="http://www.aiim.org/pdfa/ns/id/" rdf:about="" '
        b'p:part="3" p:conformance="B"/></rdf:RDF></x:xmpmeta>'
    )
    done = element_form(packet)
    assert b"<pdfaid:part>3</pdfaid:part>" in done
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in done

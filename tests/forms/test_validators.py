"""Rules shared by fields, on their own."""

import time

import pytest

from forms.validators import (
    count_chars,
    document_number,
    forbidden_mark,
    has_secret_mark,
    id_number_fault,
    is_document_number,
)


@pytest.mark.parametrize(
    ("text", "n"), [("", 0), ("一二", 2), ("一\r\n二", 3), ("a b", 3), ("𠮷", 1), ("一\r二\n三", 5)]
)
def test_count_chars_takes_code_points_and_line_breaks_as_one(text: str, n: int) -> None:
    assert count_chars(text) == n


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("干净\n的\t文", 0),
        ("a\x00", 2),
        ("\u202ea", 1),
        ("ab\u200bc", 3),
        ("阿卜杜·", 0),
        ("\ud800", 1),
    ],
)
def test_forbidden_mark_tells_the_place(text: str, place: int) -> None:
    assert forbidden_mark(text) == place


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("秘密★1年", True),
        ("机密 ★", True),
        ("绝 密★长期", True),
        ("保守国家秘密", False),
        ("★机密文件柜管理", False),
        ("秘密。★ 重点工作", False),
    ],
)
def test_secret_mark_is_a_marking_not_a_word(text: str, marked: bool) -> None:
    assert has_secret_mark(text) is marked


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_id_number_with_right_check_has_no_fault(number: str) -> None:
    assert id_number_fault(number) is None


@pytest.mark.parametrize(
    ("number", "starts"),
    [
        ("11010519491331002X", "身份证号第 7"),
        ("110105194912310021", "身份证号最后"),
        ("1101051949123100", "身份证号是 18"),
        ("11010519491231002x", "身份证号是 18"),
        ("1101051949123100२X", "身份证号是 18"),
    ],
)
def test_id_number_fault_says_where(number: str, starts: str) -> None:
    assert str(id_number_fault(number)).startswith(starts)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("云委〔2026〕18号", "云委〔2026〕18号"),
        ("云委[2026]18号", "云委〔2026〕18号"),
        ("云组通（２０２６） 007", "云组通〔2026〕7号"),
        (" 云委【2026】 第18号 ", "云委〔2026〕18号"),
    ],
)
def test_document_number_has_one_form(typed: str, normal: str) -> None:
    assert document_number(typed) == normal
    assert is_document_number(normal)


@pytest.mark.parametrize(
    "text", ["", "2026年18号", "云委〔26〕18号", "云委〔2026〕号", "云委〔2026〕0号"]
)
def test_document_number_refuses_other_forms(text: str) -> None:
    assert is_document_number(document_number(text)) is False


def test_patterns_stay_fast_on_hostile_text() -> None:
    began = time.thread_time()
    for text in (
        "〔" * 50_000,
        "1" * 50_000,
        "秘密" * 25_000,
        " " * 50_000 + "〔2026〕",
        "云" * 50_000,
    ):
        document_number(text)
        is_document_number(text)
        has_secret_mark(text)
        forbidden_mark(text)
    assert time.thread_time() - began < 2

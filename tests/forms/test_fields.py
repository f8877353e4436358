"""What people type, read as they meant it, or an error that says how to mend it."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from forms.base import Form
from forms.fields import (
    ChineseDate,
    DecimalText,
    DocumentNumberText,
    FileUpload,
    Grade,
    IdNumberText,
    PickPerson,
    Text,
    TextArea,
    Tick,
    WholeNumber,
)
from forms.validators import Required
from workflow.vocabulary import Grade as GradeWord
from workflow.words import m


class Sample(Form):
    line = Text(m("一行"), most=5)
    text = TextArea(m("理由"), least=3, most=6)
    day = ChineseDate(m("日期"))
    figure = DecimalText(m("数值"), places=2)
    rate = DecimalText(m("比例"), percent=True)
    n = WholeNumber(m("人数"))
    person = PickPerson(m("人"), choices=[(7, "甲")])
    grade = Grade(m("等次"), grades=[GradeWord.EXCELLENT])
    document = DocumentNumberText(m("文号"))
    id_number = IdNumberText(m("身份证号"))
    proof = FileUpload(m("佐证"), endings=("pdf",), megabytes=1)


def read(name: str, value: object) -> tuple[object, list[str]]:
    form = Sample(MultiDict({name: value}))
    form.validate()
    return form[name].data, list(form[name].errors)


@pytest.mark.parametrize(
    "typed",
    ["2026-1-5", "2026年1月5日", "2026.01.05", "2026/1/5", "20260105", "２０２６－１－５"],
)
def test_date_is_read_as_people_type_it(typed: str) -> None:
    assert read("day", typed) == (date(2026, 1, 5), [])


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("5/1/2026", "日期写成 2026-1-5 或 2026年1月5日"),
        ("2026-2-30", "没有 2026 年 2 月 30 日这一天"),
        ("1026-1-1", "年份应在 1900 到 2100 之间"),
        ("9" * 5000, "写法不对，请按提示填写"),
    ],
)
def test_date_says_what_is_wrong(typed: str, error: str) -> None:
    assert read("day", typed) == (None, [error])


def test_date_keeps_what_was_typed() -> None:
    form = Sample(MultiDict({"day": "2026-2-30"}))
    assert 'value="2026-2-30"' in str(form.day())


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("１２．５", Decimal("12.5")),
        ("1,234.50", Decimal("1234.50")),
        ("１，２３４", Decimal("1234")),
        ("−3.1", Decimal("-3.1")),
        (" 92.9 ", Decimal("92.9")),
        ("", None),
    ],
)
def test_decimal_reads_full_width_figures_and_separators(typed: str, value: object) -> None:
    assert read("figure", typed) == (value, [])


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("92.9%", "这一项的单位不是百分比，请只填数字，不带百分号"),
        ("12,34", "请填写数字，例如 12.5"),
        ("1e5", "请填写数字，例如 12.5"),
        ("NaN", "请填写数字，例如 12.5"),
        ("1.234", "最多填 2 位小数"),
    ],
)
def test_decimal_says_what_is_wrong(typed: str, error: str) -> None:
    assert read("figure", typed) == (None, [error])


def test_percentage_takes_the_sign() -> None:
    assert read("rate", "92.9％") == (Decimal("92.9"), [])


def test_whole_number_refuses_a_fraction() -> None:
    assert read("n", "1,200") == (1200, [])
    assert read("n", "1.5") == (None, ["请填写整数，例如 12"])


def test_text_area_counts_a_line_break_as_one() -> None:
    assert read("text", "一二\r\n三四五") == ("一二\n三四五", [])
    assert read("text", "一二\r\n三四五六") == (
        "一二\n三四五六",
        ["已超出 1 字，最多 6 字，请删减后再提交"],
    )
    assert read("text", "𠮷𠮷") == ("𠮷𠮷", ["已写 2 个字，至少写 3 个字"])


def test_text_refuses_direction_marks_and_secrecy_markings() -> None:
    assert read("line", "a\u202eb")[1] == ["第 2 个字处有看不见的控制符，请删去后重写这一处"]
    assert read("line", "秘密★1年")[1] == ["文中有密级标志。本系统不存放国家秘密，请改走机要渠道"]
    assert read("line", "保守秘密")[1] == []


def test_pick_takes_only_what_is_offered() -> None:
    assert read("person", "7") == (7, [])
    assert read("person", "") == (None, [])
    assert read("person", "8")[1] == ["请从列出的选项中选一项"]
    assert read("person", "x")[1] != []


def test_grade_takes_only_its_scale() -> None:
    assert read("grade", "excellent") == ("excellent", [])
    assert read("grade", "good")[1] == ["请从列出的选项中选一项"]


def test_document_number_is_brought_to_its_normal_form() -> None:
    assert read("document", "云委[２０２６] 018 号") == ("云委〔2026〕18号", [])
    assert read("document", "2026年18号")[1] != []


def test_id_number_is_checked() -> None:
    assert read("id_number", "11010519491231002x") == ("11010519491231002X", [])
    assert read("id_number", "110105194912310021")[1] == [
        "身份证号最后一位与前面对不上，请逐位核对"
    ]


def upload(name: str, content: bytes) -> tuple[object, list[str]]:
    return read("proof", FileStorage(BytesIO(content), filename=name))


def test_upload_checks_ending_and_size() -> None:
    assert upload("a.PDF", b"x")[1] == []
    assert upload("a.exe", b"x")[1] == ["请上传 pdf 文件"]
    assert upload("a.pdf", b"")[1] == ["这个文件是空的，请核对后再传"]
    assert upload("a.pdf", b"x" * 1_000_001)[1] == ["文件最大 1 MB，请缩小后再传"]
    assert upload("a\u202efdp.pdf", b"x")[1] == ["文件名太长或有看不见的控制符，请改名后再传"]


def test_required_upload_and_choice_name_their_field() -> None:
    class Needed(Form):
        proof = FileUpload(m("佐证"), [Required()], endings=("pdf",))
        person = PickPerson(m("人"), [Required()], choices=[(7, "甲")])
        sure = Tick(m("已核对"), [Required()])

    form = Needed(MultiDict({"person": ""}))
    form.validate()
    assert form.problems() == [
        ("proof", "请上传“佐证”"),
        ("person", "请选择“人”"),
        ("sure", "请勾选“已核对”"),
    ]

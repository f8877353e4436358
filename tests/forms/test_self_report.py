"""The report form: limits of the scheme, lenient drafts, answers read back; the return form."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from forms.self_report import (
    ReturnReport,
    TakeReports,
    draft_fault,
    report_form,
    return_form,
)


@dataclass(frozen=True)
class Spec:
    code: str
    title: str
    limit: int = 30
    minimum: int = 0
    required: bool = True
    hint: str = ""


SPECS = (
    Spec("politics", "政治素质", 10),
    Spec("plans", "打算", 30, 5),
    Spec("more", "其他", 20, 0, False),
)


def form(total: int = 100, **texts: str):  # type: ignore[no-untyped-def]
    return report_form(SPECS, total)(MultiDict(texts))


def test_report_form_has_one_field_a_section_in_order() -> None:
    made = report_form(SPECS, 100)()
    assert [(f.name, f.label.text, f.most, f.least) for f in made] == [
        ("s1", "政治素质", 10, 0),
        ("s2", "打算", 30, 5),
        ("s3", "其他", 20, 0),
    ]


def test_report_within_limits_is_valid() -> None:
    assert form(s1="十个字以内", s2="五个字以上").validate() is True


def test_report_limits_are_told_at_the_field() -> None:
    bad = form(s1="一二三四五六七八九十十一", s2="短", s3="")
    assert bad.validate() is False
    assert bad.problems() == [
        ("s1", "政治素质：已超出 2 字，最多 10 字，请删减后再提交"),
        ("s2", "打算：已写 1 个字，至少写 5 个字"),
    ]


def test_required_section_left_out_is_told() -> None:
    assert [fault for _, fault in _problems(form(s2="五个字以上"))] == ["请填写“政治素质”"]


def test_total_limit_is_told_once() -> None:
    assert _problems(form(total=8, s1="五个字以内", s2="五个字以上")) == [
        ("", "全文 10 字,超出 2 字,请删减后再报送")
    ]


def test_line_break_counts_once_in_any_style() -> None:
    assert form(s1="四个字在\r\n四个字在\r", s2="五个字以上").validate() is True


def test_document_is_read_back_through_the_form() -> None:
    made = report_form(SPECS, 100)
    document = made(MultiDict(dict(s1="政治\r\n素质", s2="打算 😀", s3=""))).document()
    assert document == {
        "form": "self_report",
        "version": 1,
        "sections": {"politics": "政治\n素质", "plans": "打算 😀", "more": ""},
    }
    assert made.read_back(document).document() == document


def test_draft_may_be_unfinished_and_too_long() -> None:
    assert form(s1="一" * 90).draft_faults() == {}


def test_draft_faults_name_the_field() -> None:
    faults = form(s1="一" * 2031, s2="秘密★1年").draft_faults()
    assert {name: str(fault) for name, fault in faults.items()} == {
        "s1": "已写 2031 字,草稿最多存 2030 字,请先删减",
        "s2": "文中有密级标志。本系统不存放国家秘密,请改走机要渠道",
    }


def test_draft_with_a_null_is_not_kept() -> None:
    assert str(draft_fault("一\0二", 10)) == "文中有不能保存的控制符,请删去后再存"


def test_entered_report_asks_for_its_basis() -> None:
    made = report_form(SPECS, 100, entered=True)(MultiDict(dict(s1="政治", s2="五个字以上")))
    assert _problems(made) == [("basis-0", "请选择“代录依据”")]


def test_return_needs_a_section_and_a_reason() -> None:
    made = return_form(SPECS)
    assert _problems(made(MultiDict())) == [("sections-0", "退回哪几节：至少选一节")]
    assert [t for _, t in _problems(made(MultiDict(dict(sections="plans"))))] == [
        "“打算”的退回理由：请写明这一节的退回理由,至少 10 个字"
    ]


def test_reason_without_a_tick_is_told() -> None:
    made = return_form(SPECS)(
        MultiDict([("sections", "plans"), ("why1", "请补充学习贯彻的具体内容")])
    )
    assert [t for _, t in _problems(made)] == [
        "“政治素质”的退回理由：写了理由但没有勾选这一节,请勾选,或删去理由",
        "“打算”的退回理由：请写明这一节的退回理由,至少 10 个字",
    ]


def test_return_payload_keeps_a_reason_for_each_section() -> None:
    posted = MultiDict(
        [
            ("sections", "plans"),
            ("sections", "politics"),
            ("reason", "请按要求写明完成时间"),
            ("why1", "请补充学习贯彻的具体内容"),
        ]
    )
    made = return_form(SPECS)(posted)
    assert made.validate() is True
    assert made.payload() == {
        "sections": ["politics", "plans"],
        "reasons": {"politics": "请补充学习贯彻的具体内容", "plans": "请按要求写明完成时间"},
        "reason": "请按要求写明完成时间\n政治素质:请补充学习贯彻的具体内容",
    }


def test_return_without_offered_sections_needs_only_the_reason() -> None:
    assert _problems(ReturnReport(MultiDict())) == [("reason", "退回理由：请说明理由")]
    made = ReturnReport(MultiDict(dict(reason="请补充第三部分的数据来源")))
    assert made.validate() is True
    assert made.payload() == {"sections": [], "reasons": {}, "reason": "请补充第三部分的数据来源"}


def test_taking_none_of_the_reports_is_told() -> None:
    assert _problems(TakeReports(MultiDict(dict(basis="dictated")))) == [
        ("take-0", "读入哪几份：至少选一份")
    ]


def _problems(made) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    made.validate()
    return made.problems()

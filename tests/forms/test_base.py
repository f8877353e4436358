"""Forms speak the reader's language, keep what was typed and refuse what they don't know."""

from decimal import Decimal

from werkzeug.datastructures import MultiDict

from forms.base import CARRIED, Form
from forms.fields import DecimalText, FieldList, FormField, Grade, Pick, Text, TickList
from forms.validators import Required
from workflow.vocabulary import Grade as GradeWord
from workflow.words import Sentence, m


def shout(thing: object) -> str:
    return f"EN {thing.msgid}" if isinstance(thing, Sentence) else str(getattr(thing, "en", thing))


class Value(Form):
    figure = DecimalText(m("数值"), [Required()])


class Sheet(Form):
    key = "test.sheet"
    name = Text(m("姓名"), [Required()], description=m("写全名"))
    unit = Pick(m("单位"), choices=[("1", m("市统计局"))])
    grade = Grade(m("等次"), grades=[GradeWord.EXCELLENT, GradeWord.GOOD])
    parts = TickList(m("各节"), choices=[("1", m("德")), ("2", m("能"))])
    first = FormField(Value)
    rows = FieldList(FormField(Value), min_entries=1)


def posted(**values: object) -> MultiDict:
    return MultiDict(values)


def test_labels_hints_and_choices_are_translated_when_made() -> None:
    form = Sheet(say=shout)
    assert form.name.label.text == "EN 姓名"
    assert form.name.description == "EN 写全名"
    assert [choice.label for choice in form.unit.choices] == ["EN 请选择", "EN 市统计局"]
    assert [choice.label for choice in form.grade.choices] == ["Excellent", "Good"]
    assert form.first.form.figure.label.text == "EN 数值"
    assert form.rows[0].form.figure.label.text == "EN 数值"


def test_labels_are_chinese_when_nobody_reads() -> None:
    assert Sheet().grade.choices[0].label == "优秀"


def test_errors_come_out_as_text() -> None:
    form = Sheet(posted(unit="9"), say=shout)
    assert form.validate() is False
    assert form.name.errors == ["EN 请填写“%(label)s”"]
    assert form.unit.errors == ["EN 请从列出的选项中选一项"]
    assert form.first.form.figure.errors == ["EN 请填写“%(label)s”"]


def test_problems_list_every_error_with_its_control() -> None:
    form = Sheet(posted(**{"parts": "7", "first-figure": "x", "rows-0-figure": "1"}))
    form.validate()
    assert form.problems() == [
        ("name", "请填写“姓名”"),
        ("parts-0", "各节：请从列出的选项中选一项"),
        ("first-figure", "数值：请填写数字，例如 12.5"),
    ]


def test_unknown_fields_are_named_but_for_what_every_post_carries() -> None:
    names = ["name", "first-figure", "rows-3-figure", "state", "rowsx", *CARRIED]
    assert Sheet().unknown_fields(names) == ("rowsx", "state")


def test_payload_reads_back_through_the_form() -> None:
    form = Sheet(posted(**{"name": "甲", "grade": "good", "first-figure": "1,234.5"}))
    assert form.payload() == {
        "name": "甲",
        "unit": None,
        "grade": "good",
        "parts": [],
        "first": {"figure": Decimal("1234.5")},
        "rows": [{"figure": None}],
    }
    assert Sheet(data=form.payload()).payload() == form.payload()


def test_take_hangs_a_command_s_errors_on_their_fields() -> None:
    form = Sheet(posted(name="甲"))
    form.take({"name": m("已有同名"), "nowhere": m("周期已锁定")})
    assert form.problems() == [("", "周期已锁定"), ("name", "姓名：已有同名")]

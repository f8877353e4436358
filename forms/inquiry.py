"""Forms of 了解核实: open, report, conclude."""

from __future__ import annotations

from forms.base import Form
from forms.fields import ChineseDate, TextArea
from forms.validators import Required
from workflow.words import m


class OpenInquiry(Form):
    """What is to be looked into, until when."""

    key = "open_inquiry"
    question = TextArea(m("核实事项"), [Required()], most=500, least=5, rows=4)
    due_on = ChineseDate(m("核实期限"), [Required()])


class ReportInquiry(Form):
    """What was found."""

    key = "report_inquiry"
    finding = TextArea(m("核实情况"), [Required()], most=3000, least=5, rows=8)
    evidence = TextArea(m("依据"), most=1000, rows=3, description=m("材料名称、文号、谈话记录等。"))


class ConcludeInquiry(Form):
    """What it amounts to; another person than the one who reported."""

    key = "conclude_inquiry"
    conclusion = TextArea(m("认定结论"), [Required()], most=1000, least=5, rows=5)


class ReturnInquiry(Form):
    """Why it must be looked into again."""

    key = "return_inquiry"
    reason = TextArea(m("退回理由"), [Required()], most=500, least=5, rows=3)

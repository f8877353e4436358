"""Forms of the person after notice: own opinion, signature, review."""

from __future__ import annotations

from forms.base import Form
from forms.fields import ChineseDate, PickOne, Text, TextArea
from forms.validators import Required
from workflow.rules import rule_count
from workflow.vocabulary import ReviewKind, SignState
from workflow.words import m


class OwnStatement(Form):
    """本人意见: agreeing needs no words, disagreeing does."""

    key = "statement"
    agrees = PickOne(
        m("对考核结果的意见"),
        [Required()],
        choices=[("yes", m("同意")), ("no", m("有不同意见"))],
    )
    text = TextArea(m("本人意见"), most=500, description=m("不同意的请写明,同意的可以不写"))


class Signature(Form):
    """What became of the signature on paper (M3)."""

    key = "signature"
    state = PickOne(
        m("签收情况"),
        [Required()],
        choices=[(w.value, w) for w in SignState if w is not SignState.NONE],
    )
    signed_on = ChineseDate(m("签字日期"))
    reason = Text(m("原因"), most=200, description=m("待补签和无法签字的写明原因"))
    review_on = ChineseDate(m("复查日期"), description=m("待补签的写明"))
    witnesses = Text(
        m("见证人"),
        most=60,
        description=m("拒绝签字的写明 %(n)s 人,用顿号分开", n=rule_count("refusal_witnesses")),
    )


class FileReview(Form):
    """复核 or 申诉."""

    key = "file_review"
    kind = PickOne(m("提出的是"), [Required()], choices=[(w.value, w) for w in ReviewKind])
    request = TextArea(m("请求"), [Required()], most=500, rows=3)
    grounds = TextArea(m("理由"), [Required()], most=2000, rows=7)

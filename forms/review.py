"""Forms of reviews, holds, corrections and re-looks."""

from __future__ import annotations

from forms.base import Form
from forms.fields import ChineseDate, DocumentNumberText, Grade, Pick, PickOne, Text, TextArea
from forms.validators import Required
from workflow.vocabulary import HoldKind
from workflow.words import m


class ReviewDecision(Form):
    """Uphold the result or change it to a better grade."""

    key = "review_decision"
    outcome = PickOne(
        m("决定"),
        [Required()],
        choices=[("uphold", m("维持原结果")), ("change", m("改定等次"))],
    )
    new_grade = Grade(m("改定为"), description=m("改定等次的必选,不得低于原等次"))
    decision = TextArea(m("决定内容和理由"), [Required()], most=2000, rows=7)
    document = DocumentNumberText(m("决定文号"), [Required()])


class RejectReview(Form):
    """Why a review isn't taken up."""

    reason = TextArea(m("不予受理的理由"), [Required()], most=1000, least=5)


class PlaceHold(Form):
    """A dated hold with its document."""

    key = "place_hold"
    kind = PickOne(m("暂缓事由"), [Required()], choices=[(w.value, w) for w in HoldKind])
    since = ChineseDate(m("起始日期"), [Required()])
    document = DocumentNumberText(m("依据的文号"), [Required()])
    reason = Text(m("说明"), most=300)
    review_on = ChineseDate(m("复查日期"), [Required()])


class LookAtHold(Form):
    """What the office found when it looked at a hold again, and when it looks next."""

    key = "look_at_hold"
    finding = TextArea(m("复查情况"), [Required()], most=1000, least=5)
    review_on = ChineseDate(m("下次复查日期"), [Required()])


class LiftHold(Form):
    """On what ground a hold ends."""

    key = "lift_hold"
    conclusion = TextArea(m("解除依据"), [Required()], most=1000, least=5)


class DraftCorrection(Form):
    """A correction to another grade, with its document."""

    key = "draft_correction"
    grade = Grade(m("更正为"), [Required()])
    document = DocumentNumberText(m("更正文号"), [Required()])
    reason = TextArea(m("更正理由"), [Required()], most=1000)


class DropCorrection(Form):
    """Why a correction isn't carried out."""

    reason = TextArea(m("不予更正的理由"), [Required()], most=500, least=5)


RELOOKED = {
    "kept": m("维持现有意见"),
    "reworked": m("退回综合研判重新提出"),
    "corrected": m("拟更正"),
}


class CloseRelook(Form):
    """What a person concludes after looking again."""

    key = "close_relook"
    conclusion = Pick(m("复看结论"), [Required()], choices=RELOOKED.items())

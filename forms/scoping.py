"""Scoping: taking part, who comments, who works on the case, facts, recusal."""

from __future__ import annotations

from forms.base import Form
from forms.fields import (
    ChineseDate,
    DocumentNumberText,
    Pick,
    PickPerson,
    PickUnit,
    Text,
    TextArea,
    Tick,
    TickList,
    WholeNumber,
)
from forms.validators import InRange, Required
from workflow.vocabulary import ConclusionCode, Participation, ParticipationReason
from workflow.words import m

_CODES = (
    ConclusionCode.UNGRADED,
    ConclusionCode.PROBATION,
    ConclusionCode.NOT_ASSESSED,
    ConclusionCode.LONG_LEAVE,
    ConclusionCode.OTHER,
)
EVENT_KINDS = (
    ("leave", m("病假、事假")),
    ("left", m("退休、去世或离职")),
    ("recruit_probation", m("新录用试用期")),
    ("first_job", m("初次就业")),
    ("secondment", m("挂职")),
    ("sent_out", m("派出学习、援派、驻村")),
    ("borrowed", m("借调")),
    ("transferred_in", m("年度内调入")),
    ("leadership_probation", m("领导职务任职试用期")),
    ("under_investigation", m("立案审查调查")),
)


class SetParticipation(Form):
    """How somebody takes part."""

    key = "scoping.participation"

    participation = Pick(
        m("参加方式"),
        [Required()],
        choices=[(w.value, w) for w in Participation if w is not Participation.NOT_ASSESSED],
        description=m("不进行考核的另行办理"),
    )
    participation_reason = Pick(m("原因"), choices=[(w.value, w) for w in ParticipationReason])
    conclusion = Pick(m("考核结论代码"), choices=[(w.value, w) for w in _CODES])


class SetCommenter(Form):
    """Who comments and suggests a grade."""

    key = "scoping.commenter"

    commenter = PickPerson(m("评语填写人"), [Required()])


class SetGroup(Form):
    """The members of the assessment group for a case."""

    key = "scoping.group"

    members = TickList(m("考核组成员"), coerce=int)


class Exclude(Form):
    """Somebody who is not assessed this year; answers the move's payload."""

    key = "exclude"

    participation_reason = Pick(
        m("不进行考核的原因"),
        [Required(m("请选择不进行考核的原因"))],
        choices=[(w.value, w) for w in ParticipationReason],
    )
    reason = TextArea(m("情况说明"), [Required()], most=500, rows=3)


class AddEvent(Form):
    """A fact about the person of a case, with where it comes from."""

    key = "scoping.event"

    kind = Pick(m("情况"), [Required()], choices=EVENT_KINDS)
    happened_on = ChineseDate(m("发生或开始日期"), [Required()])
    ended_on = ChineseDate(m("结束日期"))
    from_unit_id = PickUnit(
        m("原单位"), description=m("年度内调入的填;方案按任职月数加权的,据此计算两个单位的成绩")
    )
    days = WholeNumber(m("累计天数"), [InRange(1, 400)], description=m("病假、事假填日历天数"))
    document = DocumentNumberText(m("文号"))
    source = Text(m("来源"), [Required()], most=100, description=m("哪个单位提供,如 市纪委监委"))
    note = Text(m("说明"), most=300)
    case_related = Tick(m("与本人履职有关"))


class DeclareRelation(Form):
    """A tie for which one steps back."""

    key = "scoping.relation"

    other = Text(m("须回避的人员姓名"), [Required()], most=60)
    unit = PickUnit(m("所在单位"), description=m("有同名的请选单位"))
    note = Text(m("关系说明"), most=100, description=m("只有考核办负责人和会议秘书能看到"))

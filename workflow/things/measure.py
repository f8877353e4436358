"""A measure that applies a result; closed by someone other than its owner."""

from workflow import thing_guards as need
from workflow.grammar import (
    Deadline,
    Direction,
    Notice,
    ReasonRule,
    Reminder,
    StateSpec,
    ThingSpec,
    Transition,
    by_rule,
    office_steps,
    usual_steps,
)
from workflow.vocabulary import (
    Anchor,
    MeasureState,
    NoticeKind,
    Permission,
    ReminderKind,
    Role,
    Thing,
    ThingAction,
)
from workflow.words import m

MEASURE = ThingSpec(
    thing=Thing.MEASURE,
    initial=MeasureState.PROPOSED,
    created_with=Permission.MEASURE_ASSIGN,
    reads=("has_owner", "has_due_day", "has_proof", "case_closed"),
    states=(
        StateSpec(MeasureState.PROPOSED, waits_for=(Role.OFFICE,)),
        StateSpec(MeasureState.ASSIGNED, waits_for=(Role.RESPONSIBLE_ORGAN,)),
        StateSpec(MeasureState.REPORTED_DONE, waits_for=(Role.OFFICE,)),
        StateSpec(MeasureState.CONFIRMED, final=True),
        StateSpec(MeasureState.WAIVED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.ASSIGN_MEASURE,
            (MeasureState.PROPOSED,),
            MeasureState.ASSIGNED,
            Permission.MEASURE_ASSIGN,
            guards=(
                need.holds("has_owner", m("已确定责任单位"), m("还没有确定责任单位")),
                need.holds("has_due_day", m("已确定办理期限"), m("还没有确定办理期限")),
            ),
            back=ThingAction.RECALL_MEASURE,
            notices=(Notice(NoticeKind.MEASURE_ASSIGNED, (Role.RESPONSIBLE_ORGAN,)),),
        ),
        Transition(
            ThingAction.RECALL_MEASURE,
            (MeasureState.ASSIGNED,),
            MeasureState.PROPOSED,
            Permission.MEASURE_ASSIGN,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            form="reason",
        ),
        Transition(
            ThingAction.REPORT_MEASURE,
            (MeasureState.ASSIGNED,),
            MeasureState.REPORTED_DONE,
            Permission.MEASURE_REPORT,
            checks=(need.filled("result", m("已写明完成情况"), m("请写明完成情况")),),
            back=ThingAction.RETURN_MEASURE,
            bulk=False,
            notices=(Notice(NoticeKind.MEASURE_REPORTED, (Role.OFFICE,)),),
            form="report_measure",
        ),
        Transition(
            ThingAction.RETURN_MEASURE,
            (MeasureState.REPORTED_DONE,),
            MeasureState.ASSIGNED,
            Permission.MEASURE_CONFIRM,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            notices=(Notice(NoticeKind.MEASURE_RETURNED, (Role.RESPONSIBLE_ORGAN,)),),
            form="reason",
        ),
        Transition(
            ThingAction.CONFIRM_MEASURE,
            (MeasureState.REPORTED_DONE,),
            MeasureState.CONFIRMED,
            Permission.MEASURE_CONFIRM,
            guards=(need.holds("has_proof", m("已附完成证明"), m("还没有完成证明")),),
            back=ThingAction.REOPEN_MEASURE,
            not_by=(ThingAction.REPORT_MEASURE,),
        ),
        Transition(
            ThingAction.WAIVE_MEASURE,
            (MeasureState.PROPOSED, MeasureState.ASSIGNED),
            MeasureState.WAIVED,
            Permission.MEASURE_WAIVE,
            back=ThingAction.REOPEN_MEASURE,
            reason=ReasonRule.REQUIRED,
            form="reason",
        ),
        Transition(
            ThingAction.REOPEN_MEASURE,
            (MeasureState.CONFIRMED, MeasureState.WAIVED),
            MeasureState.ASSIGNED,
            Permission.MEASURE_WAIVE,
            guards=(
                need.holds("has_owner", m("已确定责任单位"), m("还没有确定责任单位")),
                need.absent(
                    "case_closed", m("考核卷还没有办结"), m("考核卷已办结,须先恢复结果运用")
                ),
            ),
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            notices=(Notice(NoticeKind.MEASURE_ASSIGNED, (Role.RESPONSIBLE_ORGAN,)),),
            form="reason",
        ),
    ),
    deadlines=(
        Deadline("measure", Anchor.THING_DUE_ON, title=m("事项办理期限")),
        by_rule("measure_confirm", Anchor.ENTERED_ON, "measure_confirm", title=m("完成确认期限")),
    ),
    reminders=(
        Reminder(
            ReminderKind.MEASURE_DUE,
            "measure",
            (MeasureState.ASSIGNED,),
            usual_steps(Role.RESPONSIBLE_ORGAN, Role.RESPONSIBLE_ORGAN),
        ),
        Reminder(
            ReminderKind.MEASURE_CONFIRM_DUE,
            "measure_confirm",
            (MeasureState.REPORTED_DONE,),
            office_steps(0, 1),
        ),
    ),
)

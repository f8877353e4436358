"""An evaluation meeting with its urn; small units take talks instead (M12)."""

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
)
from workflow.vocabulary import (
    Anchor,
    DocumentKind,
    MeetingState,
    NoticeKind,
    Permission,
    ReminderKind,
    Role,
    Thing,
    ThingAction,
)
from workflow.words import m

_URN_HERE = need.holds(
    "urn_here",
    m("测评箱没有带到现场"),
    m("测评箱已交给现场,先登记停用现场测评包"),
)

MEETING = ThingSpec(
    thing=Thing.MEETING,
    initial=MeetingState.PLANNED,
    created_with=Permission.MEETING_PLAN,
    reads=(
        "sheets_unready",
        "groups_too_small",
        "urn_opened",
        "urn_empty",
        "urn_here",
        "counts_balance",
        "tally_signed_by_two",
        "turnout_reached",
        "small_unit_rule",
        "urn_sealed",
        "unit_free",
        "meeting_on",
    ),
    states=(
        StateSpec(MeetingState.PLANNED, waits_for=(Role.ASSESSMENT_GROUP,)),
        StateSpec(MeetingState.FROZEN, waits_for=(Role.ASSESSMENT_GROUP,)),
        StateSpec(MeetingState.HELD, waits_for=(Role.TELLER, Role.TALLY_SUPERVISOR)),
        StateSpec(MeetingState.COUNTED, final=True),
        StateSpec(MeetingState.REPLACED_BY_TALKS, final=True),
        StateSpec(MeetingState.CANCELLED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.FREEZE_MEETING,
            (MeetingState.PLANNED,),
            MeetingState.FROZEN,
            Permission.MEETING_PLAN,
            guards=(
                need.none_left(
                    "sheets_unready", m("测评表样已核对"), m("还有 %(n)s 张测评表样没有核对")
                ),
                need.none_left(
                    "groups_too_small",
                    m("各类参评人员不少于最少人数"),
                    m("有 %(n)s 类参评人员少于最少人数,请合并类别或改为谈话代测评"),
                ),
            ),
            back=ThingAction.UNFREEZE_MEETING,
            notices=(Notice(NoticeKind.MEETING_FROZEN, (Role.UNIT_CONTACT,)),),
        ),
        Transition(
            ThingAction.UNFREEZE_MEETING,
            (MeetingState.FROZEN,),
            MeetingState.PLANNED,
            Permission.MEETING_PLAN,
            guards=(
                need.holds("urn_empty", m("还没有交卡"), m("已有人交卡,不能再改表样")),
                _URN_HERE,
            ),
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            form="reason",
        ),
        Transition(
            ThingAction.HOLD_MEETING,
            (MeetingState.FROZEN,),
            MeetingState.HELD,
            Permission.MEETING_HOLD,
            guards=(need.reached("meeting_on", m("已到会议日期"), m("还没有到会议日期")),),
            back=ThingAction.RERUN_MEETING,
            form="hold_meeting",
        ),
        Transition(
            ThingAction.RERUN_MEETING,
            (MeetingState.HELD,),
            MeetingState.PLANNED,
            Permission.MEETING_PLAN,
            guards=(
                need.holds(
                    "urn_sealed",
                    m("票箱还没有启封"),
                    m("票箱已经启封,不能重新组织测评:两次结果相减会暴露个人意见"),
                ),
            ),
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            notices=(Notice(NoticeKind.MEETING_CANCELLED, (Role.UNIT_CONTACT,)),),
            form="reason",
        ),
        Transition(
            ThingAction.COUNT_MEETING,
            (MeetingState.HELD,),
            MeetingState.COUNTED,
            Permission.TALLY,
            guards=(
                need.holds("urn_opened", m("票箱已启封"), m("票箱还没有启封")),
                need.holds(
                    "counts_balance",
                    m("发出、收回、有效、无效数相符"),
                    m("发出、收回、有效、无效数不相符"),
                ),
                need.holds(
                    "turnout_reached",
                    m("参测人数达到规定比例"),
                    m("参测人数没有达到规定比例,须重新组织测评"),
                ),
                need.holds(
                    "tally_signed_by_two",
                    m("计票人、监票人均已签名"),
                    m("计票人、监票人还没有都签名"),
                ),
            ),
            irreversible=m("计票结果登记后不能更改;有误的只能另作说明或重新组织测评"),
            documents=(DocumentKind.TALLY_SHEET,),
        ),
        Transition(
            ThingAction.REPLACE_BY_TALKS,
            (MeetingState.PLANNED,),
            MeetingState.REPLACED_BY_TALKS,
            Permission.MEETING_PLAN,
            guards=(
                need.holds(
                    "small_unit_rule", m("人数少于最少人数"), m("人数达到最少人数,应当组织测评")
                ),
            ),
            back=ThingAction.RESTORE_MEETING,
            reason=ReasonRule.REQUIRED,
            form="reason",
        ),
        Transition(
            ThingAction.CANCEL_MEETING,
            (MeetingState.PLANNED, MeetingState.FROZEN),
            MeetingState.CANCELLED,
            Permission.MEETING_PLAN,
            guards=(
                need.holds("urn_empty", m("还没有交卡"), m("已有人交卡,不能取消")),
                _URN_HERE,
            ),
            back=ThingAction.RESTORE_MEETING,
            reason=ReasonRule.REQUIRED,
            notices=(Notice(NoticeKind.MEETING_CANCELLED, (Role.UNIT_CONTACT,)),),
            form="reason",
        ),
        Transition(
            ThingAction.RESTORE_MEETING,
            (MeetingState.CANCELLED, MeetingState.REPLACED_BY_TALKS),
            MeetingState.PLANNED,
            Permission.MEETING_PLAN,
            guards=(
                need.holds("unit_free", m("单位没有另外的测评会"), m("单位已另有测评会或联评组")),
            ),
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            form="reason",
        ),
    ),
    deadlines=(
        Deadline("meeting", Anchor.MEETING_ON, title=m("测评会日期")),
        by_rule("count", Anchor.MEETING_ON, "count", title=m("计票期限")),
    ),
    reminders=(
        Reminder(
            ReminderKind.MEETING_DUE,
            "meeting",
            (MeetingState.PLANNED, MeetingState.FROZEN),
            office_steps(-7, -3, -1, to=Role.ASSESSMENT_GROUP),
        ),
        Reminder(ReminderKind.COUNT_DUE, "count", (MeetingState.HELD,), office_steps(-3, 0, 1)),
    ),
)

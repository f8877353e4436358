"""A dated hold on a case: it runs on, but only 不确定等次 may be decided (architecture.md 1)."""

from workflow import thing_guards as need
from workflow.grammar import (
    Deadline,
    Notice,
    Reminder,
    StateSpec,
    ThingSpec,
    Transition,
    office_steps,
)
from workflow.vocabulary import (
    Anchor,
    HoldState,
    NoticeKind,
    Permission,
    ReminderKind,
    Role,
    Thing,
    ThingAction,
)
from workflow.words import m

HOLD = ThingSpec(
    thing=Thing.HOLD,
    initial=HoldState.PLACED,
    created_with=Permission.HOLD_PLACE,
    states=(
        StateSpec(HoldState.PLACED, waits_for=(Role.OFFICE,)),
        StateSpec(HoldState.LIFTED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.LIFT_HOLD,
            (HoldState.PLACED,),
            HoldState.LIFTED,
            Permission.HOLD_LIFT,
            checks=(need.filled("conclusion", m("已写明解除依据"), m("请写明解除依据")),),
            irreversible=m("解除后有新情况的另行设置;已按不确定等次审定的,经更正补定等次"),
            bulk=False,
            notices=(
                Notice(NoticeKind.HOLD_LIFTED, (Role.OFFICE, Role.OFFICE_LEAD, Role.SUBJECT)),
            ),
            form="lift_hold",
        ),
    ),
    deadlines=(Deadline("hold", Anchor.THING_DUE_ON, title=m("暂缓事项复查日")),),
    reminders=(
        Reminder(ReminderKind.HOLD_REVIEW, "hold", (HoldState.PLACED,), office_steps(0, 5)),
    ),
)

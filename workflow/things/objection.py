"""An objection raised while 优秀 is on public notice."""

from workflow import thing_guards as need
from workflow.grammar import (
    Notice,
    Reminder,
    StateSpec,
    ThingSpec,
    Transition,
    by_rule,
    office_steps,
)
from workflow.vocabulary import (
    Anchor,
    NoticeKind,
    ObjectionState,
    Permission,
    ReminderKind,
    Role,
    Thing,
    ThingAction,
)
from workflow.words import m

OBJECTION = ThingSpec(
    thing=Thing.OBJECTION,
    initial=ObjectionState.RECEIVED,
    created_with=Permission.OBJECTION_HANDLE,
    notices_on_creation=(Notice(NoticeKind.OBJECTION_RECEIVED, (Role.OFFICE_LEAD,)),),
    states=(
        StateSpec(ObjectionState.RECEIVED, waits_for=(Role.OFFICE,)),
        StateSpec(ObjectionState.SUBSTANTIATED, final=True),
        StateSpec(ObjectionState.UNSUBSTANTIATED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.SUBSTANTIATE_OBJECTION,
            (ObjectionState.RECEIVED,),
            ObjectionState.SUBSTANTIATED,
            Permission.OBJECTION_HANDLE,
            checks=(need.filled("finding", m("已写明办理情况"), m("请写明办理情况")),),
            irreversible=m("认定属实的,考核卷退回综合研判"),
            bulk=False,
            form="handle_objection",
        ),
        Transition(
            ThingAction.DISMISS_OBJECTION,
            (ObjectionState.RECEIVED,),
            ObjectionState.UNSUBSTANTIATED,
            Permission.OBJECTION_HANDLE,
            checks=(need.filled("finding", m("已写明办理情况"), m("请写明办理情况")),),
            irreversible=m("认定后有新线索的另行登记"),
            bulk=False,
            form="handle_objection",
        ),
    ),
    deadlines=(by_rule("objection", Anchor.RECEIVED_ON, "objection", title=m("异议办理期限")),),
    reminders=(
        Reminder(
            ReminderKind.OBJECTION_DUE, "objection", (ObjectionState.RECEIVED,), office_steps()
        ),
    ),
)

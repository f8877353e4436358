"""结果运用: measures run beside the filing; the case closes when both are settled (M2)."""

from workflow import guards
from workflow.grammar import (
    Gate,
    Notice,
    Reminder,
    StageSpec,
    StateSpec,
    Transition,
    by_rule,
    office_steps,
)
from workflow.vocabulary import (
    Action,
    Anchor,
    NoticeKind,
    Permission,
    ReminderKind,
    Role,
    Stage,
    State,
)
from workflow.words import m

RESULT_APPLICATION = StageSpec(
    stage=Stage.RESULT_APPLICATION,
    states=(StateSpec(State.APPLYING, waits_for=(Role.RESPONSIBLE_ORGAN, Role.OFFICE)),),
    transitions=(
        Transition(
            Action.CLOSE,
            (State.APPLYING,),
            State.CLOSED,
            Permission.GATE_PASS,
            guards=(guards.first_volume_is_filed, guards.measures_are_settled),
            back=Action.REOPEN_APPLICATION,
            auto=True,
            notices=(Notice(NoticeKind.CASE_CLOSED, (Role.ARCHIVIST,)),),
        ),
    ),
    gate=Gate(m("首卷已归档;必办事项均已确认完成或决定不再办理"), (Action.CLOSE,)),
    deadlines=(
        by_rule(
            "signature_review", Anchor.NOTIFIED_ON, "signature_review", title=m("待补签复查期限")
        ),
    ),
    reminders=(
        Reminder(
            ReminderKind.SIGNATURE_REVIEW,
            "signature_review",
            (State.APPLYING,),
            office_steps(0, 5, to=Role.UNIT_CONTACT),
        ),
    ),
)

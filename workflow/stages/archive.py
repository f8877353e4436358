"""归档: continuation volume and four-property check after the first volume."""

from workflow import guards
from workflow.grammar import (
    Direction,
    Gate,
    ReasonRule,
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
    Clearing,
    DocumentKind,
    Permission,
    ReminderKind,
    Role,
    Stage,
    State,
)
from workflow.words import m

ARCHIVE = StageSpec(
    stage=Stage.ARCHIVE,
    states=(
        StateSpec(State.CLOSED, waits_for=(Role.ARCHIVIST,)),
        StateSpec(State.ARCHIVED, final=True),
    ),
    transitions=(
        Transition(
            Action.ARCHIVE,
            (State.CLOSED,),
            State.ARCHIVED,
            Permission.ARCHIVE_CASE,
            guards=(guards.continuation_is_filed, guards.four_check_is_passed),
            irreversible=m("归档后内容不再改动;以后的更正另立续卷,原件保留"),
            documents=(DocumentKind.CHECK_REPORT,),
        ),
        Transition(
            Action.REOPEN_APPLICATION,
            (State.CLOSED,),
            State.APPLYING,
            Permission.MEASURE_ASSIGN,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            clears=(Clearing.CLOSING,),
            form="reason",
        ),
    ),
    gate=Gate(m("续卷已归档,四性检测已通过"), (Action.ARCHIVE,)),
    deadlines=(by_rule("archive", Anchor.ENTERED_ON, "archive", title=m("续卷归档期限")),),
    reminders=(
        Reminder(
            ReminderKind.ARCHIVE_DUE,
            "archive",
            (State.CLOSED,),
            office_steps(-3, 0, 1, to=Role.ARCHIVIST),
        ),
    ),
)

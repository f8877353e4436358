"""考核对象审核: who takes part, by which organ, who comments."""

from workflow import guards
from workflow.grammar import (
    Deadline,
    Direction,
    Gate,
    Notice,
    ReasonRule,
    Reminder,
    StageSpec,
    StateSpec,
    Transition,
    office_steps,
)
from workflow.vocabulary import (
    Action,
    Anchor,
    Clearing,
    DocumentKind,
    NoticeKind,
    Permission,
    ReminderKind,
    Role,
    Stage,
    State,
)
from workflow.words import m

SCOPING = StageSpec(
    stage=Stage.SCOPING,
    states=(
        StateSpec(State.SCOPED, waits_for=(Role.OFFICE,)),
        StateSpec(State.NOT_ASSESSED, final=True),
    ),
    transitions=(
        Transition(
            Action.OPEN_SELF_REPORT,
            (State.SCOPED,),
            State.DRAFTING,
            Permission.SCOPE_CASES,
            guards=(
                guards.scheme_is_frozen,
                guards.organ_is_set,
                guards.commenter_is_set,
                guards.takes_part,
            ),
            back=Action.EXCLUDE,
            notices=(Notice(NoticeKind.SELF_REPORT_OPENED, (Role.SUBJECT, Role.UNIT_CONTACT)),),
        ),
        Transition(
            Action.EXCLUDE,
            (State.SCOPED, State.DRAFTING, State.SUBMITTED, State.RETURNED),
            State.NOT_ASSESSED,
            Permission.SCOPE_CASES,
            checks=(guards.exclusion_has_reason,),
            back=Action.REINSTATE,
            reason=ReasonRule.REQUIRED,
            notices=(Notice(NoticeKind.EXCLUDED, (Role.SUBJECT, Role.UNIT_CONTACT)),),
            documents=(DocumentKind.NON_ASSESSMENT_NOTE,),
            form="exclude",
        ),
        Transition(
            Action.REINSTATE,
            (State.NOT_ASSESSED,),
            State.SCOPED,
            Permission.SCOPE_CASES,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            clears=(Clearing.PARTICIPATION,),
            notices=(Notice(NoticeKind.REINSTATED, (Role.SUBJECT, Role.UNIT_CONTACT)),),
            form="reason",
        ),
    ),
    gate=Gate(m("参加方式、主管机关和评语填写人已确定,考核方案已锁定"), (Action.OPEN_SELF_REPORT,)),
    deadlines=(Deadline("scoping", Anchor.SCOPING_ENDS, title=m("考核对象审核期限")),),
    reminders=(Reminder(ReminderKind.SCOPING_DUE, "scoping", (State.SCOPED,), office_steps()),),
)

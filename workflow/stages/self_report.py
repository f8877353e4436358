"""述职: written by the subject, checked for form and content, accepted."""

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
    by_rule,
    usual_steps,
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

RETURNED = Notice(NoticeKind.REPORT_RETURNED, (Role.SUBJECT, Role.UNIT_CONTACT))

SELF_REPORT = StageSpec(
    stage=Stage.SELF_REPORT,
    states=(
        StateSpec(State.DRAFTING, waits_for=(Role.SUBJECT,)),
        StateSpec(State.SUBMITTED, waits_for=(Role.UNIT_CONTACT, Role.UNIT_HEAD)),
        StateSpec(State.RETURNED, waits_for=(Role.SUBJECT,)),
    ),
    transitions=(
        Transition(
            Action.SUBMIT,
            (State.DRAFTING, State.RETURNED),
            State.SUBMITTED,
            Permission.REPORT_WRITE,
            guards=(
                guards.report_is_open,
                guards.sections_are_complete,
                guards.report_is_within_length,
            ),
            back=Action.WITHDRAW,
            bulk=False,
            on_behalf=Permission.REPORT_ENTER,
            notices=(Notice(NoticeKind.REPORT_SUBMITTED, (Role.UNIT_CONTACT,)),),
            documents=(DocumentKind.SELF_REPORT,),
        ),
        Transition(
            Action.WITHDRAW,
            (State.SUBMITTED,),
            State.DRAFTING,
            Permission.REPORT_WRITE,
            direction=Direction.RETURN,
            bulk=False,
            reason=ReasonRule.OPTIONAL,
            on_behalf=Permission.REPORT_ENTER,
            clears=(Clearing.SUBMISSION,),
            form="reason",
        ),
        Transition(
            Action.RETURN_FOR_FORM,
            (State.SUBMITTED,),
            State.RETURNED,
            Permission.REPORT_CHECK_FORM,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            clears=(Clearing.SUBMISSION,),
            notices=(RETURNED,),
            form="return_report",
        ),
        Transition(
            Action.RETURN_ON_CONTENT,
            (State.SUBMITTED,),
            State.RETURNED,
            Permission.REPORT_CHECK_CONTENT,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            clears=(Clearing.SUBMISSION,),
            notices=(RETURNED,),
            form="return_report",
        ),
        Transition(
            Action.ACCEPT,
            (State.SUBMITTED,),
            State.COLLECTING,
            Permission.REPORT_ACCEPT,
            guards=(guards.sections_are_complete, guards.report_is_within_length),
            back=Action.REOPEN_REPORT,
            not_by=(Action.SUBMIT,),
            notices=(Notice(NoticeKind.REPORT_ACCEPTED, (Role.SUBJECT,)),),
        ),
    ),
    gate=Gate(m("述职报告已受理"), (Action.ACCEPT,)),
    deadlines=(
        Deadline("report", Anchor.REPORT_ENDS, title=m("述职报送期限")),
        by_rule("report_check", Anchor.ENTERED_ON, "report_check", title=m("述职审核期限")),
        by_rule("returned", Anchor.ENTERED_ON, "report_returned", title=m("退回修改期限")),
    ),
    reminders=(
        Reminder(ReminderKind.REPORT_DUE, "report", (State.DRAFTING,), usual_steps(Role.SUBJECT)),
        Reminder(
            ReminderKind.REPORT_CHECK_DUE,
            "report_check",
            (State.SUBMITTED,),
            usual_steps(Role.UNIT_CONTACT, Role.UNIT_HEAD)[2:],
        ),
        Reminder(
            ReminderKind.RETURNED_DUE,
            "returned",
            (State.RETURNED,),
            usual_steps(Role.SUBJECT)[1:],
        ),
    ),
)

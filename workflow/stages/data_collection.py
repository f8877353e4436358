"""实绩数据核报: a gate on the unit's data sheet, which is worked on beside the case."""

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
    NoticeKind,
    Permission,
    ReminderKind,
    Role,
    Stage,
    State,
)
from workflow.words import m

DATA_COLLECTION = StageSpec(
    stage=Stage.DATA_COLLECTION,
    states=(StateSpec(State.COLLECTING, waits_for=(Role.DATA_PROVIDER, Role.DATA_VERIFIER)),),
    transitions=(
        Transition(
            Action.PASS_DATA,
            (State.COLLECTING,),
            State.EVALUATING,
            Permission.GATE_PASS,
            guards=(guards.data_is_settled,),
            back=Action.RECALL_DATA,
            auto=True,
        ),
        Transition(
            Action.PASS_DATA_PROVISIONAL,
            (State.COLLECTING,),
            State.EVALUATING,
            Permission.GATE_PROVISIONAL,
            guards=(guards.data_is_unsettled,),
            checks=(guards.provisional_has_document,),
            back=Action.RECALL_DATA,
            reason=ReasonRule.REQUIRED,
            notices=(Notice(NoticeKind.PASSED_PROVISIONAL, (Role.OFFICE_LEAD,)),),
            form="provisional",
        ),
        Transition(
            Action.REOPEN_REPORT,
            (State.COLLECTING,),
            State.RETURNED,
            Permission.REPORT_REOPEN,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            clears=(Clearing.ACCEPTANCE,),
            notices=(Notice(NoticeKind.REPORT_RETURNED, (Role.SUBJECT, Role.UNIT_CONTACT)),),
            form="return_report",
        ),
    ),
    gate=Gate(
        m("单位实绩数据表已锁定;方案不要求数据表的直接通过;或按暂用数据通过并记录文号"),
        (Action.PASS_DATA, Action.PASS_DATA_PROVISIONAL),
    ),
    deadlines=(Deadline("data", Anchor.DATA_ENDS, title=m("实绩数据核报期限")),),
    reminders=(
        Reminder(ReminderKind.DATA_DUE, "data", (State.COLLECTING,), office_steps(-3, 0, 1)),
    ),
)

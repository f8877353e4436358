"""民主测评与群众评价: a gate on the unit's meeting; small units take talks (M12)."""

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

PUBLIC_EVALUATION = StageSpec(
    stage=Stage.PUBLIC_EVALUATION,
    states=(StateSpec(State.EVALUATING, waits_for=(Role.ASSESSMENT_GROUP,)),),
    transitions=(
        Transition(
            Action.PASS_EVALUATION,
            (State.EVALUATING,),
            State.SYNTHESISING,
            Permission.GATE_PASS,
            guards=(guards.evaluation_is_settled,),
            back=Action.RECALL_EVALUATION,
            auto=True,
        ),
        Transition(
            Action.PASS_EVALUATION_PROVISIONAL,
            (State.EVALUATING,),
            State.SYNTHESISING,
            Permission.GATE_PROVISIONAL,
            guards=(guards.evaluation_is_unsettled,),
            checks=(guards.provisional_has_document,),
            back=Action.RECALL_EVALUATION,
            reason=ReasonRule.REQUIRED,
            notices=(Notice(NoticeKind.PASSED_PROVISIONAL, (Role.OFFICE_LEAD,)),),
            form="provisional",
        ),
        Transition(
            Action.RECALL_DATA,
            (State.EVALUATING,),
            State.COLLECTING,
            Permission.GATE_RECALL,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            clears=(Clearing.DATA_PASS,),
            notices=(Notice(NoticeKind.SENT_BACK, (Role.OFFICE, Role.UNIT_CONTACT)),),
            form="reason",
        ),
    ),
    gate=Gate(
        m("测评已计票;小单位以谈话代测评;或按暂用结果通过并记录文号"),
        (Action.PASS_EVALUATION, Action.PASS_EVALUATION_PROVISIONAL),
    ),
    deadlines=(Deadline("evaluation", Anchor.EVALUATION_ENDS, title=m("测评期限")),),
    reminders=(
        Reminder(
            ReminderKind.EVALUATION_DUE,
            "evaluation",
            (State.EVALUATING,),
            office_steps(-3, 0, 1, to=Role.ASSESSMENT_GROUP),
        ),
    ),
)

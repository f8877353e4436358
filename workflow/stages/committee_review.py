"""综合研判与审定: from synthesis through the deciding chain to notice (条例; M7)."""

from workflow import grade_guards, guards
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

GRADE_CHECKS = (
    grade_guards.outcome_is_named,
    grade_guards.grade_may_be_set,
    grade_guards.bars_allow_grade,
    grade_guards.results_allow_excellent,
)
AFTER_NOTICE = (State.NOTIFIED, State.APPLYING, State.CLOSED, State.ARCHIVED)
AFRESH = (
    DocumentKind.RESULT_NOTICE,
    DocumentKind.REGISTRATION_FORM,
    DocumentKind.CORRECTION_RECORD,
)
TOLD_OF_CHANGE = Notice(
    NoticeKind.REGRADED, (Role.SUBJECT, Role.UNIT_CONTACT, Role.OFFICE, Role.ARCHIVIST)
)

PROPOSING = (
    Transition(
        Action.PROPOSE,
        (State.SYNTHESISING,),
        State.PROPOSED,
        Permission.PROPOSE_GRADE,
        guards=(
            guards.synthesis_is_written,
            guards.comment_is_written,
            guards.inquiries_are_concluded,
            guards.opinions_are_closed,
        ),
        checks=(*GRADE_CHECKS, grade_guards.departure_from_suggestion_is_explained),
        back=Action.RESUME_SYNTHESIS,
        notices=(Notice(NoticeKind.PROPOSED, (Role.OFFICE_LEAD,)),),
        form="propose",
    ),
    Transition(
        Action.RECALL_EVALUATION,
        (State.SYNTHESISING,),
        State.EVALUATING,
        Permission.GATE_RECALL,
        direction=Direction.RETURN,
        reason=ReasonRule.REQUIRED,
        clears=(Clearing.EVALUATION_PASS,),
        notices=(Notice(NoticeKind.SENT_BACK, (Role.OFFICE, Role.ASSESSMENT_GROUP)),),
        form="reason",
    ),
    Transition(
        Action.RESUME_SYNTHESIS,
        (State.PROPOSED,),
        State.SYNTHESISING,
        Permission.PROPOSE_GRADE,
        direction=Direction.RETURN,
        reason=ReasonRule.REQUIRED,
        clears=(Clearing.PROPOSAL,),
        notices=(Notice(NoticeKind.SENT_BACK, (Role.DRAFTING_DIVISION,)),),
        form="reason",
    ),
)

DECIDING = (
    Transition(
        Action.SEND_TO_DECIDING,
        (State.PROPOSED,),
        State.DECIDING,
        Permission.SEND_TO_DECIDE,
        guards=(guards.pool_is_balanced, guards.inquiries_are_concluded),
        back=Action.RETURN_TO_PROPOSED,
        notices=(Notice(NoticeKind.TO_DECIDE, (Role.DECISION_RECORDER, Role.COMMITTEE_MEMBER)),),
        documents=(DocumentKind.DECIDING_PAPER,),
    ),
    Transition(
        Action.RETURN_TO_PROPOSED,
        (State.DECIDING,),
        State.PROPOSED,
        Permission.DECIDE_GRADE,
        direction=Direction.RETURN,
        reason=ReasonRule.REQUIRED,
        clears=(Clearing.CHAIN,),
        notices=(Notice(NoticeKind.SENT_BACK, (Role.DRAFTING_DIVISION, Role.OFFICE_LEAD)),),
        form="reason",
    ),
    Transition(
        Action.DECIDE,
        (State.DECIDING,),
        State.DECIDED,
        Permission.DECIDE_GRADE,
        guards=(
            guards.chain_is_complete,
            guards.bars_are_fresh,
            guards.inquiries_are_concluded,
        ),
        checks=(*GRADE_CHECKS, grade_guards.departure_from_proposal_is_explained),
        irreversible=m(
            "审定结果由会议作出,记录后不能撤回;公示异议成立的重新研判,告知后经复核或更正改变"
        ),
        not_by=(Action.PROPOSE,),
        notices=(Notice(NoticeKind.DECIDED, (Role.OFFICE, Role.OFFICE_LEAD)),),
        documents=(DocumentKind.GRADE_APPROVAL,),
        form="decide",
    ),
)

TELLING = (
    Transition(
        Action.RELEASE_TO_PUBLICITY,
        (State.DECIDED,),
        State.IN_PUBLICITY,
        Permission.RELEASE_RESULT,
        guards=(guards.decision_is_released, guards.publicity_is_required),
        checks=(guards.publicity_has_end,),
        back=Action.UPHOLD_OBJECTION,
        notices=(Notice(NoticeKind.PUBLICITY_STARTED, (Role.UNIT_CONTACT, Role.OFFICE)),),
        documents=(DocumentKind.PUBLICITY_NOTICE,),
        form="publicity",
    ),
    Transition(
        Action.UPHOLD_OBJECTION,
        (State.IN_PUBLICITY,),
        State.SYNTHESISING,
        Permission.OBJECTION_HANDLE,
        guards=(guards.objection_is_substantiated,),
        direction=Direction.RETURN,
        reason=ReasonRule.REQUIRED,
        clears=(Clearing.PUBLICITY, Clearing.DECISION, Clearing.CHAIN, Clearing.PROPOSAL),
        notices=(Notice(NoticeKind.OBJECTION_UPHELD, (Role.DRAFTING_DIVISION, Role.OFFICE_LEAD)),),
        form="reason",
    ),
    Transition(
        Action.NOTIFY,
        (State.DECIDED, State.IN_PUBLICITY),
        State.NOTIFIED,
        Permission.NOTIFY_RESULT,
        guards=(guards.decision_is_released, guards.publicity_is_clean),
        irreversible=m("告知书送达后不能收回;结果只能经复核申诉或更正改变,并重新告知"),
        notices=(Notice(NoticeKind.RESULT, (Role.SUBJECT, Role.UNIT_CONTACT)),),
        documents=(DocumentKind.RESULT_NOTICE, DocumentKind.REGISTRATION_FORM),
    ),
    Transition(
        Action.START_APPLICATION,
        (State.NOTIFIED,),
        State.APPLYING,
        Permission.GATE_PASS,
        guards=(guards.notice_is_given, guards.statement_is_settled),
        irreversible=m("结果运用与归档并行办理;结果仍可经复核申诉或更正改变"),
        auto=True,
    ),
)

CHANGING = (
    Transition(
        Action.REGRADE,
        AFTER_NOTICE,
        State.NOTIFIED,
        Permission.REVIEW_DECIDE,
        guards=(guards.review_orders_regrade,),
        checks=(*GRADE_CHECKS, grade_guards.review_is_not_worse),
        irreversible=m("改定后的结果重新告知,原表保留并注明作废"),
        bulk=False,
        reason=ReasonRule.REQUIRED,
        not_by=(Action.DECIDE, Action.PROPOSE),
        clears=(Clearing.NOTICE,),
        notices=(TOLD_OF_CHANGE,),
        documents=AFRESH,
        form="regrade",
    ),
    Transition(
        Action.CORRECT_GRADE,
        AFTER_NOTICE,
        State.NOTIFIED,
        Permission.DECIDE_GRADE,
        guards=(guards.correction_is_approved, guards.bars_are_fresh),
        checks=(*GRADE_CHECKS, grade_guards.correction_changes_result),
        irreversible=m("更正后的结果重新告知,原表保留并注明作废"),
        bulk=False,
        reason=ReasonRule.REQUIRED,
        not_by=(Action.PROPOSE,),
        clears=(Clearing.NOTICE,),
        notices=(TOLD_OF_CHANGE,),
        documents=AFRESH,
        form="regrade",
    ),
)

COMMITTEE_REVIEW = StageSpec(
    stage=Stage.COMMITTEE_REVIEW,
    states=(
        StateSpec(State.SYNTHESISING, waits_for=(Role.ASSESSMENT_GROUP, Role.DRAFTING_DIVISION)),
        StateSpec(State.PROPOSED, waits_for=(Role.OFFICE_LEAD,)),
        StateSpec(State.DECIDING, waits_for=(Role.DECISION_RECORDER,)),
        StateSpec(State.DECIDED, waits_for=(Role.DECISION_RECORDER, Role.OFFICE)),
        StateSpec(State.IN_PUBLICITY, waits_for=(Role.OFFICE,)),
        StateSpec(State.NOTIFIED, waits_for=(Role.SUBJECT,)),
    ),
    transitions=(*PROPOSING, *DECIDING, *TELLING, *CHANGING),
    gate=Gate(
        m("审定程序各步完成,结果已发布;要求公示的公示期满且没有未办异议;已告知本人(待补签不影响)"),
        (Action.START_APPLICATION,),
    ),
    deadlines=(
        Deadline("synthesis", Anchor.SYNTHESIS_ENDS, title=m("综合研判期限")),
        Deadline("decision", Anchor.DECISION_ENDS, title=m("会议审定期限")),
        Deadline("release", Anchor.RELEASE_ENDS, title=m("结果发布期限")),
        by_rule("publicity", Anchor.PUBLICITY_STARTED, "publicity", title=m("公示期")),
        by_rule("statement", Anchor.NOTIFIED_ON, "statement", title=m("本人意见填写期限")),
    ),
    reminders=(
        Reminder(
            ReminderKind.SYNTHESIS_DUE,
            "synthesis",
            (State.SYNTHESISING,),
            office_steps(-7, -3, 0, 1, to=Role.DRAFTING_DIVISION),
        ),
        Reminder(
            ReminderKind.DECISION_DUE,
            "decision",
            (State.PROPOSED, State.DECIDING),
            office_steps(-3, 0, 1, to=Role.OFFICE_LEAD),
        ),
        Reminder(
            ReminderKind.RELEASE_DUE,
            "release",
            (State.DECIDED,),
            office_steps(-3, 0, 1, to=Role.OFFICE),
        ),
        Reminder(
            ReminderKind.PUBLICITY_ENDS, "publicity", (State.IN_PUBLICITY,), office_steps(0, 1)
        ),
        Reminder(
            ReminderKind.STATEMENT_DUE,
            "statement",
            (State.NOTIFIED,),
            office_steps(-1, 0, to=Role.SUBJECT),
        ),
    ),
)

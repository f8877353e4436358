"""A request to another body for its opinion, with a clock in working days (S14)."""

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
    usual_steps,
)
from workflow.vocabulary import (
    Anchor,
    DocumentKind,
    NoticeKind,
    OpinionRequestState,
    Permission,
    ReminderKind,
    Role,
    Thing,
    ThingAction,
)
from workflow.words import m

OPINION_REQUEST = ThingSpec(
    thing=Thing.OPINION_REQUEST,
    initial=OpinionRequestState.OPEN,
    created_with=Permission.OPINION_ASK,
    reads=("has_due_day", "overdue"),
    states=(
        StateSpec(OpinionRequestState.OPEN, waits_for=(Role.OFFICE, Role.DRAFTING_DIVISION)),
        StateSpec(OpinionRequestState.SENT, waits_for=(Role.OPINION_RESPONDENT,)),
        StateSpec(OpinionRequestState.ANSWERED, waits_for=(Role.OFFICE, Role.DRAFTING_DIVISION)),
        StateSpec(OpinionRequestState.CLOSED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.SEND_REQUEST,
            (OpinionRequestState.OPEN,),
            OpinionRequestState.SENT,
            Permission.OPINION_ASK,
            guards=(need.holds("has_due_day", m("已写明回复期限"), m("请写明回复期限")),),
            back=ThingAction.RECALL_REQUEST,
            notices=(Notice(NoticeKind.OPINION_ASKED, (Role.OPINION_RESPONDENT,)),),
            documents=(DocumentKind.OPINION_LETTER,),
        ),
        Transition(
            ThingAction.RECALL_REQUEST,
            (OpinionRequestState.SENT,),
            OpinionRequestState.OPEN,
            Permission.OPINION_ASK,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            form="reason",
        ),
        Transition(
            ThingAction.ANSWER_REQUEST,
            (OpinionRequestState.SENT,),
            OpinionRequestState.ANSWERED,
            Permission.OPINION_ANSWER,
            checks=(need.filled("opinion", m("已写明意见"), m("请写明意见")),),
            back=ThingAction.RETURN_ANSWER,
            bulk=False,
            on_behalf=Permission.OPINION_ASK,
            notices=(Notice(NoticeKind.OPINION_ANSWERED, (Role.OFFICE, Role.DRAFTING_DIVISION)),),
            documents=(DocumentKind.OPINION_ANSWER,),
            form="answer_request",
        ),
        Transition(
            ThingAction.RETURN_ANSWER,
            (OpinionRequestState.ANSWERED,),
            OpinionRequestState.SENT,
            Permission.OPINION_ASK,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            notices=(Notice(NoticeKind.OPINION_RETURNED, (Role.OPINION_RESPONDENT,)),),
            form="reason",
        ),
        Transition(
            ThingAction.CLOSE_REQUEST,
            (OpinionRequestState.ANSWERED,),
            OpinionRequestState.CLOSED,
            Permission.OPINION_ASK,
            irreversible=m("办结后有新情况的另行发函"),
        ),
        Transition(
            ThingAction.CLOSE_UNANSWERED,
            (OpinionRequestState.SENT,),
            OpinionRequestState.CLOSED,
            Permission.OPINION_ASK,
            guards=(need.holds("overdue", m("回复期限已过"), m("回复期限还没有过")),),
            irreversible=m("办结后有新情况的另行发函"),
            reason=ReasonRule.REQUIRED,
            form="reason",
        ),
    ),
    deadlines=(Deadline("opinion", Anchor.THING_DUE_ON, title=m("征求意见回复期限")),),
    reminders=(
        Reminder(
            ReminderKind.OPINION_DUE,
            "opinion",
            (OpinionRequestState.SENT,),
            usual_steps(Role.OPINION_RESPONDENT, Role.OPINION_RESPONDENT)[1:],
        ),
    ),
)

"""A negative rating (差评): fixed, called back and confirmed, each by its working day."""

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
    NegativeRatingState,
    NoticeKind,
    Permission,
    ReminderKind,
    Role,
    Thing,
    ThingAction,
)
from workflow.words import m

FIXING, CALLING_BACK = NegativeRatingState.FIXING, NegativeRatingState.CALLING_BACK
ANSWERED = NegativeRatingState.ANSWERED
TOLD = (Notice(NoticeKind.RATING_RETURNED, (Role.RESPONSIBLE_ORGAN,)),)

NEGATIVE_RATING = ThingSpec(
    thing=Thing.NEGATIVE_RATING,
    initial=FIXING,
    created_with=Permission.SURVEY_MANAGE,
    created_by=ThingAction.RECORD_RATING,
    notices_on_creation=(Notice(NoticeKind.RATING_RECEIVED, (Role.RESPONSIBLE_ORGAN,)),),
    reads=("has_proof",),
    states=(
        StateSpec(FIXING, waits_for=(Role.RESPONSIBLE_ORGAN,)),
        StateSpec(CALLING_BACK, waits_for=(Role.RESPONSIBLE_ORGAN,)),
        StateSpec(ANSWERED, waits_for=(Role.OFFICE,)),
        StateSpec(NegativeRatingState.CONFIRMED, final=True),
        StateSpec(NegativeRatingState.EXCLUDED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.FIX_RATING,
            (FIXING,),
            CALLING_BACK,
            Permission.RATING_HANDLE,
            checks=(need.filled("result", m("已写明整改情况"), m("请写明整改情况")),),
            back=ThingAction.RETURN_RATING,
            bulk=False,
            form="fix_rating",
        ),
        Transition(
            ThingAction.CALL_BACK,
            (CALLING_BACK,),
            ANSWERED,
            Permission.RATING_HANDLE,
            checks=(need.filled("answer", m("已写明回访结果"), m("请选择回访结果")),),
            back=ThingAction.RETURN_RATING,
            bulk=False,
            form="call_back",
        ),
        Transition(
            ThingAction.RETURN_RATING,
            (CALLING_BACK, ANSWERED),
            FIXING,
            Permission.SURVEY_CONFIRM,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            notices=TOLD,
            form="reason",
        ),
        Transition(
            ThingAction.CONFIRM_RATING,
            (ANSWERED,),
            NegativeRatingState.CONFIRMED,
            Permission.SURVEY_CONFIRM,
            guards=(need.holds("has_proof", m("已附整改证明"), m("还没有整改证明")),),
            back=ThingAction.REOPEN_RATING,
            not_by=(ThingAction.FIX_RATING, ThingAction.CALL_BACK),
        ),
        Transition(
            ThingAction.EXCLUDE_RATING,
            (FIXING, CALLING_BACK, ANSWERED),
            NegativeRatingState.EXCLUDED,
            Permission.SURVEY_CONFIRM,
            back=ThingAction.REOPEN_RATING,
            reason=ReasonRule.REQUIRED,
            bulk=False,
            not_by=(ThingAction.RECORD_RATING,),
            form="reason",
        ),
        Transition(
            ThingAction.REOPEN_RATING,
            (NegativeRatingState.CONFIRMED, NegativeRatingState.EXCLUDED),
            FIXING,
            Permission.SURVEY_CONFIRM,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            notices=TOLD,
            form="reason",
        ),
    ),
    deadlines=(Deadline("rating", Anchor.THING_DUE_ON, title=m("差评整改和回访期限")),),
    reminders=(
        Reminder(
            ReminderKind.RATING_DUE,
            "rating",
            (FIXING, CALLING_BACK),
            usual_steps(Role.RESPONSIBLE_ORGAN, Role.RESPONSIBLE_ORGAN),
        ),
    ),
)

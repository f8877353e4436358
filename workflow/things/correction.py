"""A correction after notice or filing: the old form stays, a volume is added."""

from workflow import thing_guards as need
from workflow.grammar import (
    Direction,
    Notice,
    ReasonRule,
    StateSpec,
    ThingSpec,
    Transition,
)
from workflow.vocabulary import (
    CorrectionState,
    DocumentKind,
    NoticeKind,
    Permission,
    Role,
    Thing,
    ThingAction,
)
from workflow.words import m

CORRECTION = ThingSpec(
    thing=Thing.CORRECTION,
    initial=CorrectionState.DRAFTED,
    created_with=Permission.CORRECTION_DRAFT,
    created_by=ThingAction.DRAFT_CORRECTION,
    reads=("has_document", "case_corrected"),
    states=(
        StateSpec(CorrectionState.DRAFTED, waits_for=(Role.OFFICE_LEAD,)),
        StateSpec(CorrectionState.APPROVED, waits_for=(Role.DECISION_RECORDER,)),
        StateSpec(CorrectionState.APPLIED, final=True),
        StateSpec(CorrectionState.DROPPED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.APPROVE_CORRECTION,
            (CorrectionState.DRAFTED,),
            CorrectionState.APPROVED,
            Permission.CORRECTION_APPROVE,
            guards=(need.holds("has_document", m("已写明更正文号"), m("请写明更正文号")),),
            back=ThingAction.DROP_CORRECTION,
            bulk=False,
            not_by=(ThingAction.DRAFT_CORRECTION,),
        ),
        Transition(
            ThingAction.DROP_CORRECTION,
            (CorrectionState.DRAFTED, CorrectionState.APPROVED),
            CorrectionState.DROPPED,
            Permission.CORRECTION_APPROVE,
            guards=(
                need.absent("case_corrected", m("还没有执行更正"), m("更正已经执行,不能撤销")),
            ),
            direction=Direction.RETURN,
            bulk=False,
            reason=ReasonRule.REQUIRED,
            form="reason",
        ),
        Transition(
            ThingAction.APPLY_CORRECTION,
            (CorrectionState.APPROVED,),
            CorrectionState.APPLIED,
            Permission.CORRECTION_APPROVE,
            guards=(
                need.holds("case_corrected", m("考核卷结果已更正"), m("考核卷结果还没有更正")),
            ),
            irreversible=m("更正执行后须逐项告知受影响的单位"),
            auto=True,
            bulk=False,
            notices=(
                Notice(NoticeKind.CORRECTION_APPLIED, (Role.OFFICE, Role.ARCHIVIST, Role.SUBJECT)),
            ),
            documents=(DocumentKind.CORRECTION_RECORD,),
        ),
    ),
)

"""The data sheet of a unit in a cycle: entered by one person, verified by another."""

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
    by_rule,
    usual_steps,
)
from workflow.vocabulary import (
    Anchor,
    DataSheetState,
    DocumentKind,
    NoticeKind,
    Permission,
    ReminderKind,
    Role,
    Thing,
    ThingAction,
)
from workflow.words import m

_SETTLED = need.none_left(
    "values_contradicted", m("数据之间的矛盾均已处理"), m("还有 %(n)s 处数据矛盾没有处理")
)

DATA_SHEET = ThingSpec(
    thing=Thing.DATA_SHEET,
    initial=DataSheetState.OPEN,
    created_with=Permission.CYCLE_MANAGE,
    reads=(
        "values_missing",
        "values_unverified",
        "values_disputed",
        "values_contradicted",
        "unit_may_object",
    ),
    states=(
        StateSpec(DataSheetState.OPEN, waits_for=(Role.DATA_PROVIDER,)),
        StateSpec(DataSheetState.SUBMITTED, waits_for=(Role.DATA_VERIFIER,)),
        StateSpec(DataSheetState.VERIFIED, waits_for=(Role.OFFICE,)),
        StateSpec(DataSheetState.FROZEN, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.SUBMIT_SHEET,
            (DataSheetState.OPEN,),
            DataSheetState.SUBMITTED,
            Permission.DATA_ENTER,
            guards=(
                need.none_left(
                    "values_missing",
                    m("各项指标已填报或写明缺失原因"),
                    m("还有 %(n)s 项指标没有填报,也没有写明缺失原因"),
                ),
                _SETTLED,
            ),
            back=ThingAction.WITHDRAW_SHEET,
            notices=(Notice(NoticeKind.SHEET_TO_VERIFY, (Role.DATA_VERIFIER,)),),
        ),
        Transition(
            ThingAction.WITHDRAW_SHEET,
            (DataSheetState.SUBMITTED,),
            DataSheetState.OPEN,
            Permission.DATA_ENTER,
            direction=Direction.RETURN,
            reason=ReasonRule.OPTIONAL,
            form="reason",
        ),
        Transition(
            ThingAction.RETURN_SHEET,
            (DataSheetState.SUBMITTED, DataSheetState.VERIFIED),
            DataSheetState.OPEN,
            Permission.DATA_VERIFY,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            notices=(Notice(NoticeKind.SHEET_RETURNED, (Role.DATA_PROVIDER,)),),
            form="reason",
        ),
        Transition(
            ThingAction.VERIFY_SHEET,
            (DataSheetState.SUBMITTED,),
            DataSheetState.VERIFIED,
            Permission.DATA_VERIFY,
            guards=(
                need.none_left(
                    "values_unverified", m("各项数据已逐项审核"), m("还有 %(n)s 项数据没有审核")
                ),
                _SETTLED,
            ),
            back=ThingAction.UNVERIFY_SHEET,
            not_by=(ThingAction.SUBMIT_SHEET,),
            notices=(Notice(NoticeKind.SHEET_TO_CONFIRM, (Role.UNIT_CONTACT,)),),
        ),
        Transition(
            ThingAction.CORRECT_SHEET,
            (DataSheetState.VERIFIED,),
            DataSheetState.SUBMITTED,
            Permission.DATA_ENTER,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            notices=(Notice(NoticeKind.SHEET_TO_VERIFY, (Role.DATA_VERIFIER,)),),
            form="reason",
        ),
        Transition(
            ThingAction.UNVERIFY_SHEET,
            (DataSheetState.VERIFIED,),
            DataSheetState.SUBMITTED,
            Permission.DATA_FREEZE,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            notices=(Notice(NoticeKind.SHEET_TO_VERIFY, (Role.DATA_VERIFIER,)),),
            form="reason",
        ),
        Transition(
            ThingAction.FREEZE_SHEET,
            (DataSheetState.VERIFIED,),
            DataSheetState.FROZEN,
            Permission.DATA_FREEZE,
            guards=(
                need.none_left(
                    "values_unverified", m("各项数据已逐项审核"), m("还有 %(n)s 项数据没有审核")
                ),
                _SETTLED,
                need.none_left(
                    "values_disputed", m("单位异议均已答复"), m("还有 %(n)s 项单位异议没有答复")
                ),
                need.absent(
                    "unit_may_object",
                    m("单位已确认数据,或者确认期限已过"),
                    m("单位还在确认期内,没有确认数据"),
                ),
            ),
            back=ThingAction.REVISE_SHEET,
            notices=(Notice(NoticeKind.SHEET_FROZEN, (Role.UNIT_CONTACT, Role.DATA_PROVIDER)),),
            documents=(DocumentKind.DATA_SHEET,),
        ),
        Transition(
            ThingAction.REVISE_SHEET,
            (DataSheetState.FROZEN,),
            DataSheetState.OPEN,
            Permission.DATA_FREEZE,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            checks=(
                need.filled("document_no", m("写明修订依据的文号"), m("请写明修订依据的文号")),
            ),
            notices=(Notice(NoticeKind.SHEET_REVISED, (Role.OFFICE, Role.DRAFTING_DIVISION)),),
            form="provisional",
        ),
    ),
    deadlines=(
        Deadline("sheet", Anchor.DATA_ENDS, title=m("数据填报期限")),
        by_rule("sheet_verify", Anchor.ENTERED_ON, "sheet_verify", title=m("数据审核期限")),
        Deadline("sheet_confirm", Anchor.THING_DUE_ON, title=m("单位确认数据期限")),
        Deadline("sheet_answer", Anchor.RECEIVED_ON, title=m("数据异议答复期限")),
    ),
    reminders=(
        Reminder(
            ReminderKind.DATA_DUE, "sheet", (DataSheetState.OPEN,), usual_steps(Role.DATA_PROVIDER)
        ),
        Reminder(
            ReminderKind.DATA_VERIFY_DUE,
            "sheet_verify",
            (DataSheetState.SUBMITTED,),
            usual_steps(Role.DATA_VERIFIER)[2:],
        ),
        Reminder(
            ReminderKind.DATA_CONFIRM_DUE,
            "sheet_confirm",
            (DataSheetState.VERIFIED,),
            usual_steps(Role.UNIT_CONTACT)[1:],
        ),
        Reminder(
            ReminderKind.DATA_ANSWER_DUE,
            "sheet_answer",
            (DataSheetState.SUBMITTED, DataSheetState.VERIFIED),
            usual_steps(Role.DATA_PROVIDER)[2:],
        ),
    ),
)

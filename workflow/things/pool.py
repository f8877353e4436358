"""A pool: cases compared side by side under one quota of 优秀."""

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
    DocumentKind,
    NoticeKind,
    Permission,
    PoolState,
    Role,
    Thing,
    ThingAction,
)
from workflow.words import m

POOL = ThingSpec(
    thing=Thing.POOL,
    initial=PoolState.OPEN,
    created_with=Permission.POOL_BALANCE,
    reads=("over_quota", "cases_unproposed", "cases_undecided"),
    states=(
        StateSpec(PoolState.OPEN, waits_for=(Role.DRAFTING_DIVISION,)),
        StateSpec(PoolState.BALANCED, waits_for=(Role.DECISION_RECORDER,)),
        StateSpec(PoolState.DECIDED, waits_for=(Role.DECISION_RECORDER,)),
        StateSpec(PoolState.RELEASED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.BALANCE_POOL,
            (PoolState.OPEN,),
            PoolState.BALANCED,
            Permission.POOL_BALANCE,
            guards=(
                need.none_left(
                    "cases_unproposed",
                    m("组内均已提出等次建议"),
                    m("组内还有 %(n)s 人(个)没有等次建议"),
                ),
                need.none_left(
                    "over_quota", m("优秀建议不超过名额"), m("优秀建议超过名额 %(n)s 个")
                ),
            ),
            back=ThingAction.REOPEN_POOL,
            notices=(Notice(NoticeKind.TO_DECIDE, (Role.OFFICE_LEAD,)),),
        ),
        Transition(
            ThingAction.REOPEN_POOL,
            (PoolState.BALANCED,),
            PoolState.OPEN,
            Permission.POOL_BALANCE,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            form="reason",
        ),
        Transition(
            ThingAction.DECIDE_POOL,
            (PoolState.BALANCED,),
            PoolState.DECIDED,
            Permission.DECIDE_GRADE,
            guards=(
                need.none_left(
                    "cases_undecided", m("组内均已审定"), m("组内还有 %(n)s 人(个)没有审定")
                ),
                need.none_left("over_quota", m("优秀不超过名额"), m("优秀超过名额 %(n)s 个")),
            ),
            irreversible=m("审定结果由会议作出,只能经复核或更正改变"),
            not_by=(ThingAction.BALANCE_POOL,),
        ),
        Transition(
            ThingAction.RELEASE_POOL,
            (PoolState.DECIDED,),
            PoolState.RELEASED,
            Permission.RELEASE_RESULT,
            irreversible=m("发布后进入公示或告知,不能收回"),
            notices=(Notice(NoticeKind.DECIDED, (Role.OFFICE, Role.OFFICE_LEAD)),),
            documents=(DocumentKind.CIRCULAR,),
        ),
    ),
)

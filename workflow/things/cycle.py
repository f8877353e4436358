"""The assessment year: scheme and roster freeze before it opens."""

from workflow import thing_guards as need
from workflow.grammar import (
    Direction,
    ReasonRule,
    StateSpec,
    ThingSpec,
    Transition,
)
from workflow.vocabulary import (
    CycleState,
    Permission,
    Role,
    Thing,
    ThingAction,
)
from workflow.words import m

CYCLE = ThingSpec(
    thing=Thing.CYCLE,
    initial=CycleState.PREPARING,
    created_with=Permission.CYCLE_MANAGE,
    reads=("readiness_open", "cases_open"),
    states=(
        StateSpec(CycleState.PREPARING, waits_for=(Role.OFFICE,)),
        StateSpec(CycleState.FROZEN, waits_for=(Role.OFFICE_LEAD,)),
        StateSpec(CycleState.OPEN, waits_for=(Role.OFFICE,)),
        StateSpec(CycleState.CLOSED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.FREEZE_SCHEME,
            (CycleState.PREPARING,),
            CycleState.FROZEN,
            Permission.SCHEME_FREEZE,
            guards=(
                need.none_left(
                    "readiness_open", m("启动前检查各项已完成"), m("启动前检查还有 %(n)s 项未完成")
                ),
            ),
            back=ThingAction.UNFREEZE_SCHEME,
        ),
        Transition(
            ThingAction.UNFREEZE_SCHEME,
            (CycleState.FROZEN,),
            CycleState.PREPARING,
            Permission.SCHEME_FREEZE,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            form="reason",
        ),
        Transition(
            ThingAction.OPEN_CYCLE,
            (CycleState.FROZEN,),
            CycleState.OPEN,
            Permission.CYCLE_MANAGE,
            irreversible=m("启动后方案、表格和期限不再改动;变更须经批准,并计入填报事项统计"),
        ),
        Transition(
            ThingAction.CLOSE_CYCLE,
            (CycleState.OPEN,),
            CycleState.CLOSED,
            Permission.CYCLE_MANAGE,
            guards=(
                need.none_left("cases_open", m("考核卷均已归档"), m("还有 %(n)s 份考核卷没有归档")),
            ),
            irreversible=m("年度考核结束后只能另行更正"),
        ),
    ),
)

"""A public survey: collected in the booth, or imported; its result confirmed by another person."""

from workflow import thing_guards as need
from workflow.grammar import Direction, ReasonRule, StateSpec, ThingSpec, Transition
from workflow.vocabulary import Permission, Role, SurveyState, Thing, ThingAction
from workflow.words import m

COLLECTED = need.absent("imported", m("在测评站点收集的评价"), m("这是导入的结果,不在测评站点收集"))
IMPORTED = need.holds("imported", m("导入的评价结果"), m("这是在测评站点收集的评价,须先截止收集"))
NOT_ENTERED = need.absent(
    "entered", m("结果还没有填入数据表"), m("结果已填入数据表并报送,须先由审核人退回")
)

SURVEY = ThingSpec(
    thing=Thing.SURVEY,
    initial=SurveyState.DRAFTED,
    created_with=Permission.SURVEY_MANAGE,
    created_by=ThingAction.DRAFT_SURVEY,
    reads=("imported", "ready", "figures_in", "entered"),
    states=(
        StateSpec(SurveyState.DRAFTED, waits_for=(Role.OFFICE,)),
        StateSpec(SurveyState.OPEN, waits_for=(Role.OFFICE,)),
        StateSpec(SurveyState.CLOSED, waits_for=(Role.OFFICE,)),
        StateSpec(SurveyState.COUNTED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.OPEN_SURVEY,
            (SurveyState.DRAFTED,),
            SurveyState.OPEN,
            Permission.SURVEY_MANAGE,
            guards=(
                COLLECTED,
                need.holds("ready", m("已列出地区和起止日期"), m("还没有列出地区或起止日期")),
            ),
            back=ThingAction.RECALL_SURVEY,
            bulk=False,
        ),
        Transition(
            ThingAction.RECALL_SURVEY,
            (SurveyState.OPEN,),
            SurveyState.DRAFTED,
            Permission.SURVEY_MANAGE,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            bulk=False,
            form="reason",
        ),
        Transition(
            ThingAction.CLOSE_SURVEY,
            (SurveyState.OPEN,),
            SurveyState.CLOSED,
            Permission.SURVEY_MANAGE,
            back=ThingAction.REOPEN_SURVEY,
            bulk=False,
        ),
        Transition(
            ThingAction.REOPEN_SURVEY,
            (SurveyState.CLOSED,),
            SurveyState.OPEN,
            Permission.SURVEY_MANAGE,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            bulk=False,
            form="reason",
        ),
        Transition(
            ThingAction.COUNT_SURVEY,
            (SurveyState.CLOSED,),
            SurveyState.COUNTED,
            Permission.SURVEY_CONFIRM,
            guards=(need.holds("figures_in", m("已取得合计"), m("还没有取得合计")),),
            back=ThingAction.RECOUNT_SURVEY,
            bulk=False,
            not_by=(ThingAction.CLOSE_SURVEY,),
        ),
        Transition(
            ThingAction.RECOUNT_SURVEY,
            (SurveyState.COUNTED,),
            SurveyState.CLOSED,
            Permission.SURVEY_CONFIRM,
            guards=(COLLECTED, NOT_ENTERED),
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            bulk=False,
            form="reason",
        ),
        Transition(
            ThingAction.CONFIRM_IMPORT,
            (SurveyState.DRAFTED,),
            SurveyState.COUNTED,
            Permission.SURVEY_CONFIRM,
            guards=(IMPORTED,),
            back=ThingAction.RETURN_IMPORT,
            not_by=(ThingAction.DRAFT_SURVEY,),
        ),
        Transition(
            ThingAction.RETURN_IMPORT,
            (SurveyState.COUNTED,),
            SurveyState.DRAFTED,
            Permission.SURVEY_CONFIRM,
            guards=(IMPORTED, NOT_ENTERED),
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            bulk=False,
            form="reason",
        ),
    ),
)

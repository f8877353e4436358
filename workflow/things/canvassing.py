"""A report that answers were asked for (拉票): decided by another person, with a way back."""

from workflow import thing_guards as need
from workflow.grammar import Direction, ReasonRule, StateSpec, ThingSpec, Transition
from workflow.vocabulary import CanvassingState, Permission, Role, Thing, ThingAction
from workflow.words import m

FOUND = need.filled("finding", m("已写明核实情况"), m("请写明核实情况"))

CANVASSING = ThingSpec(
    thing=Thing.CANVASSING,
    initial=CanvassingState.REPORTED,
    created_with=Permission.SURVEY_MANAGE,
    created_by=ThingAction.REPORT_CANVASSING,
    states=(
        StateSpec(CanvassingState.REPORTED, waits_for=(Role.OFFICE,)),
        StateSpec(CanvassingState.UPHELD, final=True),
        StateSpec(CanvassingState.DISMISSED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.UPHOLD_CANVASSING,
            (CanvassingState.REPORTED,),
            CanvassingState.UPHELD,
            Permission.SURVEY_CONFIRM,
            checks=(FOUND,),
            back=ThingAction.REOPEN_CANVASSING,
            bulk=False,
            not_by=(ThingAction.REPORT_CANVASSING,),
            form="find_canvassing",
        ),
        Transition(
            ThingAction.DISMISS_CANVASSING,
            (CanvassingState.REPORTED,),
            CanvassingState.DISMISSED,
            Permission.SURVEY_CONFIRM,
            checks=(FOUND,),
            back=ThingAction.REOPEN_CANVASSING,
            bulk=False,
            not_by=(ThingAction.REPORT_CANVASSING,),
            form="find_canvassing",
        ),
        Transition(
            ThingAction.REOPEN_CANVASSING,
            (CanvassingState.UPHELD, CanvassingState.DISMISSED),
            CanvassingState.REPORTED,
            Permission.SURVEY_CONFIRM,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            bulk=False,
            form="reason",
        ),
    ),
)

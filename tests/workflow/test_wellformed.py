"""An ill-formed process does not build, and says what to mend."""

from dataclasses import replace
from typing import Any

import pytest

from workflow import thing_guards as need
from workflow.grammar import (
    Direction,
    IllFormed,
    ReasonRule,
    StageSpec,
    StateSpec,
    Transition,
)
from workflow.process import assemble
from workflow.stages import STAGES
from workflow.things import THINGS
from workflow.vocabulary import (
    Action,
    Permission,
    PoolState,
    Stage,
    State,
    Thing,
    ThingAction,
)
from workflow.words import m


def with_move(stage: Stage, action: Action, **changes: Any) -> tuple[StageSpec, ...]:
    """The stages with one move of one stage changed."""
    return tuple(
        replace(
            spec,
            transitions=tuple(
                replace(move, **changes) if move.action is action else move
                for move in spec.transitions
            ),
        )
        if spec.stage is stage
        else spec
        for spec in STAGES
    )


def refused(stages: Any, things: Any = THINGS) -> list[str]:
    with pytest.raises(IllFormed) as caught:
        assemble(stages, things)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("stage", "action", "changes", "fault"),
    [
        (
            Stage.SELF_REPORT,
            Action.ACCEPT,
            {"permission": None},
            "accept: states no permission",
        ),
        (
            Stage.SELF_REPORT,
            Action.ACCEPT,
            {"back": None},
            "accept: a forward move carries either back= or irreversible=",
        ),
        (
            Stage.SELF_REPORT,
            Action.ACCEPT,
            {"irreversible": m("受理后不能退回")},
            "accept: a forward move carries either back= or irreversible=",
        ),
        (
            Stage.SELF_REPORT,
            Action.ACCEPT,
            {"back": Action.WITHDRAW},
            "accept: its way back withdraw does not start at collecting",
        ),
        (
            Stage.SELF_REPORT,
            Action.WITHDRAW,
            {"reason": ReasonRule.NONE},
            "withdraw: a return move asks for a reason",
        ),
        (
            Stage.SELF_REPORT,
            Action.WITHDRAW,
            {"auto": True, "guards": STAGES[1].transitions[0].guards},
            "withdraw: a return move is never automatic",
        ),
        (
            Stage.SELF_REPORT,
            Action.WITHDRAW,
            {"back": Action.SUBMIT},
            "withdraw: a return move has neither back= nor irreversible=",
        ),
        (
            Stage.DATA_COLLECTION,
            Action.PASS_DATA,
            {"guards": ()},
            "pass_data: opens to the jobs without any guard",
        ),
        (Stage.SELF_REPORT, Action.WITHDRAW, {"sources": ()}, "withdraw: starts nowhere"),
    ],
)
def test_move_that_breaks_a_law_is_refused(
    stage: Stage, action: Action, changes: dict[str, Any], fault: str
) -> None:
    assert fault in refused(with_move(stage, action, **changes))


def test_unreachable_state_is_refused() -> None:
    stages = with_move(Stage.SCOPING, Action.EXCLUDE, target=State.SCOPED)
    assert "not_assessed: no move leads here" in refused(stages)


def test_dead_end_is_refused() -> None:
    spec = replace(STAGES[5], transitions=())
    faults = refused((*STAGES[:5], spec, STAGES[6]))
    assert "applying: a dead end, no forward move leads on to a final state" in faults
    assert "close: no stage declares it" in faults
    assert "result_application: its gate close does not lead out of it" in faults


def test_reminder_outside_its_stage_is_refused() -> None:
    wrong = replace(STAGES[0].reminders[0], states=(State.DECIDED,))
    stages = (replace(STAGES[0], reminders=(wrong,)), *STAGES[1:])
    assert refused(stages) == ["scoping: scoping_due reminds outside its stage, in decided"]


def test_reminder_of_an_unknown_deadline_is_refused() -> None:
    wrong = replace(STAGES[0].reminders[0], deadline="never")
    stages = (replace(STAGES[0], reminders=(wrong,)), *STAGES[1:])
    assert refused(stages) == ["scoping: scoping_due reminds of unknown deadline never"]


def test_deadline_key_that_stands_twice_is_refused() -> None:
    stages = (replace(STAGES[0], deadlines=STAGES[0].deadlines * 2), *STAGES[1:])
    assert refused(stages) == ["scoping: a deadline key stands twice"]


def test_stages_out_of_order_are_refused() -> None:
    faults = refused((STAGES[1], STAGES[0], *STAGES[2:]))
    assert faults == ["stages: not exactly the seven of the track in order"]


def test_state_with_two_homes_is_refused() -> None:
    spec = replace(STAGES[0], states=(*STAGES[0].states, StateSpec(State.ARCHIVED, final=True)))
    assert refused((spec, *STAGES[1:])) == ["archived: lives in scoping and archive"]


def test_state_without_a_home_is_refused() -> None:
    spec = replace(STAGES[0], states=STAGES[0].states[:1])
    assert "not_assessed: stands in no stage" in refused((spec, *STAGES[1:]))


def test_move_declared_twice_from_a_state_is_refused() -> None:
    again = replace(STAGES[2], transitions=(*STAGES[2].transitions, STAGES[2].transitions[0]))
    assert refused((*STAGES[:2], again, *STAGES[3:])) == [
        "pass_data: declared twice from collecting"
    ]


def test_missing_thing_and_its_moves_are_named() -> None:
    faults = refused(STAGES, tuple(t for t in THINGS if t.thing is not Thing.HOLD))
    assert faults == ["lift_hold: no thing declares it", "hold: has no process"]


def pool_with(**changes: Any) -> Any:
    return tuple(replace(t, **changes) if t.thing is Thing.POOL else t for t in THINGS)


def test_thing_that_begins_nowhere_is_refused() -> None:
    faults = refused(STAGES, pool_with(initial=State.SCOPED))
    assert faults[0] == "pool: begins in unknown state scoped"


def test_thing_that_compares_an_unannounced_fact_is_refused() -> None:
    move: Transition[Any] = Transition(
        ThingAction.REOPEN_POOL,
        (PoolState.BALANCED,),
        PoolState.OPEN,
        Permission.POOL_BALANCE,
        guards=(need.holds("moon_is_full", m("已到会议日期"), m("还没有到会议日期")),),
        direction=Direction.RETURN,
        reason=ReasonRule.REQUIRED,
    )
    pool = next(t for t in THINGS if t.thing is Thing.POOL)
    moves = tuple(move if t.action is move.action else t for t in pool.transitions)
    assert refused(STAGES, pool_with(transitions=moves)) == [
        "pool: reopen_pool compares unannounced fact moon_is_full"
    ]


def test_unknown_state_in_a_move_is_refused() -> None:
    pool = next(t for t in THINGS if t.thing is Thing.POOL)
    moves = tuple(
        replace(t, target=State.ARCHIVED) if t.action is ThingAction.RELEASE_POOL else t
        for t in pool.transitions
    )
    faults = refused(STAGES, pool_with(transitions=moves))
    assert faults[0] == "pool: release_pool: unknown state archived"
    assert "pool: released: no move leads here" in faults


def test_all_faults_come_at_once() -> None:
    stages = with_move(Stage.SELF_REPORT, Action.ACCEPT, back=None, permission=None)
    assert len(refused(stages)) == 2

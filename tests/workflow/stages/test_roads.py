"""Whole roads of a case: the ordinary one, the held one, the publicised, the corrected."""

import pytest

from tests.workflow.samples import PAYLOAD, YES, ready
from workflow.machine import decide
from workflow.process import PROCESS
from workflow.vocabulary import (
    Action,
    CaseKind,
    Clearing,
    DataSheetState,
    Grade,
    HoldKind,
    MeetingState,
    Stage,
    State,
)

UNGRADED = {"outcome": "ungraded", "ungraded_reason": "investigation"}


def walk(road: str, payload: dict[str, object] | None = None, **changes: object) -> State:
    """Take the moves in order with facts that are ready; fails on the first refusal."""
    state = State.SCOPED
    for name in road.split():
        decision = decide(ready(state, **changes), Action(name), YES, payload or PAYLOAD)
        assert [str(r) for r in decision.refusals] == [], name
        state = State(decision.next_state)
    return state


TO_SYNTHESIS = "open_self_report submit accept pass_data pass_evaluation"
TO_DECIDED = f"{TO_SYNTHESIS} propose send_to_deciding decide"
TO_END = "start_application close archive"


def test_ordinary_road_ends_in_the_archive() -> None:
    assert walk(f"{TO_DECIDED} notify {TO_END}") is State.ARCHIVED


def test_body_walks_the_same_road() -> None:
    payload = {**PAYLOAD, "grade": Grade.GOOD}
    changes = {"kind": CaseKind.BODY, "suggested_grade": None, "proposed_grade": None}
    assert walk(f"{TO_DECIDED} notify {TO_END}", payload, **changes) is State.ARCHIVED


def test_publicised_road_passes_publicity() -> None:
    road = f"{TO_DECIDED} release_to_publicity notify"
    assert walk(road, publicity_required=True) is State.NOTIFIED


def test_upheld_objection_goes_back_to_the_synthesis_and_clears_the_decision() -> None:
    facts = ready(State.IN_PUBLICITY, objections_substantiated=1)
    decision = decide(facts, Action.UPHOLD_OBJECTION, YES, PAYLOAD)
    assert decision.next_state is State.SYNTHESISING
    assert set(decision.clears) == {
        Clearing.PUBLICITY,
        Clearing.DECISION,
        Clearing.CHAIN,
        Clearing.PROPOSAL,
    }


def test_held_case_runs_on_and_is_decided_ungraded() -> None:
    held = {"holds": (HoldKind.INVESTIGATION,)}
    assert walk(f"{TO_DECIDED} notify {TO_END}", UNGRADED, **held) is State.ARCHIVED
    graded = decide(ready(State.DECIDING, **held), Action.DECIDE, YES, PAYLOAD)
    assert [str(r) for r in graded.refusals] == ["有未解除的暂缓事项,只能不确定等次"]


def test_missing_gates_are_passed_provisionally_with_a_document() -> None:
    road = "open_self_report submit accept pass_data_provisional pass_evaluation_provisional"
    late = {"sheet_state": DataSheetState.OPEN, "meeting_state": MeetingState.PLANNED}
    assert walk(road, **late) is State.SYNTHESISING
    bare = decide(
        ready(State.COLLECTING, **late), Action.PASS_DATA_PROVISIONAL, YES, {"reason": "数据迟到"}
    )
    assert [str(r) for r in bare.refusals] == ["请写明暂用结果的文号"]


def test_every_return_of_the_first_half_leads_back_and_on_again() -> None:
    road = (
        "open_self_report submit withdraw submit return_for_form submit return_on_content submit "
        "accept reopen_report submit accept pass_data recall_data pass_data pass_evaluation "
        "recall_evaluation pass_evaluation propose resume_synthesis propose send_to_deciding "
        "return_to_proposed send_to_deciding decide notify start_application close "
        "reopen_application close archive"
    )
    assert walk(road) is State.ARCHIVED


def test_excluded_case_may_be_put_back() -> None:
    assert walk("exclude") is State.NOT_ASSESSED
    assert walk("exclude reinstate open_self_report exclude reinstate") is State.SCOPED


@pytest.mark.parametrize("state", [State.NOTIFIED, State.APPLYING, State.CLOSED, State.ARCHIVED])
@pytest.mark.parametrize("action", [Action.REGRADE, Action.CORRECT_GRADE])
def test_changed_result_is_notified_again(state: State, action: Action) -> None:
    decision = decide(ready(state), action, YES, PAYLOAD)
    assert decision.next_state is State.NOTIFIED
    assert decision.clears == (Clearing.NOTICE,)


def test_review_can_not_worsen_but_a_correction_can() -> None:
    worse = {**PAYLOAD, "grade": Grade.INCOMPETENT}
    facts = ready(State.NOTIFIED, decided_grade=Grade.COMPETENT)
    refused = decide(facts, Action.REGRADE, YES, worse)
    assert [str(r) for r in refused.refusals] == ["复核申诉不能把等次改得更低"]
    assert decide(facts, Action.CORRECT_GRADE, YES, worse)


def test_pending_signature_and_open_review_stop_nothing() -> None:
    facts = ready(State.NOTIFIED, sign_state="pending", review_open=True)
    assert decide(facts, Action.START_APPLICATION, YES)


def test_open_measure_keeps_the_case_open_but_never_the_filing() -> None:
    facts = ready(State.APPLYING, mandatory_measures_open=1)
    assert [str(r) for r in decide(facts, Action.CLOSE, YES).refusals] == [
        "还有 1 项必办事项没有确认完成"
    ]


@pytest.mark.parametrize("spec", PROCESS.stages, ids=lambda spec: spec.stage.value)
def test_gate_leads_to_the_next_stage(spec) -> None:  # type: ignore[no-untyped-def]
    order = list(Stage)
    targets = {
        PROCESS.stage_of[State(m.target)]
        for m in spec.transitions
        if m.action in spec.gate.passed_by
    }
    here = order.index(spec.stage)
    assert targets == {order[min(here + 1, len(order) - 1)]}

"""What the joined process promises."""

from dataclasses import replace

import pytest

from workflow.grammar import Direction, ReasonRule
from workflow.process import PROCESS, assemble, digest_of, is_return
from workflow.stages import STAGES
from workflow.things import THINGS
from workflow.vocabulary import (
    Action,
    NoticeKind,
    Permission,
    ReminderKind,
    Role,
    Stage,
    State,
    Thing,
    ThingAction,
)
from workflow.wellformed import reachable

MOVES = list(PROCESS.all_moves())
EXPECTED = {
    State.SCOPED: "open_self_report exclude",
    State.NOT_ASSESSED: "reinstate",
    State.DRAFTING: "exclude submit",
    State.SUBMITTED: "exclude withdraw return_for_form return_on_content accept",
    State.RETURNED: "exclude submit",
    State.COLLECTING: "pass_data pass_data_provisional reopen_report",
    State.EVALUATING: "pass_evaluation pass_evaluation_provisional recall_data",
    State.SYNTHESISING: "propose recall_evaluation",
    State.PROPOSED: "resume_synthesis send_to_deciding",
    State.DECIDING: "return_to_proposed decide",
    State.DECIDED: "release_to_publicity notify",
    State.IN_PUBLICITY: "uphold_objection notify",
    State.NOTIFIED: "start_application regrade correct_grade",
    State.APPLYING: "close regrade correct_grade",
    State.CLOSED: "archive reopen_application regrade correct_grade",
    State.ARCHIVED: "regrade correct_grade",
}


@pytest.mark.parametrize("state", list(State))
def test_moves_from_a_state_are_the_declared_ones(state: State) -> None:
    assert {m.action.value for m in PROCESS.moves_from(state)} == set(EXPECTED[state].split())


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_reachable_from_scoped(state: State) -> None:
    path = PROCESS.shortest_path(state)
    here = State.SCOPED
    for action in path:
        move = PROCESS.move(here, action)
        assert move is not None
        here = State(move.target)
    assert here is state


@pytest.mark.parametrize("thing", list(PROCESS.things))
def test_every_state_of_a_thing_is_reachable(thing: Thing) -> None:
    spec = PROCESS.things[thing].spec
    assert reachable(spec.initial.value, spec.transitions) == set(
        PROCESS.things[thing].state_values
    )


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.action.value)
def test_forward_move_has_a_way_back_or_says_why_not(move) -> None:  # type: ignore[no-untyped-def]
    if move.direction is Direction.RETURN:
        assert (move.back, move.irreversible) == (None, None)
        assert move.reason is not ReasonRule.NONE
    else:
        assert (move.back is None) != (move.irreversible is None)


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.action.value)
def test_move_states_a_permission_that_somebody_holds(move) -> None:  # type: ignore[no-untyped-def]
    from workflow.permissions import TABLE

    assert TABLE[move.permission]


def test_notice_is_never_reached_without_a_decision() -> None:
    """Take the deciding move out of the graph: nothing behind it is left."""
    without = [m for m in PROCESS.transitions if m.action is not Action.DECIDE]
    behind = {
        State.DECIDED,
        State.IN_PUBLICITY,
        State.NOTIFIED,
        State.APPLYING,
        State.CLOSED,
        State.ARCHIVED,
    }
    assert reachable(State.SCOPED.value, without) == {s.value for s in State} - {
        s.value for s in behind
    }


def test_only_gates_that_facts_can_settle_are_automatic() -> None:
    assert {m.action for m in MOVES if m.auto} == {
        Action.PASS_DATA,
        Action.PASS_EVALUATION,
        Action.START_APPLICATION,
        Action.CLOSE,
        ThingAction.APPLY_CORRECTION,
    }


def test_stage_of_every_state_is_its_home() -> None:
    assert PROCESS.stage_of[State.NOT_ASSESSED] is Stage.SCOPING
    assert PROCESS.stage_of[State.NOTIFIED] is Stage.COMMITTEE_REVIEW
    assert PROCESS.stage_of[State.CLOSED] is Stage.ARCHIVE
    assert set(PROCESS.stage_of) == set(State)


def test_state_spec_names_who_is_awaited() -> None:
    assert PROCESS.state_spec(State.DRAFTING).waits_for == (Role.SUBJECT,)
    assert PROCESS.state_spec(State.ARCHIVED).final


def test_worklist_states_follow_from_permissions() -> None:
    assert PROCESS.states_of_work([Permission.REPORT_WRITE]) == (State.DRAFTING, State.RETURNED)
    assert PROCESS.states_of_work([Permission.REPORT_ACCEPT]) == (State.SUBMITTED,)
    assert PROCESS.states_of_work([Permission.GATE_PASS]) == ()
    assert PROCESS.states_of_work([]) == ()


def test_states_waiting_for_a_role_follow_from_the_states() -> None:
    assert PROCESS.states_waiting_for(Role.SUBJECT) == (
        State.DRAFTING,
        State.RETURNED,
        State.NOTIFIED,
    )


def test_declared_finds_moves_of_case_and_things() -> None:
    assert PROCESS.declared(Action.ACCEPT).permission is Permission.REPORT_ACCEPT
    assert PROCESS.declared(ThingAction.LIFT_HOLD).permission is Permission.HOLD_LIFT
    with pytest.raises(KeyError):
        PROCESS.declared(ThingAction.DRAFT_CORRECTION)


def test_is_return_tells_return_moves_of_the_case() -> None:
    assert is_return("recall_data")
    assert not is_return("pass_data")
    assert not is_return("")


def test_every_notice_and_reminder_is_sent_by_something() -> None:
    notices = {n.kind for m in MOVES for n in m.notices}
    notices |= {n.kind for t in THINGS for n in t.notices_on_creation}
    by_opening = {NoticeKind.CASE_OPENED}
    by_warnings = {NoticeKind.PATH_BEHIND}
    by_objecting = {NoticeKind.FIGURE_OBJECTED}
    items = {NoticeKind.ITEM_TO_VERIFY, NoticeKind.ITEM_RETURNED, NoticeKind.ITEM_OBJECTED}
    items |= {NoticeKind.SHEET_ROWS_ADDED}  # by an amendment
    items |= {NoticeKind.REMINDED}  # by the office, who presses for it
    assert set(NoticeKind) - notices == by_opening | by_warnings | by_objecting | items
    reminders = {r.kind for spec in (*STAGES, *THINGS) for r in spec.reminders}
    assert set(ReminderKind) - reminders == set()


def test_version_is_stable_and_changes_with_the_declaration() -> None:
    assert PROCESS.version == digest_of(STAGES, THINGS) == assemble(STAGES, THINGS).version
    scoping = STAGES[0]
    first = replace(scoping.transitions[0], auto=True)
    changed = replace(scoping, transitions=(first, *scoping.transitions[1:]))
    assert digest_of((changed, *STAGES[1:]), THINGS) != PROCESS.version
    assert digest_of(STAGES, THINGS[1:]) != PROCESS.version

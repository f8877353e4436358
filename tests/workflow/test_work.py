"""Which moves are daily work, and for whom."""

from workflow.process import PROCESS
from workflow.vocabulary import Action, Permission, Role, State, Thing
from workflow.work import awaited_roles, stood_in, ways_on


def actions(state: State) -> set[object]:
    return {t.action for t in ways_on(PROCESS.state_spec(state), PROCESS.moves_from(state.value))}


def test_exception_is_nobodys_daily_work() -> None:
    assert Action.EXCLUDE not in actions(State.SCOPED)
    assert actions(State.SCOPED) != set()


def test_final_state_needs_nobody() -> None:
    assert [s for s in State if PROCESS.state_spec(s).final and actions(s)] == []


def test_moves_back_and_jobs_are_no_work() -> None:
    for state in State:
        spec, moves = PROCESS.state_spec(state), PROCESS.moves_from(state.value)
        assert all(t.is_work for t in ways_on(spec, moves))


def test_only_awaited_roles_are_meant() -> None:
    spec = PROCESS.state_spec(State.DRAFTING)
    roles = awaited_roles(spec, Permission.REPORT_WRITE)
    assert Role.SUBJECT in roles
    assert Role.OFFICE not in roles


def test_every_way_on_has_somebody_who_may_take_it() -> None:
    process = PROCESS.things[Thing.MEASURE]
    for spec in process.spec.states:
        for way in ways_on(spec, process.moves_from(spec.state.value)):
            assert awaited_roles(spec, way.permission)


def test_stand_in_is_meant_only_where_he_holds_the_right_himself() -> None:
    synthesising = PROCESS.state_spec(State.SYNTHESISING)
    assert stood_in(synthesising, Permission.PROPOSE_GRADE) == (
        (Role.DRAFTING_DIVISION, Role.OFFICE),
    )
    assert stood_in(synthesising, Permission.INQUIRY_CONCLUDE) == ()
    assert stood_in(PROCESS.state_spec(State.SCOPED), Permission.SCOPE_CASES) == ()

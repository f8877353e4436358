"""Open gates: a case whose stage is satisfied passes at once, all the way, and only once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.files.store import FileStore
from cases.jobs.deadlines import pass_gates
from cases.jobs.tools import Tools
from cases.journal import Draft, append, verify
from cases.models import Case, DataSheet, JournalEntry, Meeting, MeetingUnit
from cases.store import Store
from config import Settings
from tests.world import World, found_world
from workflow.process import PROCESS
from workflow.vocabulary import Action, CycleState, Role, Thing

AT = datetime(2026, 1, 26, 2, 0, tzinfo=UTC)


@pytest.fixture
def tools(store: Store, tmp_path: Path) -> Tools:
    settings = Settings(mode="test", var=tmp_path)
    return Tools(store, FileStore(tmp_path / "files"), settings, now=lambda: AT)


@pytest.fixture
def world(store: Store) -> World:
    """Cases waiting at the data gate; their last journal entry says so."""
    with store.transaction() as conn:
        made = found_world(conn, state=CycleState.OPEN)
        open_cases(conn, made.cycle_id, actor=made.actor(Role.OFFICE), at=AT)
        conn.execute(sa.update(Case).values(state="collecting"))
    return made


def settle(store: Store, world: World, unit: str, *, sheet: str, meeting: str) -> None:
    with store.transaction() as conn:
        unit_id = world.units[unit]
        sheet_id = conn.execute(
            sa.insert(DataSheet)
            .values(cycle_id=world.cycle_id, unit_id=unit_id, state=sheet, version=1)
            .returning(DataSheet.id)
        ).scalar_one()
        meeting_id = conn.execute(
            sa.insert(Meeting)
            .values(
                ref=unit, cycle_id=world.cycle_id, unit_id=unit_id, title="测评会",
                planned_on=AT.date(), state=meeting, version=1,
            )
            .returning(Meeting.id)
        ).scalar_one()  # fmt: skip
        conn.execute(sa.insert(MeetingUnit).values(meeting_id=meeting_id, unit_id=unit_id))
        for thing, thing_id, state in (
            (Thing.DATA_SHEET, sheet_id, sheet),
            (Thing.MEETING, meeting_id, meeting),
        ):
            append(
                conn,
                Draft(subject=thing, subject_id=thing_id, action="create", at=AT, state_to=state),
            )


def states(store: Store, world: World, unit: str) -> set[str]:
    with store.reading() as conn:
        found = conn.execute(sa.select(Case.state).where(Case.unit_id == world.units[unit]))
        return set(found.scalars())


def test_case_with_open_gates_goes_all_the_way(tools: Tools, world: World) -> None:
    settle(tools.store, world, "environment", sheet="frozen", meeting="counted")
    settle(tools.store, world, "county", sheet="frozen", meeting="planned")
    moved = pass_gates(tools, chunk=2)
    assert moved == {Action.PASS_DATA: 6, Action.PASS_EVALUATION: 3}
    assert states(tools.store, world, "environment") == {"synthesising"}
    assert states(tools.store, world, "county") == {"evaluating"}
    assert pass_gates(tools) == {}


def test_closed_gate_moves_and_writes_nothing(tools: Tools, world: World) -> None:
    settle(tools.store, world, "environment", sheet="open", meeting="planned")
    with tools.store.reading() as conn:
        before = conn.execute(sa.select(sa.func.count()).select_from(JournalEntry)).scalar_one()
    pass_gates(tools)
    assert states(tools.store, world, "environment") == {"collecting"}
    with tools.store.reading() as conn:
        entries = conn.execute(
            sa.select(JournalEntry.case_id)
            .join(Case, Case.id == JournalEntry.case_id)
            .where(Case.unit_id == world.units["environment"], JournalEntry.seq > before)
        ).all()
    assert entries == []


def test_passes_are_journaled_as_the_system(tools: Tools, world: World) -> None:
    settle(tools.store, world, "environment", sheet="frozen", meeting="counted")
    pass_gates(tools)
    with tools.store.reading() as conn:
        entries = conn.execute(
            sa.select(JournalEntry).where(JournalEntry.action == Action.PASS_DATA.value)
        ).all()
        assert {(e.actor_account_id, e.actor_person_id) for e in entries} == {(None, None)}
        assert verify(conn).ok


def test_only_declared_moves_are_the_systems() -> None:
    auto = {move.action for move in PROCESS.transitions if move.auto}
    assert auto == {
        Action.PASS_DATA,
        Action.PASS_EVALUATION,
        Action.START_APPLICATION,
        Action.CLOSE,
    }

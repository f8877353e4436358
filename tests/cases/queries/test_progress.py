"""The board counts what the reader may see, by unit and stage, in a fixed number of queries."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.models import Case, Cycle, DataSheet
from cases.queries import progress
from cases.queries.progress import STAGES
from cases.store import Store
from tests.web_client import open_site
from tests.world import AT, World, found_world
from workflow.permissions import Actor
from workflow.vocabulary import AdminKind, CaseKind, Role, Stage, State, Thing

TODAY = date(2026, 1, 12)


def opened(store: Store) -> World:
    with store.transaction() as conn:
        world = found_world(conn)
        open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
        conn.execute(sa.update(Case).values(due_on=TODAY))
    return world


def put(store: Store, subject: str, state: State, due: date | None = None) -> None:
    with store.transaction() as conn:
        moved = sa.update(Case).where(Case.subject_name == subject, Case.kind == "cadre")
        conn.execute(moved.values(state=state.value, due_on=due))


def seen(store: Store, world: World, actor: Actor, **filters: object) -> progress.Board:
    with store.reading() as conn:
        reach = progress.reach_of(conn, actor)
        return progress.board(conn, reach, world.cycle_id, today=TODAY, **filters)


def by_stage(line: progress.UnitLine) -> dict[Stage, int]:
    return {stage: n for stage, n in zip(STAGES, line.counts, strict=True) if n}


def test_cases_stand_in_the_stage_of_their_state(store: Store) -> None:
    world = opened(store)
    put(store, "沈知远", State.SUBMITTED)
    put(store, "欧阳明远", State.EVALUATING)
    board = seen(store, world, world.actor(Role.OFFICE))
    assert [line.name for line in board.lines] == ["云州市生态环境局", "沙溪县"]
    found = by_stage(board.lines[0])
    assert found == {Stage.SCOPING: 1, Stage.SELF_REPORT: 1, Stage.PUBLIC_EVALUATION: 1}
    assert (board.total, board.outside, board.late) == (6, 0, 0)


def test_overdue_cases_are_counted_by_unit_the_most_first(store: Store) -> None:
    world = opened(store)
    put(store, "张伟", State.DRAFTING, TODAY - timedelta(days=1))
    put(store, "买买提·吐尔逊", State.RETURNED, TODAY - timedelta(days=3))
    put(store, "沈知远", State.DRAFTING, TODAY - timedelta(days=9))
    put(store, "欧阳明远", State.CLOSED, TODAY - timedelta(days=9))
    board = seen(store, world, world.actor(Role.OFFICE))
    assert [(line.name, line.late) for line in board.latest] == [
        ("沙溪县", 2),
        ("云州市生态环境局", 1),
    ]
    assert board.lines[1].late_by[STAGES.index(Stage.SELF_REPORT)] == 2


def test_the_last_day_itself_is_not_overdue(store: Store) -> None:
    world = opened(store)
    put(store, "张伟", State.DRAFTING, TODAY)
    assert seen(store, world, world.actor(Role.OFFICE)).late == 0


def test_who_is_not_assessed_is_told_apart(store: Store) -> None:
    world = opened(store)
    put(store, "张伟", State.NOT_ASSESSED, TODAY - timedelta(days=9))
    board = seen(store, world, world.actor(Role.OFFICE))
    assert (board.total, board.outside, board.late) == (5, 1, 0)


def test_filters_by_kind_and_class(store: Store) -> None:
    world = opened(store)
    office = world.actor(Role.OFFICE)
    assert seen(store, world, office, kind=CaseKind.BODY).total == 2
    hill = seen(store, world, office, class_code="county.hill")
    assert [(line.name, line.total) for line in hill.lines] == [("沙溪县", 3)]
    with store.reading() as conn:
        reach = progress.reach_of(conn, office)
        found = progress.classes_within(conn, reach, world.cycle_id)
    assert found == ["county.hill", "dept.economy"]


def test_unit_staff_see_their_unit_and_nobody_without_grant_sees_anything(store: Store) -> None:
    world = opened(store)
    contact = world.actor(Role.UNIT_CONTACT, person="contact", unit="environment")
    assert [line.name for line in seen(store, world, contact).lines] == ["云州市生态环境局"]
    assert seen(store, world, world.subject("chief")).lines == ()


def test_lanes_count_what_is_open_and_late(sqlite_store: Store) -> None:
    store, world = sqlite_store, opened(sqlite_store)
    with store.transaction() as conn:
        for unit, state in (("environment", "submitted"), ("county", "frozen")):
            conn.execute(
                sa.insert(DataSheet).values(
                    cycle_id=world.cycle_id, unit_id=world.units[unit], state=state,
                    due_on=TODAY - timedelta(days=2),
                )
            )  # fmt: skip
    contact = world.actor(Role.UNIT_CONTACT, person="contact", unit="county")
    for actor, told in (
        (world.actor(Role.OFFICE), [(Thing.DATA_SHEET, 2, 1, 1)]),
        (contact, [(Thing.DATA_SHEET, 1, 0, 0)]),
    ):
        with store.reading() as conn:
            reach = progress.reach_of(conn, actor)
            cycle = progress.cycles_within(conn, reach)[0]
            found = progress.lanes(conn, reach, cycle, today=TODAY)
        assert [(x.thing, x.total, x.open, x.late) for x in found] == told


@pytest.fixture
def site(sqlite_store: Store, tmp_path: Path):
    world = opened(sqlite_store)
    put(sqlite_store, "张伟", State.DRAFTING, TODAY - timedelta(days=4))
    return open_site(sqlite_store, tmp_path), world


def test_page_says_first_what_is_late(site) -> None:
    house, world = site
    office = house.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    page = office.get("/progress")
    assert page.h1 == "2025 年度考核进度"
    assert "共 6 件，1 件超期，集中在沙溪县。" in page.text
    assert "述职 1 件超期。" in page.text
    assert len(house.site_queries) <= 20
    body = office.get("/progress?kind=body&class=county.hill")
    assert "共 1 件，没有超期。" in body.text
    office.get("/progress?cycle=2019-1", status=404)
    sheet = office.get("/progress.xlsx")
    assert sheet.headers["Content-Type"].endswith("spreadsheetml.sheet")
    chief = house.sign_in_as(person_id=world.people["chief"])
    assert "没有可以查看的进度" in chief.get("/progress").text
    chief.get("/progress.xlsx", status=404)
    house.sign_in_as(admin=AdminKind.SYSTEM_ADMIN).get("/progress", status=403)


def test_page_without_a_year_says_so(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
        conn.execute(sa.update(Cycle).values(timetable={}))
    house = open_site(sqlite_store, tmp_path)
    office = house.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    assert "没有可以查看的进度" in office.get("/progress").text

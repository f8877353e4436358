"""The list's pages, counts, plan and search."""

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.models import Case, NameGram, Person
from cases.names import grams
from cases.queries import case_list
from cases.queries.case_list import Asked
from cases.store import Store
from tests.world import AT, World, found_world
from workflow.vocabulary import CaseKind, Role, State


@pytest.fixture
def world(store: Store) -> World:
    with store.transaction() as conn:
        found = found_world(conn)
        open_cases(conn, found.cycle_id, actor=found.actor(Role.OFFICE), at=AT)
        people = conn.execute(sa.select(Person.id, Person.name, Person.order_key)).all()
        rows = [
            {"gram": g, "order_key": int(p.order_key), "person_id": p.id}
            for p in people
            for g in grams(p.name)
        ]
        conn.execute(sa.insert(NameGram), rows)
    return found


def listed(store: Store, world: World, asked: Asked, most: int = 50) -> list[list[str]]:
    """Names by pages."""
    pages, after = [], None
    with store.reading() as conn:
        while True:
            found = case_list.page(conn, world.actor(Role.OFFICE), asked, after, most)
            pages.append([row.subject_name for row in found.rows])
            if found.after is None:
                return pages
            after = found.after


def test_pages_join_to_the_whole_list_without_gap_or_repeat(store: Store, world: World) -> None:
    asked = Asked(world.cycle_id)
    whole = listed(store, world, asked)[0]
    assert len(whole) == 6
    for most in (1, 2, 5, 6):
        pages = listed(store, world, asked, most)
        assert [name for page in pages for name in page] == whole
    with store.reading() as conn:
        rows = case_list.everything(conn, world.actor(Role.OFFICE), asked)
        assert [row.subject_name for row in rows] == whole


def test_search_pages_join_too(store: Store, world: World) -> None:
    asked = Asked(world.cycle_id, find="明")
    assert listed(store, world, asked, 1) == [["欧阳明远"]]
    assert listed(store, world, Asked(world.cycle_id, find="·")) == [[]]


def test_number_is_found_by_its_beginning(store: Store, world: World) -> None:
    with store.reading() as conn:
        ref = conn.execute(sa.select(Case.ref).where(Case.subject_name == "张伟")).scalar_one()
    assert listed(store, world, Asked(world.cycle_id, find=ref)) == [["张伟"]]
    assert len(listed(store, world, Asked(world.cycle_id, find=ref[:5]))[0]) == 6
    assert listed(store, world, Asked(world.cycle_id, find="9%")) == [[]]


def test_counts_are_of_what_could_be_chosen(store: Store, world: World) -> None:
    with store.transaction() as conn:
        one = sa.update(Case).where(Case.subject_name == "张伟")
        conn.execute(one.values(state=State.DRAFTING))
    with store.reading() as conn:
        office = world.actor(Role.OFFICE)
        counts = case_list.counts(conn, office, Asked(world.cycle_id, state=State.DRAFTING))
    assert (counts.total, counts.more) == (1, False)
    assert counts.states == {"scoped": 5, "drafting": 1}
    assert counts.kinds == {CaseKind.BODY: 2, CaseKind.CADRE: 4}


def test_counts_stop_at_their_limit(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_list, "COUNTED", 3)
    with store.reading() as conn:
        counts = case_list.counts(conn, world.actor(Role.OFFICE), Asked(world.cycle_id))
    assert counts.more


def test_units_are_found_by_a_part_of_their_name(store: Store, world: World) -> None:
    with store.reading() as conn:
        assert [u.name for u in case_list.units_like(conn, "沙溪")] == ["沙溪县"]
        assert case_list.units_like(conn, "县") == []
        assert case_list.units_like(conn, "%%") == []


@pytest.mark.parametrize("after", [None, (20_000_005, 4)])
def test_page_is_read_from_an_index_without_sorting(
    sqlite_store: Store, after: tuple[int, int] | None
) -> None:
    plans: list[tuple[str, object]] = []

    def note(_conn, _cursor, statement, parameters, *_):  # type: ignore[no-untyped-def]
        if "FROM cases" in statement and "EXPLAIN" not in statement and "LIMIT" in statement:
            plans.append((statement, parameters))

    with sqlite_store.transaction() as conn:
        world = found_world(conn)
        open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
        sa.event.listen(sqlite_store.engine, "before_cursor_execute", note)
        case_list.page(conn, world.actor(Role.OFFICE), Asked(world.cycle_id), after)
        sa.event.remove(sqlite_store.engine, "before_cursor_execute", note)
        statement, parameters = plans[0]
        plan = [r[3] for r in conn.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)]
    start = "SEARCH cases USING INDEX ix_cases_cycle_order (cycle_id=?"
    assert plan[0] == start + (")" if after is None else " AND sort_key>?)")
    assert [line for line in plan if "TEMP B-TREE" in line] == []

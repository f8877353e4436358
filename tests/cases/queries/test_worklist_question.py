"""The built question of a worklist is found again by its reader's grants and ties, never across."""

from datetime import date

import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.models import Post
from cases.queries import worklist
from cases.store import Store
from tests.world import AT, found_world
from workflow.permissions import Actor
from workflow.vocabulary import PostRank, Role


def test_question_of_the_same_grants_and_ties_is_built_once(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        office = found_world(conn).actor(Role.OFFICE)
        first = worklist._question(conn, office)
        again = worklist._question(conn, office)
    assert first is again


def test_waiting_after_a_grant_is_taken_back_forgets_what_it_showed(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
        office = world.actor(Role.OFFICE)
        opened = open_cases(conn, world.cycle_id, actor=office, at=AT)
        before = worklist.waiting(conn, office)
        bare = Actor(office.account_id, office.person_id)
        after = worklist.waiting(conn, bare)
    assert (bool(opened.case_ids), bool(before), after) == (True, True, None)


def test_question_after_a_new_tie_is_built_anew(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
        office = world.actor(Role.OFFICE)
        first = worklist._question(conn, office)
        conn.execute(sa.update(Post).values(rank=PostRank.CHIEF.value))
        again = worklist._question(conn, office)
    assert first is not again


def test_number_is_that_of_the_rows_whatever_the_roles(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        office = world.actor(Role.OFFICE)
        open_cases(conn, world.cycle_id, actor=office, at=AT)
        readers = (office, world.actor(*Role), world.actor(*Role, unit="environment"))
        rows = [sum(g.total for g in worklist.worklist(conn, a, date.min)) for a in readers]
        told = [worklist.waiting(conn, a) for a in readers]
    assert all(rows[:2])
    assert told == [number or None for number in rows]


def test_questions_are_kept_up_to_a_bound(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
        for number in range(worklist._KEPT + 2):
            worklist._question(conn, Actor(number + 1, world.people["clerk"]))
    assert len(worklist._ASKED) <= worklist._KEPT


def test_question_reads_the_ties_alone_so_that_nothing_read_is_kept(sqlite_store: Store) -> None:
    ran: list[str] = []
    with sqlite_store.transaction() as conn:
        office = found_world(conn).actor(*Role)
        sa.event.listen(conn, "before_cursor_execute", lambda *a: ran.append(a[2]))
        worklist._ASKED.clear()
        worklist._question(conn, office)
        worklist._question(conn, office)
    assert len(ran) == 2
    assert ran[0] == ran[1]

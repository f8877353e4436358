"""What somebody sent on, and his last moves, read from the journal within his reach."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.transition import perform, perform_many
from cases.models import Case, JournalEntry
from cases.queries.sent_on import beside
from cases.store import Store
from tests.world import AT, World, found_world
from workflow.permissions import Actor
from workflow.vocabulary import Action, Role, State, Thing


@pytest.fixture
def world(store: Store) -> World:
    with store.transaction() as conn:
        made = found_world(conn)
        open_cases(conn, made.cycle_id, actor=made.actor(Role.OFFICE), at=AT)
        return made


def office(world: World) -> Actor:
    return world.actor(Role.OFFICE, person="clerk")


def ids(conn: sa.Connection) -> list[int]:
    query = sa.select(Case.id).where(Case.kind == "cadre").order_by(Case.id)
    return list(conn.execute(query).scalars())


def test_moves_made_in_one_go_are_one_act(store: Store, world: World) -> None:
    with store.transaction() as conn:
        first, second, third, *_ = ids(conn)
        perform(conn, first, Action.OPEN_SELF_REPORT, actor=office(world), at=AT)
        later = AT.replace(minute=AT.minute + 1)
        both = [second, third]
        perform_many(conn, both, Action.OPEN_SELF_REPORT, actor=office(world), at=later)
    with store.reading() as conn:
        lent, acts = beside(conn, office(world), [])
    assert [(a.action, a.thing, sorted(a.ids)) for a in acts] == [
        (Action.OPEN_SELF_REPORT, Thing.CASE, both),
        (Action.OPEN_SELF_REPORT, Thing.CASE, [first]),
    ]
    (group,) = lent
    assert (group.thing, group.state, group.roles) == (
        Thing.CASE,
        State.DRAFTING,
        (Role.SUBJECT,),
    )
    assert sorted(row.id for row in group.rows) == [first, second, third]


def test_what_waits_for_himself_is_not_with_others(store: Store, world: World) -> None:
    with store.transaction() as conn:
        perform(conn, ids(conn)[0], Action.OPEN_SELF_REPORT, actor=office(world), at=AT)
    with store.reading() as conn:
        lent, acts = beside(conn, office(world), [(Thing.CASE, State.DRAFTING)])
    assert (lent, len(acts)) == ((), 1)


def test_case_behind_closed_doors_is_not_told_to_its_subject(store: Store, world: World) -> None:
    with store.transaction() as conn:
        chief = conn.execute(
            sa.select(Case.id, Case.person_id).where(Case.subject_name == "沈知远")
        ).one()
        perform(conn, chief.id, Action.OPEN_SELF_REPORT, actor=office(world), at=AT)
        conn.execute(sa.update(JournalEntry).values(actor_person_id=chief.person_id))
    found = []
    for state in (State.SUBMITTED, State.DECIDING):
        with store.transaction() as conn:
            conn.execute(sa.update(Case).where(Case.id == chief.id).values(state=state))
        with store.reading() as conn:
            found.append([g.state for g in beside(conn, Actor(None, chief.person_id, ()), [])[0]])
    assert found == [[State.SUBMITTED], []]


def test_nobody_is_told_what_left_his_reach(store: Store, world: World) -> None:
    with store.transaction() as conn:
        perform(conn, ids(conn)[0], Action.OPEN_SELF_REPORT, actor=office(world), at=AT)
    bare = Actor(None, world.people["clerk"], ())
    with store.reading() as conn:
        lent, acts = beside(conn, bare, [])
    assert (lent, [a.back for a in acts]) == ((), [None])


def test_way_back_is_offered_while_it_is_open(store: Store, world: World) -> None:
    with store.transaction() as conn:
        case_id = ids(conn)[0]
        perform(
            conn, case_id, Action.EXCLUDE, actor=office(world), at=AT,
            payload={"participation_reason": "retired", "reason": "年度内到龄退休"},
        )  # fmt: skip
    with store.reading() as conn:
        (act,) = beside(conn, office(world), [])[1]
    assert (act.action, act.back) == (Action.EXCLUDE, Action.REINSTATE)
    with store.transaction() as conn:
        conn.execute(sa.update(Case).where(Case.id == case_id).values(state=State.DRAFTING))
    with store.reading() as conn:
        (act,) = beside(conn, office(world), [])[1]
    assert act.back is None

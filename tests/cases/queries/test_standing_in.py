"""Small offices: without a drafting division its work waits for the personnel office's clerk."""

import pytest
import sqlalchemy as sa

from cases.models import Account, Case, RoleGrant
from cases.queries.audience import readers_of
from cases.queries.matters import matters
from cases.queries.visibility import visible
from cases.queries.worklist import waiting, worklist
from cases.store import Store
from tests.decision_desk import at_synthesis
from tests.staff import account
from tests.world import AT, World
from workflow.permissions import Actor
from workflow.vocabulary import Action, Permission, Role, Thing


@pytest.fixture
def world(store: Store) -> World:
    with store.transaction() as conn:
        return at_synthesis(conn)[0]


def groups(store: Store, actor: Actor) -> dict[str, tuple[int, tuple[str, ...]]]:
    with store.reading() as conn:
        found = worklist(conn, actor)
        assert waiting(conn, actor) == (sum(g.total for g in found) or None)
    return {g.key: (g.total, g.actions) for g in found}


def held(store: Store, world: World, **change: object) -> None:
    with store.transaction() as conn:
        account(conn, world, "lead", Role.DRAFTING_DIVISION)
        for table in (Account, RoleGrant):
            given = {k: v for k, v in change.items() if k in table.__table__.columns}
            if given:
                conn.execute(sa.update(table).values(**given))


def test_clerk_of_a_small_office_sees_the_cases_to_propose(store: Store, world: World) -> None:
    key, office = "case-synthesising", world.actor(Role.OFFICE)
    with store.reading() as conn:
        may = visible(conn, office, Permission.PROPOSE_GRADE)
        total = len(conn.execute(sa.select(Case.id).where(may)).all())
    assert total > 0
    count, actions = groups(store, office)[key]
    assert (count, Action.PROPOSE.value in actions) == (total, True)


def test_pools_wait_for_the_clerk_as_well(store: Store, world: World) -> None:
    office, drafter = world.actor(Role.OFFICE), world.actor(Role.DRAFTING_DIVISION)
    assert groups(store, office)["pool-open"] == groups(store, drafter)["pool-open"]


def test_office_with_a_division_leaves_the_work_to_it(store: Store, world: World) -> None:
    held(store, world)
    mine = groups(store, world.actor(Role.OFFICE))
    assert {"case-synthesising", "pool-open"} & set(mine) == set()
    theirs = groups(store, world.actor(Role.DRAFTING_DIVISION))
    assert {"case-synthesising", "pool-open"} <= set(theirs)


@pytest.mark.parametrize("change", [{"revoked_at": AT}, {"approved_at": None}, {"active": False}])
def test_grant_that_does_not_count_leaves_the_role_vacant(
    store: Store, world: World, change: dict[str, object]
) -> None:
    held(store, world, **change)
    assert "case-synthesising" in groups(store, world.actor(Role.OFFICE))


def test_other_roles_are_no_stand_ins(store: Store, world: World) -> None:
    for role in (Role.ARCHIVIST, Role.REVIEWER, Role.DECISION_RECORDER):
        assert "case-synthesising" not in groups(store, world.actor(role))


def told(store: Store, world: World) -> list[int]:
    with store.reading() as conn:
        case = conn.execute(sa.select(Case.id).limit(1)).scalar_one()
        found = matters(conn, [(Thing.CASE, case)])
        (readers,) = readers_of(conn, [(found[Thing.CASE, case], (Role.DRAFTING_DIVISION,))])
    return [reader.person_id for reader in readers]


def test_messages_for_the_division_reach_the_clerk_where_there_is_none(
    store: Store, world: World
) -> None:
    with store.transaction() as conn:
        account(conn, world, "clerk", Role.OFFICE)
    assert told(store, world) == [world.people["clerk"]]
    held(store, world)
    assert told(store, world) == [world.people["lead"]]

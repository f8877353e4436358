"""A sealed urn on the worklist of those who keep a share of its key, until it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.models import Account, KeyHolder, Person, RoleGrant
from cases.queries.worklist import waiting, worklist
from cases.store import Store
from tests.cases.commands.ballots import HELD, Hall, hall
from workflow.permissions import Actor
from workflow.vocabulary import Role, Thing


@pytest.fixture
def room(store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(store, tmp_path) as made:
        yield made


def urns_of(room: Hall, actor: Actor) -> list[int]:
    with room.store.reading() as conn:
        groups = worklist(conn, actor)
        assert waiting(conn, actor) == (sum(g.total for g in groups) or None)
    rows = [(r.thing, r.id) for g in groups if g.key == "urn" for r in g.rows]
    assert {thing for thing, _ in rows} <= {Thing.MEETING}
    return [number for _, number in rows]


def sealed(room: Hall) -> None:
    room.make_key()
    room.plan()
    room.freeze()
    room.print_cards()
    room.open()
    room.vote()
    room.close()


def test_urn_waits_for_a_named_holder_until_it_is_opened(room: Hall) -> None:
    sealed(room)
    assert urns_of(room, room.holder) == []
    room.reconcile()
    assert urns_of(room, room.holder) == [room.meeting_id]
    room.count()
    assert urns_of(room, room.holder) == []


def grant(room: Hall, person: str) -> Actor:
    """A person who may open urns, with an account and an approved grant."""
    actor = room.world.actor(Role.KEY_HOLDER, person=person)
    with room.store.transaction() as conn:
        account = conn.execute(
            sa.insert(Account)
            .values(login=person, display=person, person_id=actor.person_id, created_at=HELD)
            .returning(Account.id)
        ).scalar_one()
        conn.execute(
            sa.insert(RoleGrant).values(
                account_id=account, role=Role.KEY_HOLDER, organ_id=room.world.units["organ"],
                requested_at=HELD, approved_at=HELD,
            )
        )  # fmt: skip
    return actor


def test_urn_waits_for_the_holders_of_its_key_and_no_other(room: Hall) -> None:
    sealed(room)
    room.reconcile()
    named, other = grant(room, "lead"), grant(room, "contact")
    assert urns_of(room, named) == [room.meeting_id]
    assert urns_of(room, other) == []
    assert urns_of(room, room.world.actor(Role.OFFICE, person="clerk")) == []


def test_urn_whose_shares_lie_with_others_waits_for_all_who_may_open(room: Hall) -> None:
    sealed(room)
    room.reconcile()
    other = grant(room, "contact")
    with room.store.transaction() as conn:
        conn.execute(sa.update(KeyHolder).values(name="保密柜", name_key="保密柜"))
    assert urns_of(room, other) == [room.meeting_id]
    with room.store.transaction() as conn:
        name = sa.select(Person.name_key).where(Person.id == other.person_id).scalar_subquery()
        conn.execute(sa.update(KeyHolder).where(KeyHolder.number == 3).values(name_key=name))
    assert urns_of(room, room.holder) == []
    assert urns_of(room, other) == [room.meeting_id]


def test_holder_of_another_organ_is_not_asked(room: Hall) -> None:
    sealed(room)
    room.reconcile()
    elsewhere = room.world.actor(Role.KEY_HOLDER, person="lead")
    grants = tuple(type(g)(g.role, organ_id=room.world.units["county"]) for g in elsewhere.grants)
    assert urns_of(room, Actor(elsewhere.account_id, elsewhere.person_id, grants)) == []

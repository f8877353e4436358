"""Founding, accounts and grants: who may, who may not, and what the journal says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases import schema
from cases.commands import administration, grants
from cases.commands.idempotency import claim, settle, sweep
from cases.errors import Invalid, NotVisible, Refused
from cases.journal import verify
from cases.models import Account, Installation, JournalEntry, RoleGrant
from cases.queries.accounts import actor_of
from cases.queries.idempotency import CarriedOut, carried_out
from cases.store import Store
from tests.web_client import make_account, make_person
from tests.world import World, found_world
from workflow.permissions import Actor, Grant
from workflow.vocabulary import ActorKind, AdminKind, Role

AT = datetime(2026, 1, 12, 1, 0, tzinfo=UTC)


def world_in(store: Store) -> World:
    with store.transaction() as conn:
        return found_world(conn)


def actor(store: Store, kind: AdminKind, person: str | None = None) -> Actor:
    with store.transaction() as conn:
        person_id = make_person(conn, person) if person else None
        account_id = make_account(
            conn, f"{kind.value}{id(kind) % 97}", person_id=person_id, admin=kind
        )
    return Actor(account_id, person_id, (), ActorKind(kind.value))


def system(store: Store) -> Actor:
    return actor(store, AdminKind.SYSTEM_ADMIN)


def security(store: Store) -> Actor:
    return actor(store, AdminKind.SECURITY_ADMIN)


def clerk(store: Store, login: str = "clerk") -> int:
    with store.transaction() as conn:
        return make_account(conn, login, person_id=make_person(conn, login))


def test_founding_writes_entry_one_and_three_slips(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'new.db'}")
    schema.upgrade(store.engine)
    with store.transaction() as conn:
        slips = administration.found_installation(
            conn, mode="production", organ_name="云州市委组织部", at=AT
        )
    with store.reading() as conn:
        assert [s.login for s in slips] == ["system", "security", "audit"]
        assert conn.execute(sa.select(Installation.mode)).scalar() == "production"
        first = conn.execute(sa.select(JournalEntry.seq, JournalEntry.action)).first()
        assert tuple(first or ()) == (1, "installation_founded")
        kinds = list(conn.execute(sa.select(Account.admin_kind).order_by(Account.id)).scalars())
        assert kinds == ["system_admin", "security_admin", "audit_admin"]
        assert verify(conn).ok
    with store.transaction() as conn, pytest.raises(Refused):
        administration.found_installation(conn, mode="demo", organ_name="x", at=AT)
    store.close()


def test_account_is_opened_by_the_system_administrator_only(store: Store) -> None:
    world = world_in(store)
    with store.transaction() as conn:
        slip = administration.create_account(
            conn, "chief", world.people["chief"], actor=_sys(conn), at=AT
        )
        assert actor_of(conn, slip.account_id).person_id == world.people["chief"]
        for kind in (AdminKind.SECURITY_ADMIN, AdminKind.AUDIT_ADMIN):
            other = Actor(1, None, (), ActorKind(kind.value))
            with pytest.raises(Refused):
                administration.create_account(
                    conn, "deputy", world.people["deputy"], actor=other, at=AT
                )


def _sys(conn: sa.Connection) -> Actor:
    account_id = make_account(conn, "sys", admin=AdminKind.SYSTEM_ADMIN)
    return Actor(account_id, None, (), ActorKind.SYSTEM_ADMIN)


def test_login_and_person_are_taken_once(store: Store) -> None:
    world = world_in(store)
    with store.transaction() as conn:
        me = _sys(conn)
        administration.create_account(conn, "chief", world.people["chief"], actor=me, at=AT)
        with pytest.raises(Invalid):
            administration.create_account(conn, "chief", world.people["deputy"], actor=me, at=AT)
        with pytest.raises(Invalid):
            administration.create_account(conn, "chief2", 999_999, actor=me, at=AT)


def test_administrator_person_gets_no_business_account(store: Store) -> None:
    with store.transaction() as conn:
        person_id = make_person(conn, "韩立")
        make_account(conn, "audit", person_id=person_id, admin=AdminKind.AUDIT_ADMIN)
        with pytest.raises(Refused):
            administration.create_account(conn, "hanli", person_id, actor=_sys(conn), at=AT)


def test_last_administrator_of_a_kind_is_not_disabled(store: Store) -> None:
    me, other = system(store), security(store)
    with store.transaction() as conn, pytest.raises(Refused):
        administration.set_active(conn, other.account_id or 0, False, actor=me, at=AT)


def proposed(store: Store, account_id: int, organ: int, by: Actor) -> int:
    with store.transaction() as conn:
        return grants.propose_grant(
            conn, account_id, Grant(Role.OFFICE, organ_id=organ), actor=by, at=AT
        )


def test_grant_is_in_force_after_another_approved_it(store: Store) -> None:
    world, account_id = world_in(store), clerk(store)
    grant_id = proposed(store, account_id, world.units["organ"], system(store))
    with store.reading() as conn:
        assert actor_of(conn, account_id).grants == ()
    with store.transaction() as conn:
        grants.approve_grant(conn, grant_id, actor=security_in(conn), at=AT)
    with store.reading() as conn:
        assert actor_of(conn, account_id).grants == (
            Grant(Role.OFFICE, organ_id=world.units["organ"]),
        )


def security_in(conn: sa.Connection, person_id: int | None = None) -> Actor:
    account_id = make_account(conn, "sec", person_id=person_id, admin=AdminKind.SECURITY_ADMIN)
    return Actor(account_id, person_id, (), ActorKind.SECURITY_ADMIN)


def test_proposer_does_not_approve_even_under_another_account(store: Store) -> None:
    world, account_id = world_in(store), clerk(store)
    with store.transaction() as conn:
        person = make_person(conn, "程朗")
        first = make_account(conn, "sys", person_id=person, admin=AdminKind.SYSTEM_ADMIN)
        proposer = Actor(first, person, (), ActorKind.SYSTEM_ADMIN)
        twin = security_in(conn, person)
    grant_id = proposed(store, account_id, world.units["organ"], proposer)
    with store.transaction() as conn, pytest.raises(Refused, match="另一人"):
        grants.approve_grant(conn, grant_id, actor=twin, at=AT)


def test_nobody_proposes_for_himself_or_for_an_administrator(store: Store) -> None:
    world, me = world_in(store), system(store)
    other = security(store)
    grant = Grant(Role.OFFICE, organ_id=world.units["organ"])
    for account_id in (me.account_id, other.account_id):
        with store.transaction() as conn, pytest.raises(Refused):
            grants.propose_grant(conn, account_id or 0, grant, actor=me, at=AT)


def test_exclusive_roles_do_not_lie_on_one_account(store: Store) -> None:
    world, account_id, me = world_in(store), clerk(store), system(store)
    organ = world.units["organ"]
    with store.transaction() as conn:
        sec = security_in(conn)
        first = grants.propose_grant(
            conn, account_id, Grant(Role.REVIEWER, organ_id=organ), actor=me, at=AT
        )
        grants.approve_grant(conn, first, actor=sec, at=AT)
        with pytest.raises(Refused, match="同一人"):
            grants.propose_grant(
                conn, account_id, Grant(Role.DECISION_RECORDER, organ_id=organ), actor=me, at=AT
            )


def test_same_grant_is_proposed_once_and_ended_once(store: Store) -> None:
    world, account_id, me = world_in(store), clerk(store), system(store)
    grant_id = proposed(store, account_id, world.units["organ"], me)
    with pytest.raises(Refused):
        proposed(store, account_id, world.units["organ"], me)
    with store.transaction() as conn:
        sec = security_in(conn)
        grants.end_grant(conn, grant_id, actor=sec, at=AT)
        with pytest.raises(NotVisible):
            grants.end_grant(conn, grant_id, actor=sec, at=AT)
        state = conn.execute(sa.select(RoleGrant.approved_at, RoleGrant.revoked_at)).one()
    assert tuple(state) == (None, AT)


def test_key_is_claimed_once_and_leads_where_it_led(store: Store) -> None:
    account_id = clerk(store)
    with store.transaction() as conn:
        assert claim(conn, account_id, "k" * 20, route="r", digest="d", at=AT)
        settle(conn, account_id, "k" * 20, "/there")
    with store.transaction() as conn:
        assert not claim(conn, account_id, "k" * 20, route="r", digest="e", at=AT)
        assert carried_out(conn, account_id, "k" * 20) == CarriedOut("r", "d", "/there")
        assert sweep(conn, at=AT + timedelta(days=6)) == 0
        assert sweep(conn, at=AT + timedelta(days=8)) == 1

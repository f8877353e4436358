"""Nobody handles his own unit's figures: not by post, roster, or by speaking for the unit."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cases.commands import beside
from cases.commands.data_entry import Entry, enter_values
from cases.commands.data_objections import confirm
from cases.commands.data_sheet import return_value, revise, verify_values
from cases.errors import Refused
from cases.models import Account, DataSheet, Person, RoleGrant
from cases.queries.data_sheet import desk_of
from cases.queries.worklist import worklist
from cases.store import Store
from tests.cases.commands.test_data_sheet import BY, fill, sheet, staff, state
from tests.world import AT, World
from workflow.permissions import Actor, Grant
from workflow.vocabulary import Permission, Role, Thing, ThingAction

OWN = ["不得办理本人所在单位的实绩数据"]
LATER = AT + timedelta(days=30)
MOVES = (ThingAction.FREEZE_SHEET, ThingAction.UNVERIFY_SHEET)


def verified(conn: sa.Connection) -> tuple[World, int, dict[str, int]]:
    world, sheet_id, units = sheet(conn)
    for name, actor in fill(conn, sheet_id, units).items():
        mine = [i for i, by in BY.items() if by == name]
        verify_values(conn, sheet_id, mine, actor=actor, at=AT)
    assert state(conn, sheet_id) == "verified"
    return world, sheet_id, units


def roster(conn: sa.Connection, world: World) -> Actor:
    """A clerk of the office whose home on the roster is the county."""
    county = world.units["county"]
    person = conn.execute(
        sa.insert(Person).values(name="借调", name_key="x", unit_id=county).returning(Person.id)
    ).scalar_one()
    return Actor(7000, person, (Grant(Role.OFFICE, organ_id=world.units["organ"]),))


def speaker(conn: sa.Connection, world: World) -> Actor:
    """A clerk of the office who speaks for the county under another account."""
    person = world.people["clerk"]
    account = conn.execute(
        sa.insert(Account)
        .values(
            login="contact", display="联络员", person_id=person, active=True, created_at=AT,
        )
        .returning(Account.id)
    ).scalar_one()  # fmt: skip
    conn.execute(
        sa.insert(RoleGrant).values(
            account_id=account, role=Role.UNIT_CONTACT, unit_id=world.units["county"],
            requested_at=AT, approved_at=AT,
        )
    )  # fmt: skip
    return world.actor(Role.OFFICE)


def insider(conn: sa.Connection, world: World, how: str) -> Actor:
    if how == "roster":
        return roster(conn, world)
    if how == "speaker":
        return speaker(conn, world)
    return world.actor(Role.OFFICE, person={"leads": "head", "serves": "mayor"}[how])


@pytest.mark.parametrize("how", ["leads", "serves", "roster", "speaker"])
def test_insider_at_the_office_freezes_and_reopens_nothing_of_his_unit(
    store: Store, how: str
) -> None:
    with store.transaction() as conn:
        world, sheet_id, _ = verified(conn)
        actor = insider(conn, world, how)
        for action in MOVES:
            with pytest.raises(Refused) as refused:
                beside.move(
                    conn, Thing.DATA_SHEET, sheet_id, action, actor=actor, at=LATER,
                    payload={"reason": "重新看一遍"},
                )  # fmt: skip
            assert [str(r) for r in refused.value.reasons] == OWN
        office = world.actor(Role.OFFICE, person="recorder")
        beside.move(
            conn, Thing.DATA_SHEET, sheet_id, ThingAction.FREEZE_SHEET, actor=office, at=LATER
        )
        with pytest.raises(Refused) as refused:
            revise(
                conn, sheet_id, ["pm25"], document="统函1号", reason="修订数据", actor=actor,
                at=LATER,
            )  # fmt: skip
        assert [str(r) for r in refused.value.reasons] == OWN
        assert state(conn, sheet_id) == "frozen"


def test_office_of_another_unit_freezes(store: Store) -> None:
    with store.transaction() as conn:
        world, sheet_id, _ = verified(conn)
        office = world.actor(Role.OFFICE, person="chief")
        beside.move(
            conn, Thing.DATA_SHEET, sheet_id, ThingAction.FREEZE_SHEET, actor=office, at=LATER
        )
        assert state(conn, sheet_id) == "frozen"


def test_who_confirmed_for_the_unit_does_not_freeze(store: Store) -> None:
    with store.transaction() as conn:
        world, sheet_id, _ = verified(conn)
        county, organ = world.units["county"], world.units["organ"]
        both = Actor(
            9, world.people["recorder"],
            (Grant(Role.UNIT_CONTACT, unit_id=county), Grant(Role.OFFICE, organ_id=organ)),
        )  # fmt: skip
        confirm(conn, sheet_id, actor=both, at=AT)
        with pytest.raises(Refused) as refused:
            beside.move(
                conn, Thing.DATA_SHEET, sheet_id, ThingAction.FREEZE_SHEET, actor=both, at=AT
            )
        assert [str(r) for r in refused.value.reasons] == OWN


def seconded(world: World, units: dict[str, int], role: Role) -> Actor:
    """The mayor lent to the bureau that provides figures on his county."""
    return Actor(8000, world.people["mayor"], (Grant(role, unit_id=units["科技局"]),))


def test_seconded_provider_neither_enters_nor_verifies_figures_of_home(store: Store) -> None:
    with store.transaction() as conn:
        world, sheet_id, units = sheet(conn)
        clerk = seconded(world, units, Role.DATA_PROVIDER)
        with pytest.raises(Refused) as refused:
            enter_values(
                conn, sheet_id, [Entry("rd", value="9", source="x")], hand_in=True, actor=clerk,
                at=AT,
            )  # fmt: skip
        assert [str(r) for r in refused.value.reasons] == OWN
        assert desk_of(conn, clerk, Permission.DATA_ENTER) is None
        fill(conn, sheet_id, units)
        checker = seconded(world, units, Role.DATA_VERIFIER)
        assert desk_of(conn, checker, Permission.DATA_VERIFY) is None
        for attempt in (
            lambda: verify_values(conn, sheet_id, ["rd"], actor=checker, at=AT),
            lambda: return_value(conn, sheet_id, "rd", "重新填报", actor=checker, at=AT),
        ):
            with pytest.raises(Refused) as refused:
                attempt()
            assert [str(r) for r in refused.value.reasons] == OWN


def test_unit_that_provides_a_figure_itself_enters_it_and_another_verifies(store: Store) -> None:
    with store.transaction() as conn:
        world, sheet_id, units = sheet(conn)
        home = world.units["county"]
        conn.execute(
            sa.text(
                "UPDATE indicator_values SET provider_unit_id = :u, verifier_unit_id = :u"
                " WHERE indicator = 'rd'"
            ),
            {"u": home},
        )
        clerk, checker = (staff(conn, home, r) for r in (Role.DATA_PROVIDER, Role.DATA_VERIFIER))
        enter_values(
            conn, sheet_id, [Entry("rd", value="2", source="x")], hand_in=True, actor=clerk, at=AT
        )
        with pytest.raises(Refused) as refused:
            verify_values(conn, sheet_id, ["rd"], actor=checker, at=AT)
        assert [str(r) for r in refused.value.reasons] == OWN
        other = Actor(
            9001, staff(conn, units["统计局"], Role.DATA_VERIFIER).person_id,
            (Grant(Role.DATA_VERIFIER, unit_id=home),),
        )  # fmt: skip
        verify_values(conn, sheet_id, ["rd"], actor=other, at=AT)


@pytest.mark.parametrize("how", ["leads", "serves", "roster", "speaker"])
def test_own_sheet_is_nobodys_daily_work(store: Store, how: str) -> None:
    with store.transaction() as conn:
        world, sheet_id, _ = verified(conn)
        actor = insider(conn, world, how)
    with store.reading() as conn:
        mine = {g.key for g in worklist(conn, actor)}
        theirs = {g.key for g in worklist(conn, world.actor(Role.OFFICE, person="recorder"))}
        assert conn.execute(sa.select(DataSheet.id)).scalar_one() == sheet_id
    assert ("data_sheet-verified" in mine, "data_sheet-verified" in theirs) == (False, True)

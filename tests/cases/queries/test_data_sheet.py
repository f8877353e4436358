"""Who reads which figures of a sheet: a department only those it provides."""

import pytest
import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import IndicatorValue
from cases.queries.data_objections import load_objection, objections_of
from cases.queries.data_sheet import columns_of_sheet, load_sheet
from cases.store import Store
from tests.cases.commands.test_data_objections import verified
from tests.cases.commands.test_data_sheet import BY, staff
from workflow.permissions import Actor, Grant
from workflow.vocabulary import Permission, Role

ALL = ["rd", "hightech", "pm25", "energy"]
MINE = {name: [code for code in ALL if BY[code] == name] for name in set(BY.values())}


def codes(conn: sa.Connection, actor: Actor, sheet_id: int) -> list[str]:
    sheet = load_sheet(conn, actor, Permission.DATA_READ, sheet_id)
    return [column.code for column in columns_of_sheet(conn, sheet, actor)]


@pytest.mark.parametrize("name", sorted(MINE))
@pytest.mark.parametrize("role", [Role.DATA_PROVIDER, Role.DATA_VERIFIER])
def test_a_department_reads_only_what_it_provides(store: Store, name: str, role: Role) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        actor = staff(conn, found.units[name], role)
        assert codes(conn, actor, found.sheet_id) == MINE[name]


def test_the_office_and_the_unit_itself_read_the_whole_sheet(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        assert codes(conn, found.world.actor(Role.OFFICE), found.sheet_id) == ALL
        assert codes(conn, found.unit, found.sheet_id) == ALL


def test_two_offices_of_one_person_add_up(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        one = staff(conn, found.units["科技局"], Role.DATA_PROVIDER)
        more = Grant(Role.DATA_PROVIDER, unit_id=found.units["统计局"])
        both = Actor(one.account_id, one.person_id, (*one.grants, more))
        assert codes(conn, both, found.sheet_id) == ["rd", "hightech", "energy"]


def test_a_department_of_another_sheet_reads_nothing(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        conn.execute(
            sa.update(IndicatorValue)
            .where(IndicatorValue.indicator == "energy")
            .values(provider_unit_id=found.units["科技局"])
        )
        other = staff(conn, found.units["统计局"], Role.DATA_PROVIDER)
        with pytest.raises(NotVisible):
            codes(conn, other, found.sheet_id)


def test_an_objection_is_read_by_who_provides_its_figure(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        objection = found.object_to("pm25")
        own = staff(conn, found.units["生态环境局"], Role.DATA_PROVIDER)
        other = staff(conn, found.units["统计局"], Role.DATA_PROVIDER)
        office = found.world.actor(Role.OFFICE)
        read = [len(objections_of(conn, found.sheet_id, one)) for one in (own, other, office)]
        assert read == [1, 0, 1]
        assert load_objection(conn, own, Permission.DATA_READ, objection).indicator == "pm25"
        with pytest.raises(NotVisible):
            load_objection(conn, other, Permission.DATA_READ, objection)

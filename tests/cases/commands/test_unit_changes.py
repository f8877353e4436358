"""Recording changes of units: whose units, and what is known of the day."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cases.commands.unit_changes import Planned, plan, record
from cases.errors import NotVisible, Refused
from cases.files.unit_change_sheet import ChangeRow
from cases.models import JournalEntry, JournalPayload, Unit, UnitChange
from cases.queries.previous_figures import steps_of
from cases.queries.unit_changes import changes, history, load_unit
from cases.scoring.successors import previous
from cases.store import Store
from tests.world import AT, World, found_world
from workflow.permissions import Actor, Grant
from workflow.vocabulary import Permission, Role, UnitChangeKind

TODAY = date(2025, 12, 10)
FOREIGN = "只能登记本机关管理的单位的变更"


def row(
    old: str, new: str, kind: UnitChangeKind = UnitChangeKind.RENAME, *, year_only: bool = False
) -> ChangeRow:
    day = date(2025, 1, 1) if year_only else date(2025, 6, 1)
    return ChangeRow("", kind, day, "", old, "", new, "民函〔2025〕8号", "", (), year_only)


def second_organ(conn: sa.Connection, world: World) -> Actor:
    """An officer of a county's organ, which manages a town."""
    for key, name, manager in (("own", "沙溪县委组织部", None), ("town", "三河镇", "own")):
        world.units[key] = conn.execute(
            sa.insert(Unit)
            .values(
                code=key, name=name, name_key=name, sort_no=500,
                managing_organ_id=world.units[manager] if manager else None,
            )
            .returning(Unit.id)
        ).scalar_one()  # fmt: skip
    return Actor(77, world.people["mayor"], (Grant(Role.OFFICE, organ_id=world.units["own"]),))


def faults(planned: list[Planned]) -> list[str | None]:
    return [None if one.fault is None else str(one.fault) for one in planned]


def test_an_organ_records_only_changes_of_its_own_units(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        other, office = second_organ(conn, world), world.actor(Role.OFFICE)
        rows = [
            row("沙溪县", "沙溪市"),
            row("三河镇", "三河街道"),
            row("三河镇", "沙溪县", UnitChangeKind.MERGE),
            row("沙溪县委组织部", "沙溪市委组织部"),
        ]
        assert faults(plan(conn, rows, actor=office, today=TODAY)) == [None, *[FOREIGN] * 3]
        theirs = plan(conn, rows, actor=other, today=TODAY)
        assert faults(theirs) == [FOREIGN, None, FOREIGN, None]
        good = plan(conn, rows[:1], actor=office, today=TODAY)
        with pytest.raises(Refused) as refused:
            record(conn, good, actor=other, at=AT)
        assert [str(one) for one in refused.value.reasons] == [FOREIGN]
        assert conn.execute(sa.select(sa.func.count()).select_from(UnitChange)).scalar() == 0
        assert record(conn, good, actor=office, at=AT) == 1


def test_the_history_of_another_organs_unit_is_not_there(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        other = second_organ(conn, world)
        with pytest.raises(NotVisible):
            load_unit(conn, other, Permission.ROSTER_IMPORT, world.units["county"])
        assert load_unit(conn, other, Permission.ROSTER_IMPORT, world.units["town"]).code == "town"


def test_a_year_alone_is_kept_as_a_year_and_history_follows(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        office = world.actor(Role.OFFICE)
        planned = plan(conn, [row("沙溪县", "沙溪市", year_only=True)], actor=office, today=TODAY)
        assert record(conn, planned, actor=office, at=AT) == 1
        (line,) = changes(conn)
        assert (line.day, line.year_only) == (date(2025, 1, 1), True)
        unit = load_unit(conn, office, Permission.ROSTER_IMPORT, world.units["county"])
        assert unit.name == "沙溪市"
        assert [one.from_name for one in history(conn, unit).changes] == ["沙溪县"]
        told = conn.execute(
            sa.select(JournalPayload.payload)
            .join(JournalEntry, JournalEntry.seq == JournalPayload.seq)
            .where(JournalEntry.action == "record_unit_changes")
        ).scalar_one()
        (said,) = json.loads(told)["changes"].values()
        assert said[:3] == ["2025-01-01", "rename", True]
        assert (said[4], said[7]) == ("沙溪县", "沙溪市")


@pytest.mark.parametrize(
    ("kind", "old", "new", "note", "fault"),
    [
        (UnitChangeKind.FOUND, "", "沙溪县", "", None),
        (UnitChangeKind.FOUND, "沙溪县", "", "", "设立要写明新名称"),
        (UnitChangeKind.ABOLISH, "沙溪县", "", "整建制撤销", None),
        (UnitChangeKind.ABOLISH, "沙溪县", "", "", "要在说明里写明变更了什么"),
        (UnitChangeKind.SEAT, "沙溪县", "", "迁至城关镇", None),
        (UnitChangeKind.SEAT, "", "", "迁至城关镇", "要写明单位名称"),
        (UnitChangeKind.REPLACE, "沙溪县", "", "", "要写明原名称和新名称"),
        (UnitChangeKind.ADJUST, "青石县", "", "划入两镇", "名册中没有“青石县”,或者有不止一个"),
    ],
)
def test_each_kind_says_what_it_needs(
    sqlite_store: Store, kind: UnitChangeKind, old: str, new: str, note: str, fault: str | None
) -> None:
    with sqlite_store.transaction() as conn:
        office = found_world(conn).actor(Role.OFFICE)
        one = replace(row(old, new, kind), note=note)
        assert faults(plan(conn, [one], actor=office, today=TODAY)) == [fault]


def test_units_of_one_name_are_told_apart_by_the_area_above(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
        for code, name, parent in (
            ("a", "甲市", None), ("b", "乙市", None), ("a1", "城区", "a"), ("b1", "城区", "b"),
        ):  # fmt: skip
            up = sa.select(Unit.id).where(Unit.code == parent).scalar_subquery()
            conn.execute(
                sa.insert(Unit).values(
                    code=code, name=name, name_key=name, sort_no=600,
                    parent_id=up if parent else None,
                )
            )  # fmt: skip
        one = replace(row("城区", "", UnitChangeKind.SEAT), note="迁", above=("乙市",))
        (planned,) = plan(conn, [one], actor=world.actor(Role.OFFICE), today=TODAY)
        mine = conn.execute(sa.select(Unit.id).where(Unit.code == "b1")).scalar_one()
        assert (planned.fault, planned.from_id, planned.to_id) == (None, mine, mine)


def test_a_merger_with_a_unit_beyond_the_roster_asks_for_last_years_figure(
    sqlite_store: Store,
) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
        office = world.actor(Role.OFFICE)
        rows = [
            row("青石县", "沙溪县", UnitChangeKind.MERGE),
            replace(row("沙溪县", "", UnitChangeKind.TRANSFER), note="划出一镇"),
        ]
        record(conn, plan(conn, rows, actor=office, today=TODAY), actor=office, at=AT)
        county, steps = world.units["county"], steps_of(conn)
        assert [(s.kind, s.origin > 0, s.successor) for s in steps] == [
            ("merge", False, county), ("transfer", True, county),
        ]  # fmt: skip
        assert previous(county, "rd", steps, {(county, "rd"): Decimal(7)}, additive=True).asked


def test_changes_planned_before_another_are_refused(store: Store) -> None:
    """Two plans that were good side by side: the second would give a code or a name away twice."""
    with store.transaction() as conn:
        office = found_world(conn).actor(Role.OFFICE)

        def planned(old: str, new: str, code: str) -> list[Planned]:
            kind = UnitChangeKind.RECODE if old == new else UnitChangeKind.RENAME
            one = replace(row(old, new, kind), to_code=code)
            return plan(conn, [one], actor=office, today=TODAY)

        first, code, name = (
            planned("沙溪县", "沙溪市", "X9"),
            planned("云州市生态环境局", "云州市生态环境局", "X9"),
            planned("沙溪县", "沙溪区", ""),
        )
        record(conn, first, actor=office, at=AT)
        told = []
        for late in (code, name):
            with pytest.raises(Refused) as refused:
                record(conn, late, actor=office, at=AT)
            told.append([str(one) for one in refused.value.reasons])
    assert told == [
        ["检查之后名册已有变动,请重新上传检查", "代码“X9”已是另一个单位的代码"],
        ["检查之后名册已有变动,请重新上传检查", "名册中没有“沙溪县”,也没有“沙溪区”"],
    ]


def test_a_name_with_a_third_units_code_is_refused(store: Store) -> None:
    """Renamed with another's code: its figures would become the last year of somebody else's."""
    with store.transaction() as conn:
        office = found_world(conn).actor(Role.OFFICE)
        wrong = replace(row("沙溪县", "沙溪市"), from_code="U3", to_code="U2")
        right = replace(row("沙溪县", "沙溪市"), from_code="U3", to_code="U9")
        planned = plan(conn, [wrong, right], actor=office, today=TODAY)
        assert faults(planned) == ["代码“U2”已是另一个单位的代码", None]

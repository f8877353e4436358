"""A year from a scheme file to its cases, by commands alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import calendar, cycle, roster, scheme
from cases.commands.cycle import Window
from cases.demo.city import city, workbooks
from cases.demo.city.places import OFFICE
from cases.errors import Invalid, Refused
from cases.jobs.opening_job import open_everything
from cases.models import Case, Cycle, DataSheet, Person, Pool, RoleGrant, SchemeVersion, Unit
from cases.queries import setup
from cases.queries.calendar import working_days
from cases.queries.providers import Gaps, gaps_of
from cases.queries.readiness import readiness
from cases.queries.scheme import scheme_version
from cases.scoring.drafting.difference import compare
from cases.store import Store
from tests.world import AT, found_world, staff_departments
from workflow.permissions import SYSTEM, Actor, Grant
from workflow.vocabulary import CycleState, Participation, Role, Stage

KEY = "k" * 40


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("city")
    return {k: p.read_bytes() for k, p in workbooks.write_city(folder, city.build()).items()}


def clerk(organ: int, role: Role = Role.OFFICE) -> Actor:
    """Somebody of the office, on no roster."""
    return Actor(account_id=900, person_id=None, grants=(Grant(role, organ_id=organ),))


def found(conn: sa.Connection, files: dict[str, bytes]) -> tuple[int, int]:
    """(organ, scheme version) of the city."""
    roster.import_roster(
        conn, files["roster"], file_name="roster.xlsx", organ_id=None, actor=SYSTEM, at=AT,
        data_key=KEY,
    )  # fmt: skip
    organ = conn.execute(sa.select(Unit.id).where(Unit.code == OFFICE)).scalar_one()
    version = scheme.add_version(conn, files["scheme"], organ_id=organ, actor=clerk(organ), at=AT)
    return organ, version


def windows(conn: sa.Connection, version: int) -> dict[Stage, Window]:
    proposed = setup.proposed_windows(
        scheme_version(conn, version), 2025, date(2025, 12, 1), working_days(conn)
    )
    return {stage: Window(*days, reason="按上级统一安排") for stage, days in proposed.items()}


def test_city_opens_from_its_files(store: Store, files: dict[str, bytes]) -> None:
    with store.transaction() as conn:
        organ, version = found(conn, files)
        days = calendar.package_days(2025)
        calendar.load_days(conn, [d for d in days if d.day.year <= 2026], at=AT)
        made = cycle.create_cycle(
            conn, year=2025, organ_id=organ, scheme_version_id=version,
            timetable=windows(conn, version), actor=clerk(organ), at=AT,
        )  # fmt: skip
        row = conn.execute(sa.select(Cycle).where(Cycle.id == made)).one()
        items = readiness(conn, row, AT.date())
        assert [(i.key, i.figure, str(i.sentence)) for i in items if not i.done] == [
            ("staff", 7, "有 7 个提供部门还没有填报人,或者没有另一人审核:"
             "云州市教育局、云州市统计局、云州市农业农村局、云州市水务局、云州市住房和城乡建设局…"),
            ("staff", 1, "有 1 个审核部门还没有填报人以外的审核人:云州市统计局"),
        ]  # fmt: skip
        providers = gaps_of(conn, scheme_version(conn, version), organ).unstaffed
        wanted = sa.select(Unit.id).where(Unit.name.in_(providers))
        units = conn.execute(wanted.order_by(Unit.code)).scalars().all()
        staff_departments(conn, units)
        verifies = sa.and_(RoleGrant.role == Role.DATA_VERIFIER, RoleGrant.unit_id == units[3])
        conn.execute(sa.update(RoleGrant).where(verifies).values(revoked_at=AT))
        left = gaps_of(conn, scheme_version(conn, version), organ)
        assert (left.unstaffed, left.unverified) == (("云州市统计局",), ("云州市统计局",))
        conn.execute(sa.update(RoleGrant).where(verifies).values(revoked_at=None))
        items = readiness(conn, row, AT.date())
        assert [(i.key, str(i.sentence)) for i in items if not i.done] == []
        cycle.freeze_scheme(conn, made, actor=clerk(organ, Role.OFFICE_LEAD), at=AT)
        cycle.open_cycle(conn, made, actor=clerk(organ), at=AT, enqueue=False)
        opened = open_everything(conn, made, actor=clerk(organ), at=AT)
    with store.reading() as conn:
        state = conn.execute(sa.select(Cycle.state)).scalar_one()
        frozen = conn.execute(sa.select(SchemeVersion.frozen_at)).scalar_one()
        counted = sa.select(Case.participation, sa.func.count()).group_by(Case.participation)
        kinds = {kind: n for kind, n in conn.execute(counted)}
        sheets = conn.execute(sa.select(sa.func.count()).select_from(DataSheet)).scalar_one()
        pools = conn.execute(sa.select(sa.func.count()).select_from(Pool)).scalar_one()
    made_city = city.build()
    assert (opened.cadres, opened.bodies) == (len(made_city.subjects), len(made_city.bodies))
    assert (state, frozen) == (CycleState.OPEN, AT)
    assert kinds[Participation.COMMENT_ONLY] == 1
    assert sheets > 0 and pools > 0


def test_short_window_needs_a_reason(sqlite_store: Store, files: dict[str, bytes]) -> None:
    with sqlite_store.transaction() as conn:
        organ, version = found(conn, files)
        timetable = {Stage.SCOPING: Window(date(2025, 12, 1), date(2025, 12, 5))}
        with pytest.raises(Invalid) as invalid:
            cycle.create_cycle(
                conn, year=2025, organ_id=organ, scheme_version_id=version, timetable=timetable,
                actor=clerk(organ), at=AT,
            )  # fmt: skip
    assert {k: str(v) for k, v in invalid.value.errors.items()} == {
        "scoping": "“考核对象审核”只有 5 个工作日,不足 10 个的请写明理由"
    }


def test_freeze_is_refused_while_the_list_is_open(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn, state=CycleState.PREPARING)
        conn.execute(sa.update(Unit).where(Unit.has_body).values(class_code=None))
        with pytest.raises(Refused) as refused:
            cycle.freeze_scheme(
                conn, world.cycle_id, actor=world.actor(Role.OFFICE_LEAD, person="lead"), at=AT
            )
        row = conn.execute(sa.select(Cycle)).one()
        items = {i.key: str(i.sentence) for i in readiness(conn, row, AT.date()) if not i.done}
    assert [str(r) for r in refused.value.reasons] == ["启动前检查还有 2 项未完成"]
    assert items == {
        "departments": "方案写明的 3 个部门不在名册中:科技局、生态环境局、统计局",
        "classes": "还有 2 个单位没有确定类别",
    }


def gaps_by_code(conn: sa.Connection, row: Any) -> Gaps:
    """With items of departments told by code; ``award`` stays with the managing organ."""
    found = scheme_version(conn, row.scheme_version_id)
    codes = {name: code for name, code in conn.execute(sa.select(Unit.name, Unit.code))}
    charged = {"safety": codes["科技局"], "response": codes["云州市生态环境局"]}
    items = {c: replace(one, provider=charged.get(c, "")) for c, one in found.items.items()}
    return gaps_of(conn, replace(found, items=items), row.managing_organ_id)


def test_own_figures_without_a_stranger_to_verify_are_named(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn, state=CycleState.PREPARING)
        county = world.units["county"]
        conn.execute(sa.update(Unit).where(Unit.id == county).values(name="科技局"))
        staff_departments(conn, [county])
        row = conn.execute(sa.select(Cycle)).one()
        lent = {i.key for i in readiness(conn, row, AT.date()) if not i.done}
        at_home = sa.update(Person).where(Person.id == world.people["lead"])
        conn.execute(at_home.values(unit_id=county))
        items = {i.key: str(i.sentence) for i in readiness(conn, row, AT.date()) if not i.done}
        gaps = gaps_by_code(conn, row)
    assert lent == {"departments"}
    assert [(unit, str(title)) for unit, title in gaps.own_items] == [
        ("云州市生态环境局", "突发事件处置不及时"), ("科技局", "安全生产"),
    ]  # fmt: skip
    assert gaps.unstaffed == ("云州市生态环境局",)
    assert items == {
        "departments": "方案写明的 2 个部门不在名册中:生态环境局、统计局",
        "verifiers": "有 2 项数据由被考核单位自己提供和审核,本单位没有人可以审核,"
        "请在方案中写明另一个审核部门:科技局“研发经费投入强度”、科技局“高新技术企业数”",
    }


def test_set_up_is_refused_once_frozen(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        with pytest.raises(Refused):
            cycle.set_up(
                conn, world.cycle_id, scheme_version_id=None, timetable={},
                actor=world.actor(Role.OFFICE), at=AT,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &x 1\nb: *x", "第 2 行 不能使用 YAML 的锚和引用(& 和 *)"),
        ("a: 1\na: 2", "第 2 行 “a”写了两次"),
        ("- 1", " 方案文件的最外层应为“名称: 值”"),
        ("a: [1", "第 1 行 这里的 YAML 写法不对"),
        ("a: !!python/object/apply:os.system [ls]", "第 1 行 这里的 YAML 写法不对"),
        ("b: 1\na: !!bool maybe", "第 2 行 这里的 YAML 写法不对"),
        ("b: 1\na: 2025-02-30", "第 2 行 这里的 YAML 写法不对"),
        ("b: 1\na: x\0y", "第 2 行 方案里有不可见的控制字符"),
        ('b: 1\na: "x\\0y"', "第 2 行 方案里有不可见的控制字符"),
        ("b: 1\na: " + "[" * 2000, "第 2 行 层级过深"),
    ],
)
def test_scheme_document_that_is_no_document(text: str, told: str) -> None:
    with pytest.raises(scheme.SchemeFaults) as faults:
        scheme.read_document(text.encode())
    assert [f"{place} {s}" for place, s in faults.value.problems] == [told]


def test_second_version_is_told_apart_from_the_first(
    sqlite_store: Store, files: dict[str, bytes]
) -> None:
    text = files["scheme"].decode()
    with sqlite_store.transaction() as conn:
        organ, first = found(conn, files)
        with pytest.raises(Invalid):
            scheme.add_version(conn, text.encode(), organ_id=organ, actor=clerk(organ), at=AT)
        changed = text.replace("due: 9}", "due: 12}")
        second = scheme.add_version(
            conn, changed.encode(), organ_id=organ, actor=clerk(organ), at=AT
        )
        found_differences = compare(setup.content_of(conn, first), setup.content_of(conn, second))
    assert [(d.part, d.subject, d.before, d.after) for d in found_differences] == [
        ("timetable", "scoping", "9", "12")
    ]

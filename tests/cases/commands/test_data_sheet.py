"""Values: two people, exact figures, a sheet that follows its values, revisions as new rows."""

from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import beside
from cases.commands.data_entry import Entry, enter_values
from cases.commands.data_import import table_of
from cases.commands.data_objections import confirm
from cases.commands.data_sheet import make_sheets, return_value, revise, verify_values
from cases.commands.opening import open_cases
from cases.errors import Invalid, Refused
from cases.journal import verify
from cases.models import DataSheet, IndicatorValue, Person, SchemeVersion, Unit
from cases.queries.data_sheet import desk_of
from cases.queries.scheme import scheme_of_cycle
from cases.queries.scores import scoresheets
from cases.scoring.explain import explanation
from cases.scoring.scheme import digest
from cases.store import Store
from tests.world import AT, World, found_world, scheme_document
from workflow.permissions import Actor, Grant
from workflow.vocabulary import Permission, Role, Thing, ThingAction

PROVIDERS = ("科技局", "生态环境局", "统计局")


def sheet(
    conn: sa.Connection, document: dict[str, Any] | None = None
) -> tuple[World, int, dict[str, int]]:
    world = found_world(conn)
    if document is not None:
        values = {"content": document, "digest": digest(document)}
        conn.execute(sa.update(SchemeVersion).values(**values))
    units = {}
    for number, name in enumerate(PROVIDERS):
        units[name] = conn.execute(
            sa.insert(Unit)
            .values(code=f"P{number}", name=name, name_key=name, sort_no=900 + number)
            .returning(Unit.id)
        ).scalar_one()
    open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    assert make_sheets(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT) == 1
    return world, conn.execute(sa.select(DataSheet.id)).scalar_one(), units


def staff(conn: sa.Connection, unit_id: int, role: Role) -> Actor:
    person = conn.execute(
        sa.insert(Person).values(name=f"{role}", name_key="x", unit_id=unit_id).returning(Person.id)
    ).scalar_one()
    return Actor(5000 + person, person, (Grant(role, unit_id=unit_id),))


FIGURES = {"rd": "2.4", "hightech": "31", "pm25": "29", "energy": "0.41"}
BY = {"rd": "科技局", "hightech": "科技局", "pm25": "生态环境局", "energy": "统计局"}


def fill(conn: sa.Connection, sheet_id: int, units: dict[str, int]) -> dict[str, Actor]:
    verifiers = {}
    for name in PROVIDERS:
        clerk = staff(conn, units[name], Role.DATA_PROVIDER)
        verifiers[name] = staff(conn, units[name], Role.DATA_VERIFIER)
        entries = [Entry(i, value=FIGURES[i], source=name) for i, by in BY.items() if by == name]
        enter_values(conn, sheet_id, entries, hand_in=True, actor=clerk, at=AT)
    return verifiers


def state(conn: sa.Connection, sheet_id: int) -> str:
    return str(
        conn.execute(sa.select(DataSheet.state).where(DataSheet.id == sheet_id)).scalar_one()
    )


def test_sheet_follows_its_values_to_a_score(store: Store) -> None:
    with store.transaction() as conn:
        world, sheet_id, units = sheet(conn)
        verifiers = fill(conn, sheet_id, units)
        assert state(conn, sheet_id) == "submitted"
        for name, actor in verifiers.items():
            mine = [i for i, by in BY.items() if by == name]
            verify_values(conn, sheet_id, mine, actor=actor, at=AT)
        assert state(conn, sheet_id) == "verified"
        office = world.actor(Role.OFFICE)
        confirm(conn, sheet_id, actor=world.actor(Role.UNIT_CONTACT, unit="county"), at=AT)
        beside.move(conn, Thing.DATA_SHEET, sheet_id, ThingAction.FREEZE_SHEET, actor=office, at=AT)
        scheme = scheme_of_cycle(conn, world.cycle_id)
        assert scheme is not None
        scores = scoresheets(conn, world.cycle_id, scheme)
        assert verify(conn).ok
    assert {u: str(s.total) for u, s in scores.items()} == {
        world.units["county"]: "96.000000000000"
    }


def divided() -> dict[str, Any]:
    """High-tech companies per 10,000 people, and a group that a department may give a score."""
    document = scheme_document()
    innovation, green = document["indicators"]
    innovation["children"][1] |= {
        "method": "target_ratio", "target": 2,
        "chain": [{"link": "denominate", "by": "people", "per": 10}],
    }  # fmt: skip
    green |= {"given": True, "provider": "生态环境局"}
    document["series"] = [
        {"code": "people", "title": "常住人口", "unit": "万人", "provider": "统计局"},
        {"code": "area", "title": "面积", "unit": "平方千米", "provider": "统计局"},
        {"code": "output", "title": "产值", "unit": "亿元", "provider": "统计局"},
    ]
    document["checks"] = [
        {"code": "share", "title": "产出强度", "ratio": ["rd", "output"], "high": 1},
        {"code": "thin", "title": "人口密度", "ratio": ["people", "area"], "high": 1},
    ]
    return document


def test_helping_series_and_given_groups_go_from_sheet_to_score(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        world, sheet_id, units = sheet(conn, divided())
        clerk = staff(conn, units["统计局"], Role.DATA_PROVIDER)
        desk = desk_of(conn, clerk, Permission.DATA_ENTER)
        assert desk is not None  # nothing scored needs the area, so nobody is asked for it
        assert [(c.code, c.indicator.unit) for c in desk.columns] == [
            ("energy", "吨标准煤/万元"), ("people", "万人"), ("output", "亿元"),
        ]  # fmt: skip
        workbook = table_of(desk)
        assert workbook.locked and [row[2] for row in workbook.rows] == [
            "energy",
            "people",
            "output",
        ]
        verifiers = fill(conn, sheet_id, units)
        environment = staff(conn, units["生态环境局"], Role.DATA_PROVIDER)
        given = [Entry("green", value="90", document="云环函〔2025〕8号")]
        enter_values(conn, sheet_id, given, hand_in=True, actor=environment, at=AT)
        assert state(conn, sheet_id) == "open"
        people = [Entry("people", value="200", source="统计公报")]
        people.append(Entry("output", value="2", source="统计公报"))
        enter_values(conn, sheet_id, people, hand_in=True, actor=clerk, at=AT)
        assert state(conn, sheet_id) == "submitted"
        desk = desk_of(conn, clerk, Permission.DATA_ENTER)
        early = "填报时所属期 2025 还没有结束"  # on 10 December
        assert desk is not None
        assert [[str(f.sentence) for f in cell.findings] for cell in desk.cells[1:]] == [
            [early],
            [early, "产出强度:与另一部门提供的数据对不上,请核对"],
        ]
        asked = BY | {"green": "生态环境局", "people": "统计局", "output": "统计局"}
        for name, actor in verifiers.items():
            mine = [i for i, by in asked.items() if by == name]
            verify_values(conn, sheet_id, mine, actor=actor, at=AT)
        assert state(conn, sheet_id) == "verified"
        scheme = scheme_of_cycle(conn, world.cycle_id)
        assert scheme is not None
        score = scoresheets(conn, world.cycle_id, scheme)[world.units["county"]]
    told = {row["indicator"]: row for row in explanation(scheme, score)["rows"]}  # type: ignore[attr-defined]
    assert told["hightech"]["steps"][0] == {
        "title": "变换:除以分母", "formula": "31 ÷ 200 × 10", "result": "1.55",
    }  # fmt: skip
    assert told["hightech"]["points"] == "77.500000000000"  # 1.55 of 2
    # (100 × 20 + 77.5 × 20) / 40 = 88.75; 88.75 × 0.4 + 90 × 0.6
    assert str(score.total) == "89.500000000000"


def test_values_of_another_department_are_refused(store: Store) -> None:
    with store.transaction() as conn:
        _, sheet_id, units = sheet(conn)
        clerk = staff(conn, units["科技局"], Role.DATA_PROVIDER)
        with pytest.raises(Refused):
            enter_values(
                conn, sheet_id, [Entry("pm25", value="29", source="x")], hand_in=True, actor=clerk,
                at=AT,
            )  # fmt: skip


@pytest.mark.parametrize("text", ["三十", "1e400", "NaN", "inf", "12 亿", "1,000.5.2"])
def test_text_that_is_no_figure_is_refused_at_the_indicator(store: Store, text: str) -> None:
    with store.transaction() as conn:
        _, sheet_id, units = sheet(conn)
        clerk = staff(conn, units["科技局"], Role.DATA_PROVIDER)
        with pytest.raises(Invalid) as invalid:
            enter_values(
                conn, sheet_id, [Entry("rd", value=text, source="x")], hand_in=True, actor=clerk,
                at=AT,
            )  # fmt: skip
    assert list(invalid.value.errors) == ["rd"]


def test_who_enters_does_not_verify(store: Store) -> None:
    with store.transaction() as conn:
        _, sheet_id, units = sheet(conn)
        unit = units["科技局"]
        both = staff(conn, unit, Role.DATA_PROVIDER)
        both = Actor(
            both.account_id, both.person_id, (*both.grants, Grant(Role.DATA_VERIFIER, unit_id=unit))
        )
        enter_values(
            conn, sheet_id, [Entry("rd", value="2", source="x")], hand_in=True, actor=both, at=AT
        )
        with pytest.raises(Refused) as refused:
            verify_values(conn, sheet_id, ["rd"], actor=both, at=AT)
    assert [str(r) for r in refused.value.reasons] == ["本人填报的数据,须由另一人审核"]


def test_returned_value_reopens_the_sheet(store: Store) -> None:
    with store.transaction() as conn:
        _, sheet_id, units = sheet(conn)
        verifiers = fill(conn, sheet_id, units)
        return_value(conn, sheet_id, "pm25", "与公报不一致", actor=verifiers["生态环境局"], at=AT)
        row: Any = conn.execute(
            sa.select(IndicatorValue).where(IndicatorValue.indicator == "pm25")
        ).one()
        assert (state(conn, sheet_id), row.state, row.return_reason) == (
            "open", "returned", "与公报不一致",
        )  # fmt: skip


def test_late_revision_is_a_new_row(store: Store) -> None:
    with store.transaction() as conn:
        world, sheet_id, units = sheet(conn)
        verifiers = fill(conn, sheet_id, units)
        for name, actor in verifiers.items():
            mine = [i for i, by in BY.items() if by == name]
            verify_values(conn, sheet_id, mine, actor=actor, at=AT)
        office = world.actor(Role.OFFICE)
        confirm(conn, sheet_id, actor=world.actor(Role.UNIT_CONTACT, unit="county"), at=AT)
        beside.move(conn, Thing.DATA_SHEET, sheet_id, ThingAction.FREEZE_SHEET, actor=office, at=AT)
        kept = {"previous_value": "1.9", "period": "2025", "not_applicable": True}
        conn.execute(sa.update(IndicatorValue).values(**kept))
        revise(
            conn,
            sheet_id,
            ["rd"],
            document="云统〔2026〕8号",
            reason="年报修订",
            actor=office,
            at=AT,
        )
        rows = conn.execute(
            sa.select(IndicatorValue.number, IndicatorValue.state, IndicatorValue.superseded)
            .where(IndicatorValue.indicator == "rd")
            .order_by(IndicatorValue.number)
        ).all()
        fresh = (
            conn.execute(sa.select(IndicatorValue).where(IndicatorValue.number == 2))
            .one()
            ._asdict()
        )
    assert [tuple(r) for r in rows] == [(1, "frozen", True), (2, "draft", False)]
    assert {name: fresh[name] for name in kept} == kept


def test_no_unit_is_asked_for_what_a_department_provides(store: Store) -> None:
    """Every value names its provider; the assessed unit's people may enter none of them."""
    with store.transaction() as conn:
        world, sheet_id, units = sheet(conn)
        rows = conn.execute(sa.select(IndicatorValue.indicator, IndicatorValue.provider_unit_id))
        assert {i: u for i, u in rows} == {i: units[name] for i, name in BY.items()}
        for role in (Role.UNIT_CONTACT, Role.UNIT_HEAD, Role.DATA_PROVIDER, Role.SUBJECT):
            actor = world.actor(role, person="mayor", unit="county")
            assert desk_of(conn, actor, Permission.DATA_ENTER) is None
            for indicator in BY:
                with pytest.raises(Refused):
                    enter_values(
                        conn, sheet_id, [Entry(indicator, value="1", source="x")], hand_in=False,
                        actor=actor, at=AT,
                    )  # fmt: skip


def test_not_applicable_goes_with_a_reason(store: Store) -> None:
    with store.transaction() as conn:
        _, sheet_id, units = sheet(conn)
        clerk = staff(conn, units["科技局"], Role.DATA_PROVIDER)

        def enter(**more: Any) -> None:
            enter_values(conn, sheet_id, [Entry("rd", **more)], hand_in=True, actor=clerk, at=AT)

        with pytest.raises(Invalid) as bare:
            enter(not_applicable=True)
        with pytest.raises(Invalid) as both:
            enter(not_applicable=True, value="1", source="x")
        enter(not_applicable=True, missing_reason="本县没有规上企业")
        row: Any = conn.execute(
            sa.select(IndicatorValue).where(IndicatorValue.indicator == "rd")
        ).one()
    assert [str(e.value.errors["rd"]) for e in (bare, both)] == [
        "不适用的,请写明原因",
        "填了数值,就不要再写缺失原因",
    ]
    assert (row.value, row.not_applicable, row.missing_reason, row.state) == (
        None, True, "本县没有规上企业", "submitted",
    )  # fmt: skip

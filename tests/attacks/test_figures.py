"""Figures attacked: what a verifier never saw, departments of two, other organs' years, rivals."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import unit_items
from cases.commands.data_entry import Entry, enter_values
from cases.commands.data_import import Figure, take
from cases.commands.data_sheet import make_sheets, return_value, verify_values
from cases.commands.opening import open_cases
from cases.commands.unit_results import record_results
from cases.errors import Invalid, Refused, Stale
from cases.files.indicator_sheet import FigureRow
from cases.models import Cycle, DataSheet, IndicatorValue, Unit
from cases.queries.data_sheet import desk_of, mark_of
from cases.queries.scheme import scheme_of_cycle
from cases.queries.unit_items import charge_of, item_desk, mark_of_entry
from cases.scoring.shapes import Scheme
from cases.store import Store
from tests.cases.commands.test_data_sheet import BY, FIGURES, fill, sheet, staff, state
from tests.cases.commands.test_unit_items import ACCIDENT, opened
from tests.world import AT, World, found_world
from workflow.permissions import Actor, Grant
from workflow.vocabulary import Permission, Role


def value(conn: sa.Connection, indicator: str) -> Any:
    where = IndicatorValue.indicator == indicator
    return conn.execute(sa.select(IndicatorValue).where(where)).one()


def test_figure_entered_anew_since_the_page_is_not_verified_by_it(store: Store) -> None:
    """A verifier's page from before the return vouches for no figure that he never saw."""
    with store.transaction() as conn:
        _, sheet_id, units = sheet(conn)
        verifiers = fill(conn, sheet_id, units)
        seen = {"pm25": mark_of(value(conn, "pm25"))}
        checker = verifiers["生态环境局"]
        return_value(conn, sheet_id, "pm25", "与公报不一致", actor=checker, at=AT)
        clerk = staff(conn, units["生态环境局"], Role.DATA_PROVIDER)
        anew = [Entry("pm25", value="19", source="年报")]
        enter_values(conn, sheet_id, anew, hand_in=True, actor=clerk, at=AT)
        with pytest.raises(Stale):
            verify_values(conn, sheet_id, ["pm25"], actor=checker, at=AT, seen=seen)
        seen = {"pm25": mark_of(value(conn, "pm25"))}
        verify_values(conn, sheet_id, ["pm25"], actor=checker, at=AT, seen=seen)


def test_fact_corrected_since_the_page_is_not_verified_by_it(store: Store) -> None:
    with store.transaction() as conn:
        desk = opened(conn)
        entry = desk.enter()
        seen = mark_of_entry(desk.row(entry))
        unit_items.return_item(conn, entry, "起数与通报不符", actor=desk.checker, at=AT)
        unit_items.enter(
            conn, desk.sheet_id, replace(ACCIDENT, cases="3"), actor=desk.clerk, at=AT,
            entry_id=entry,
        )  # fmt: skip
        with pytest.raises(Stale):
            unit_items.verify_item(conn, entry, actor=desk.checker, at=AT, seen=seen)
        seen = mark_of_entry(desk.row(entry))
        unit_items.verify_item(conn, entry, actor=desk.checker, at=AT, seen=seen)


def both(conn: sa.Connection, unit_id: int) -> Actor:
    """Somebody who may enter and verify for a department."""
    one = staff(conn, unit_id, Role.DATA_PROVIDER)
    return replace(one, grants=(*one.grants, Grant(Role.DATA_VERIFIER, unit_id=unit_id)))


def test_department_of_two_verifies_one_anothers_figures_to_the_last(store: Store) -> None:
    """Whoever verifies the last figure of a sheet entered others on it: the sheet moves on."""
    with store.transaction() as conn:
        _, sheet_id, units = sheet(conn)
        people = {name: (both(conn, unit), both(conn, unit)) for name, unit in units.items()}
        enters = {indicator: people[by][0] for indicator, by in BY.items()}
        enters["rd"] = people["科技局"][1]
        for indicator, actor in enters.items():
            typed = [Entry(indicator, value=FIGURES[indicator], source="年报")]
            enter_values(conn, sheet_id, typed, hand_in=True, actor=actor, at=AT)
        with pytest.raises(Refused):
            verify_values(conn, sheet_id, ["rd"], actor=enters["rd"], at=AT)
        for indicator, actor in enters.items():
            other = next(p for p in people[BY[indicator]] if p != actor)
            verify_values(conn, sheet_id, [indicator], actor=other, at=AT)
        assert state(conn, sheet_id) == "verified"


def test_another_organs_later_year_hides_no_departments_items(store: Store) -> None:
    with store.transaction() as conn:
        desk = opened(conn)
        here = conn.execute(sa.select(Cycle)).mappings().one()
        organ = conn.execute(
            sa.insert(Unit)
            .values(code="ZZ", name="邻市组织部", name_key="邻市组织部", sort_no=9999)
            .returning(Unit.id)
        ).scalar_one()
        there = {k: v for k, v in here.items() if k != "id"}
        there |= {"ref": "2026-zz", "year": 2026, "managing_organ_id": organ}
        cycle = conn.execute(sa.insert(Cycle).values(**there).returning(Cycle.id)).scalar_one()
        made = {"cycle_id": cycle, "unit_id": organ, "state": "open", "version": 1}
        conn.execute(sa.insert(DataSheet).values(**made))
        found = item_desk(conn, desk.clerk, Permission.DATA_ENTER)
        assert found is not None
        assert (found.cycle.id, list(found.items)) == (here["id"], ["safety", "response", "award"])


def test_workbook_read_before_a_colleague_typed_overwrites_nothing(store: Store) -> None:
    with store.transaction() as conn:
        _, sheet_id, units = sheet(conn)
        clerk = staff(conn, units["科技局"], Role.DATA_PROVIDER)
        desk = desk_of(conn, clerk, Permission.DATA_ENTER)
        assert desk is not None
        cell = next(c for c in desk.cells if c.indicator == "rd")
        typed = [Entry("rd", value="2.6", source="统计年鉴")]
        enter_values(conn, sheet_id, typed, hand_in=False, actor=clerk, at=AT)
        row = FigureRow(
            "指标", 2, "G2", cell.unit_code, cell.unit, "rd", "", None, Decimal("2.4"), False, "",
            "H2", "年报", "", "", None, "", (),
        )  # fmt: skip
        with pytest.raises(Stale):
            take(conn, [Figure(row, cell, "研发", None)], actor=clerk, at=AT)
        assert value(conn, "rd").value == "2.6"


@pytest.mark.parametrize("score", ["８５", "8_5", "8e1", "0e-100", "0." + "0" * 60, "85%"])
def test_score_that_is_no_plain_figure_is_refused(store: Store, score: str) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        rows = [(world.units["county"], score, "年报", "云考〔2026〕2号")]
        with pytest.raises(Invalid) as refused:
            record_results(
                conn, world.cycle_id, "performance", rows, actor=world.actor(Role.OFFICE), at=AT
            )
        assert list(refused.value.errors) == ["score"]


@pytest.mark.parametrize(
    ("second", "field"), [(("90", "年报"), "unit"), (("90", "源" * 201), "source")]
)
def test_unit_twice_and_words_too_long_are_told(
    store: Store, second: tuple[str, str], field: str
) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        unit = world.units["county"]
        rows = [(unit, "80", "年报", "云考〔2026〕2号"), (unit, *second, "云考〔2026〕3号")]
        with pytest.raises(Invalid) as refused:
            record_results(
                conn, world.cycle_id, "performance", rows, actor=world.actor(Role.OFFICE), at=AT
            )
        assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("organs_own", [False, True])
def test_department_of_another_organ_with_the_same_name_provides_nothing(
    store: Store, organs_own: bool
) -> None:
    """Every county has a 统计局: a scheme's 统计局 is the one of its own organ."""
    with store.transaction() as conn:
        world = found_world(conn)
        mine = {"managing_organ_id": world.units["organ"]} if organs_own else {}
        units = []
        for number, more in enumerate((mine, {"managing_organ_id": world.units["county"]})):
            row = {"code": f"S{number}", "name": "统计局", "name_key": "统计局", "sort_no": 900}
            made = sa.insert(Unit).values(**row, **more).returning(Unit.id)
            units.append(conn.execute(made).scalar_one())
        open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
        make_sheets(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
        assert value(conn, "energy").provider_unit_id == units[0]
        item = replace(next(iter(scheme_of(conn, world).items.values())), provider="统计局")
        charge = charge_of(conn, item, world.units["organ"], None)
        assert (charge.provider_unit_id, charge.verifier_unit_id) == (units[0], units[0])


def scheme_of(conn: sa.Connection, world: World) -> Scheme:
    found = scheme_of_cycle(conn, world.cycle_id)
    assert found is not None
    return found

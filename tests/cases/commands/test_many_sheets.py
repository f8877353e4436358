"""Sheets of many units go their way in as many statements as those of a few."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.data_entry import Entry, enter_desk, enter_sheets
from cases.commands.data_sheet import make_sheets, verify_sheets
from cases.commands.opening import open_cases
from cases.journal import verify
from cases.models import DataSheet, IndicatorValue, Unit
from cases.store import Store
from tests.cases.commands.test_data_sheet import BY, FIGURES, PROVIDERS, staff
from tests.world import AT, World, found_world
from workflow.vocabulary import DataSheetState, Role, Thing, ThingAction


def world_of(conn: sa.Connection, counties: int) -> tuple[World, dict[str, int]]:
    """A year of as many counties, with the departments that provide their figures."""
    world, units = found_world(conn), dict[str, int]()
    for number, name in enumerate(PROVIDERS):
        made = sa.insert(Unit).values(code=f"P{number}", name=name, name_key=name, sort_no=900)
        units[name] = conn.execute(made.returning(Unit.id)).scalar_one()
    for number in range(1, counties):
        made = sa.insert(Unit).values(
            code=f"C{number}", name=f"县{number}", name_key=f"县{number}", sort_no=100 + number,
            class_code="county.hill", has_body=True, managing_organ_id=world.units["organ"],
            parent_id=world.units["organ"],
        )  # fmt: skip
        conn.execute(made)
    open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    return world, units


class Undone(Exception):
    """Ends a transaction without a trace."""


def statements(store: Store, counties: int) -> list[int]:
    """How many ran to make sheets, enter, verify, freeze; then nothing is left of them."""
    counted: list[int] = []
    asked: list[object] = []

    def ran(_conn: object, _cursor: object, text: str, values: object, *_: object) -> None:
        counted[-1] += 1
        if "FROM data_sheets" in text:
            asked.append(values)

    with suppress(Undone), store.transaction() as conn:
        world, units = world_of(conn, counties)
        clerks = {n: staff(conn, units[n], Role.DATA_PROVIDER) for n in PROVIDERS}
        checkers = {n: staff(conn, units[n], Role.DATA_VERIFIER) for n in PROVIDERS}
        sa.event.listen(conn, "before_cursor_execute", ran)
        counted.append(0)
        office = world.actor(Role.OFFICE)
        assert make_sheets(conn, world.cycle_id, actor=office, at=AT) == counties
        sheets = list(conn.execute(sa.select(DataSheet.id).order_by(DataSheet.id)).scalars())
        counted.append(0)
        for name, actor in clerks.items():
            mine = [Entry(i, value=FIGURES[i], source=name) for i in FIGURES if BY[i] == name]
            if asked:
                enter_sheets(conn, dict.fromkeys(sheets, mine), hand_in=True, actor=actor, at=AT)
                continue
            enter_desk(conn, {sheets[1]: mine}, {sheets[0]: mine}, actor=actor, at=AT)
            assert all(str(i) in str(asked[0]) for i in sheets[:2])  # held before the journal
            others = [i for i in sheets if i != sheets[1]]
            enter_sheets(conn, dict.fromkeys(others, mine), hand_in=True, actor=actor, at=AT)
        counted.append(0)
        for name, actor in checkers.items():
            mine = [i for i in FIGURES if BY[i] == name]
            verify_sheets(conn, dict.fromkeys(sheets, mine), actor=actor, at=AT)
        counted.append(0)
        beside.move_many(
            conn, Thing.DATA_SHEET, sheets, ThingAction.FREEZE_SHEET,
            actor=office, at=AT + timedelta(days=30),
        )  # fmt: skip
        sa.event.remove(conn, "before_cursor_execute", ran)
        assert set(conn.execute(sa.select(DataSheet.state)).scalars()) == {DataSheetState.FROZEN}
        left = sa.select(sa.func.count()).where(IndicatorValue.verified_by.is_(None))
        assert conn.execute(left).scalar_one() == 0
        assert verify(conn).ok
        raise Undone
    return counted


def test_statements_dont_grow_with_the_units(store: Store) -> None:
    few, many = statements(store, 2), statements(store, 9)
    assert all(n <= m for m, n in zip(few, many, strict=True)), (few, many)
    assert max(many) < 100

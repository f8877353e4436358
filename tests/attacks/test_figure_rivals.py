"""Two at once over the same figures, on both databases: each thing is done once and whole (C9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import amendment, beside, unit_items
from cases.commands.data_objections import confirm
from cases.commands.data_sheet import verify_values
from cases.commands.unit_changes import plan, record
from cases.commands.unit_results import confirm_results, record_results
from cases.errors import KaojiError
from cases.journal import verify
from cases.models import (
    Cycle,
    DataSheet,
    IndicatorValue,
    JournalEntry,
    UnitChange,
    UnitResult,
)
from cases.store import Store
from tests.attacks.test_door_rivals import race
from tests.cases.commands.test_amendment import TERM, asked, lead, with_indicator
from tests.cases.commands.test_data_sheet import BY, fill, sheet, staff
from tests.cases.commands.test_item_sheets import bureau
from tests.cases.commands.test_unit_changes import TODAY, row
from tests.unit_results import marks, second
from tests.world import AT
from workflow.vocabulary import Role, Thing, ThingAction

Act = Callable[[sa.Connection], Any]


def verified(conn: sa.Connection) -> Any:
    """A sheet whose figures are all verified and confirmed by the unit: world, sheet, units."""
    world, sheet_id, units = sheet(conn)
    for name, actor in fill(conn, sheet_id, units).items():
        verify_values(conn, sheet_id, [i for i, by in BY.items() if by == name], actor=actor, at=AT)
    confirm(conn, sheet_id, actor=world.actor(Role.UNIT_CONTACT, unit="county"), at=AT)
    return world, sheet_id, units


def freezing(world: Any, sheet_id: int) -> Act:
    office, freeze = world.actor(Role.OFFICE), ThingAction.FREEZE_SHEET
    return lambda c: beside.move(c, Thing.DATA_SHEET, sheet_id, freeze, actor=office, at=AT)


def two_verifiers(conn: sa.Connection) -> list[Act]:
    _, sheet_id, units = sheet(conn)
    fill(conn, sheet_id, units)
    two = [staff(conn, units["科技局"], Role.DATA_VERIFIER) for _ in range(2)]
    mine = ["rd", "hightech"]
    return [lambda c, a=a: verify_values(c, sheet_id, mine, actor=a, at=AT) for a in two]


def departments(conn: sa.Connection) -> list[Act]:
    """Three departments verify their last figures of one sheet, which follows."""
    _, sheet_id, units = sheet(conn)
    return [
        lambda c, n=name, a=actor: verify_values(
            c, sheet_id, [i for i, by in BY.items() if by == n], actor=a, at=AT
        )
        for name, actor in fill(conn, sheet_id, units).items()
    ]


def two_freezers(conn: sa.Connection) -> list[Act]:
    world, sheet_id, _ = verified(conn)
    return [freezing(world, sheet_id)] * 2


def amended_while_frozen(conn: sa.Connection) -> list[Act]:
    world, sheet_id, _ = verified(conn)
    stood = conn.execute(sa.select(Cycle.state)).scalar_one()
    made, _ = asked(conn, world, with_indicator, AT.date() + TERM)
    amendment.approve(conn, made, actor=lead(world), at=AT)
    conn.execute(sa.update(Cycle).values(state=stood))
    return [
        freezing(world, sheet_id),
        lambda c: amendment.put_in_force(c, made, at=AT + TERM),
        lambda c: amendment.put_in_force(c, made, at=AT + TERM),
    ]


def item_twice(conn: sa.Connection) -> list[Act]:
    mine = bureau(conn)
    entry = mine.enter()
    return [lambda c: unit_items.verify_item(c, entry, actor=mine.checker, at=AT)] * 2


def change_twice(conn: sa.Connection) -> list[Act]:
    world, _, _ = sheet(conn)
    office, rows = world.actor(Role.OFFICE), [row("沙溪县", "沙溪市")]
    ready = plan(conn, rows, actor=office, today=TODAY)
    return [lambda c: record(c, ready, actor=office, at=AT)] * 2


def result_twice(conn: sa.Connection) -> list[Act]:
    world, _, _ = sheet(conn)
    rows = [(world.units["county"], "90", "年报", "云考〔2026〕2号")]
    office, kind = world.actor(Role.OFFICE), "performance"
    record_results(conn, world.cycle_id, kind, rows, actor=office, at=AT)
    seen, other, year = marks(conn, world), second(world), world.cycle_id
    return [lambda c: confirm_results(c, year, seen, actor=other, at=AT)] * 2


def stands(conn: sa.Connection) -> dict[str, Any]:
    """How often each act is in the journal, and what stands."""
    acts = conn.execute(sa.select(JournalEntry.action, sa.func.count()).group_by("action")).all()
    told = {action: count for action, count in acts}
    v, s = IndicatorValue, DataSheet
    half = sa.select(v.id).join(s, s.id == v.sheet_id)
    half = half.where(s.state == "frozen", v.state.in_(("draft", "submitted")))
    return {
        **told,
        "half": len(conn.execute(half).all()),
        "changes": len(conn.execute(sa.select(UnitChange.id)).all()),
        "results": len(conn.execute(sa.select(UnitResult.id)).all()),
    }


@pytest.mark.parametrize(
    ("scene", "winners", "told"),
    [
        (two_verifiers, {1}, {"verify_value": 1}),
        (departments, {3}, {"verify_value": 3, "verify_sheet": 1}),
        (two_freezers, {1}, {"freeze_sheet": 1}),
        (amended_while_frozen, {1, 2}, {"put_amendment_in_force": 1}),
        (item_twice, {1}, {"verify_item": 1}),
        (change_twice, {1}, {"record_unit_changes": 1, "changes": 1}),
        (result_twice, {1}, {"confirm_performance": 1, "results": 1}),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_rivals_leave_one_whole_state(
    store: Store, scene: Any, winners: set[int], told: dict[str, int]
) -> None:
    with store.transaction() as conn:
        acts = scene(conn)
    results = race(store, acts)
    won = sum(not isinstance(r, KaojiError) for r in results)
    assert won in winners, results
    with store.reading() as conn:
        found = stands(conn)
        assert {key: found.get(key) for key in told} == told
        assert found["half"] == 0
        assert verify(conn).ok

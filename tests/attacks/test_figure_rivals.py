"""Two at once over the same figures, on both databases: each thing is done once and whole, and
whatever a transaction locks it locks in one order, the journal last (C9)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import amendment, beside, relook, unit_items
from cases.commands.data_entry import Entry, enter_values
from cases.commands.data_objections import confirm
from cases.commands.data_sheet import verify_values
from cases.commands.observation_plan import plan as plan_list
from cases.commands.observations import settle, take_list
from cases.commands.synthesis import compute, computed
from cases.commands.transition import perform_many
from cases.commands.unit_changes import plan, record
from cases.commands.unit_results import confirm_results, record_results
from cases.errors import KaojiError
from cases.files.item_sheet import ItemLine
from cases.files.store import FileStore
from cases.files.workbook import open_workbook
from cases.journal import Draft, append_many, verify
from cases.models import (
    Case,
    Cycle,
    DataSheet,
    FigureConflict,
    IndicatorValue,
    JournalEntry,
    ProvisionalPass,
    Relook,
    Synthesis,
    Unit,
    UnitChange,
    UnitResult,
)
from cases.queries.data_sheet import desk_of
from cases.queries.relook import mark_of_relook
from cases.store import Store
from tests.attacks.test_door_rivals import race
from tests.cases.commands.test_amendment import TERM, asked, lead, lighter, with_indicator
from tests.cases.commands.test_data_sheet import BY, fill, sheet, staff
from tests.cases.commands.test_item_sheets import FACT, bureau
from tests.cases.commands.test_unit_changes import TODAY, row
from tests.unit_results import give_results, marks, second
from tests.world import AT, scheme_document
from workflow.vocabulary import (
    Action,
    AmendmentKind,
    ConflictOutcome,
    CycleState,
    DataSheetState,
    Permission,
    Role,
    State,
    Thing,
    ThingAction,
    UnitChangeKind,
)

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


def typed(sheet_id: int, actor: Any, code: str, value: str) -> Act:
    entry = Entry(code, value=value, source="年报")
    return lambda c: enter_values(c, sheet_id, [entry], hand_in=False, actor=actor, at=AT)


LIST = """单位,所属期,指标,数值,计量单位,来源,是否官方来源
沙溪县,2025,rd,2.4,%,公报,是
沙溪县,2025,hightech,31,家,公报,是
"""


def settled_while_entered(conn: sa.Connection) -> list[Act]:
    """A check of a list fails; whoever types a figure writes the contradiction anew."""
    document = scheme_document()
    document["checks"] = [
        {"code": "share", "title": "强度", "ratio": ["rd", "hightech"], "high": 0.01}
    ]
    _, sheet_id, units = sheet(conn, document)
    clerk = staff(conn, units["科技局"], Role.DATA_PROVIDER)
    desk = desk_of(conn, clerk, Permission.DATA_ENTER)
    assert desk is not None
    with TemporaryDirectory() as folder:
        file = FileStore(Path(folder)).put(conn, LIST.encode(), name="list.csv", at=AT)
    made = plan_list(conn, open_workbook(LIST.encode(), filename="list.csv"), desk, AT.date())
    take_list(conn, made, desk, file_id=file.id, name="list.csv", actor=clerk, at=AT)
    one = conn.execute(sa.select(FigureConflict.id)).scalar_one()
    kept, why = ConflictOutcome.KEPT, "公报为准的数"
    return [
        lambda c: settle(c, one, kept, why, actor=clerk, at=AT),
        typed(sheet_id, clerk, "rd", "2.7"),
        typed(sheet_id, clerk, "rd", "2.8"),
    ]


def brought(conn: sa.Connection, state: State) -> list[int]:
    """All cases stand there, and the journal says so; their ids."""
    moved = sa.update(Case).values(state=state, version=Case.version + 1)
    rows = conn.execute(moved.returning(Case.id, Case.version)).all()
    said = {"subject": "case", "action": "brought", "at": AT, "state_to": state}
    append_many(
        conn, [Draft(subject_id=i, case_id=i, case_version=version, **said) for i, version in rows]
    )
    return sorted(i for i, _ in rows)


def approved_while_entered(conn: sa.Connection) -> list[Act]:
    world, sheet_id, units = sheet(conn)
    clerk = staff(conn, units["统计局"], Role.DATA_PROVIDER)
    made, _ = asked(conn, world, lighter, AT.date(), AmendmentKind.EXTEND)
    opened = Draft("cycle", "open_cycle", AT, world.cycle_id, state_to=CycleState.OPEN)
    append_many(conn, [opened])
    conn.execute(sa.update(Cycle).values(opened_at=AT))
    return [
        lambda c: amendment.approve(c, made, actor=lead(world), at=AT),
        typed(sheet_id, clerk, "energy", "0.42"),
    ]


def two_books_of_items(conn: sa.Connection) -> list[Act]:
    """The same units in opposite order."""
    mine = bureau(conn)
    cycle, clerk = mine.world.cycle_id, mine.clerk
    lines = [
        ItemLine(
            unit, FACT.item, FACT.cases, FACT.points, FACT.fact, FACT.happened_on, FACT.source,
            FACT.document, {},
        )
        for unit in (mine.unit, mine.world.units["county"])
    ]  # fmt: skip
    return [
        lambda c, o=order: unit_items.enter_many(c, cycle, o, actor=clerk, at=AT)
        for order in (lines, lines[::-1])
    ]


def result_while_computed(conn: sa.Connection) -> list[Act]:
    world, _, _ = sheet(conn)
    mine, office, year = world.units["environment"], world.actor(Role.OFFICE), world.cycle_id
    give_results(conn, world, (mine, "90", "年报", "云考〔2026〕2号"))
    rows = [(mine, "40", "年报", "云考〔2026〕3号")]
    record_results(conn, year, "performance", rows, actor=office, at=AT)
    ids, seen, other = brought(conn, State.EVALUATING), marks(conn, world), second(world)
    return [
        lambda c: compute(c, year, ids, actor=office, at=AT),
        lambda c: compute(c, year, ids, actor=office, at=AT),
        lambda c: confirm_results(c, year, seen, actor=other, at=AT),
    ]


def closed_while_listed(conn: sa.Connection) -> list[Act]:
    world, _, _ = sheet(conn)
    mine, office, year = world.units["environment"], world.actor(Role.OFFICE), world.cycle_id
    told = "年报", "云考〔2026〕2号"
    give_results(conn, world, (mine, "90", *told))
    compute(conn, year, brought(conn, State.EVALUATING), actor=office, at=AT)
    give_results(conn, world, (mine, "40", *told))
    open_one = conn.execute(sa.select(sa.func.min(Relook.id))).scalar_one()
    record_results(conn, year, "performance", [(mine, "20", *told)], actor=office, at=AT)
    seen, other = marks(conn, world), second(world)
    shown = mark_of_relook(conn.execute(sa.select(Relook).where(Relook.id == open_one)).one())
    return [
        lambda c: relook.close(c, open_one, "维持原建议", actor=office, at=AT, seen=shown),
        lambda c: confirm_results(c, year, seen, actor=other, at=AT),
    ]


def passed_while_frozen(conn: sa.Connection) -> list[Act]:
    """A provisional input stands in for figures that are frozen at that moment."""
    world, sheet_id, _ = verified(conn)
    brought(conn, State.COLLECTING)
    county, office = world.units["county"], world.actor(Role.OFFICE)
    ids = list(conn.execute(sa.select(Case.id).where(Case.unit_id == county)).scalars())
    payload = {"document_no": "云考〔2025〕9号", "reason": "上年结果先行使用"}
    act = Action.PASS_DATA_PROVISIONAL
    return [
        lambda c: perform_many(c, ids, act, actor=office, at=AT, payload=payload),
        freezing(world, sheet_id),
    ]


def overlooked(conn: sa.Connection) -> dict[str, int]:
    """Suggestions that the figures no longer give and nobody is told of; provisional inputs that
    stand beside final figures."""
    year = conn.execute(sa.select(Cycle.id)).scalar_one()
    kept = sa.select(Case.id, Case.suggested_grade, Synthesis.bars).join(Synthesis)
    told = {(i, relook.told(grade, bars)) for i, grade, bars in conn.execute(kept)}
    told |= {(i, after) for i, after in conn.execute(sa.select(Relook.case_id, Relook.after))}
    now = {
        (row["case_id"], relook.told(row["grade"], row["values"]["bars"]))
        for row in computed(conn, year, {i for i, _ in told}, at=AT)
    }
    final = sa.select(DataSheet.unit_id).where(DataSheet.state == DataSheetState.FROZEN)
    passes = (
        sa.select(ProvisionalPass.id)
        .join(Case, Case.id == ProvisionalPass.case_id)
        .where(Case.unit_id.in_(final), ProvisionalPass.settled_at.is_(None))
    )
    return {
        "untold": len(now - told),
        "unsettled": len(conn.execute(passes).all()),
    }


RANKS = {
    table: rank
    for rank, tables in enumerate(
        (
            ("amendments",),
            ("cycles", "unit_results", "unit_result_entries"),
            ("roster_state",),
            ("units",),
            ("data_sheets", "indicator_values", "unit_items", "value_objections",
             "figure_conflicts", "observations"),
            ("pools",),
            ("cases", "syntheses", "relooks", "provisional_passes"),
            ("scheme_drafts",),
            ("journal_head",),
        )
    )
    for table in tables
}  # fmt: skip
"""Tables in the order in which their rows are locked. Rows of those on one line are in the hands of
whoever holds the first table's row that they belong to."""
_LOCKS = re.compile(
    r"(?:UPDATE|DELETE FROM)\s+(\w+)|SELECT.*?\sFROM (\w+).* FOR (?:NO KEY )?UPDATE", re.S
)


@contextmanager
def locking(store: Store) -> Iterator[list[list[int]]]:
    """Per transaction, the ranks of what it locked, each when it was first locked."""
    orders: dict[sa.Connection, list[int]] = defaultdict(list)

    def note(conn: sa.Connection, _cursor: Any, text: str, *_: Any) -> None:
        found = _LOCKS.match(text)
        rank = RANKS.get(found[1] or found[2]) if found else None
        if rank is not None and rank not in orders[conn]:
            orders[conn].append(rank)

    sa.event.listen(store.engine, "before_cursor_execute", note)
    made: list[list[int]] = []
    try:
        yield made
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", note)
        made.extend(orders.values())


@contextmanager
def while_held(store: Store, held: Any, rival: Act) -> Iterator[sa.Connection]:
    """Somebody holds rows and a rival waits for them: the connection of who holds them."""
    with ThreadPoolExecutor(1) as pool, store.engine.connect() as holder:
        holder.execute(held).all()
        end = pool.submit(race, store, [rival])
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        with store.engine.connect() as watch:
            while not watch.execute(waiting).scalar():
                assert not end.done()
                watch.rollback()
        yield holder
        holder.rollback()
        assert [one for one in end.result(60) if isinstance(one, Exception)] == []


@pytest.mark.postgresql
def test_amendment_waits_for_frozen_sheets_before_it_takes_cases(postgresql_store: Store) -> None:
    """A sheet may be reopened by a revision at that moment, which then takes its cases."""
    store = postgresql_store
    with store.transaction() as conn:
        _, in_force, _ = amended_while_frozen(conn)
        conn.execute(sa.update(DataSheet).values(state=DataSheetState.FROZEN))
    held = sa.select(DataSheet.id).with_for_update()
    with while_held(store, held, in_force) as conn:
        taken = conn.execute(sa.select(Case.id).with_for_update(nowait=True)).all()
    assert taken != []


@pytest.mark.postgresql
def test_a_new_code_keeps_nobody_who_names_the_unit_waiting(postgresql_store: Store) -> None:
    """Whoever changes a row twice in one transaction has its foreign keys looked at again."""
    with postgresql_store.transaction() as conn:
        world, _, _ = sheet(conn)
        office = world.actor(Role.OFFICE)
        recoded = row("沙溪县", "沙溪县", UnitChangeKind.RECODE)
        ready = plan(conn, [replace(recoded, to_code="X9")], actor=office, today=TODAY)
    with postgresql_store.transaction() as conn, postgresql_store.transaction() as other:
        assert record(conn, ready, actor=office, at=AT) == 1
        named = sa.select(Unit.id).with_for_update(read=True, key_share=True, nowait=True)
        assert world.units["county"] in other.execute(named).scalars().all()


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
        (settled_while_entered, {3}, {"settle_conflict_kept": 1, "enter_value": 3}),
        (approved_while_entered, {2}, {"put_amendment_in_force": 1, "enter_value": 1}),
        (two_books_of_items, {2}, {"enter_item": 4}),
        (result_while_computed, {3}, {"confirm_performance": 2}),
        (closed_while_listed, {1, 2}, {"confirm_performance": 3}),
        (passed_while_frozen, {2}, {"freeze_sheet": 1}),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_rivals_leave_one_whole_state(
    store: Store, scene: Any, winners: set[int], told: dict[str, int]
) -> None:
    with store.transaction() as conn:
        acts = scene(conn)
    with locking(store) as orders:
        results = race(store, acts)
    won = sum(not isinstance(r, KaojiError) for r in results)
    assert won in winners, results
    with store.reading() as conn:
        found = stands(conn)
        assert {key: found.get(key) for key in told} == told
        assert found["half"] == 0
        assert overlooked(conn) == {"untold": 0, "unsettled": 0}
        assert verify(conn).ok
    if not store.sqlite:  # which knows no rows to lock
        assert [order for order in orders if order != sorted(order)] == []

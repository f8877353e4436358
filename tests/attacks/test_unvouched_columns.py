"""Every column of every table about figures changed in SQL: each is named, or stands below with the
reason why nobody needs to vouch for it (H7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cases.commands import amendment, relook, unit_items
from cases.commands.analysis import keep
from cases.commands.data_entry import Entry, enter_values
from cases.commands.data_fraud import record_fraud
from cases.commands.data_objections import Answer, answer, confirm, raise_objection
from cases.commands.data_sheet import return_value, verify_values
from cases.commands.synthesis import compute, write_synthesis
from cases.commands.transition import perform_many
from cases.commands.unit_changes import plan, record
from cases.commands.unit_results import record_results
from cases.journal import Draft, append_many, verify
from cases.journal.bases import stray_choice, stray_unit_result
from cases.journal.cycles import stray_cycle
from cases.journal.figures import stray_figure
from cases.journal.items import stray_entry
from cases.journal.kept import stray_kept, stray_pass, stray_suggestion
from cases.journal.sheets import stray_sheet
from cases.journal.states import stray_thing
from cases.journal.unit_changes import stray_unit_change
from cases.journal.units import all_units, stray_unit
from cases.models import (
    Amendment,
    AnalysisRun,
    Case,
    Cycle,
    DataSheet,
    IndicatorValue,
    ProvisionalPass,
    Relook,
    SubjectEvent,
    Synthesis,
    Unit,
    UnitChange,
    UnitItem,
    UnitResult,
    UnitResultEntry,
    ValueObjection,
)
from cases.store import Store
from cases.web.verdict import KINDS
from tests.attacks.test_figure_rivals import brought
from tests.attacks.test_unvouched import after
from tests.cases.commands.test_amendment import TERM, asked, lead, lighter, with_indicator
from tests.cases.commands.test_data_fraud import finding
from tests.cases.commands.test_data_sheet import BY, fill, sheet, staff
from tests.cases.commands.test_item_sheets import FACT
from tests.cases.commands.test_unit_changes import TODAY, row
from tests.unit_results import give_results
from tests.world import AT
from workflow.vocabulary import (
    Action,
    AmendmentKind,
    AnalysisKind,
    CycleState,
    Grade,
    ObjectionOutcome,
    Role,
    State,
)

DAYS = "a day counted from the rules and the calendar; the moves it leads to are journalled"
MOMENT = "the instant stands in the entry itself"
SILENT: dict[Any, dict[str, str]] = {
    DataSheet: {
        "version": "tells two pages apart; the state is vouched for",
        "due_on": DAYS,
        "verify_due_on": DAYS,
        "confirm_due_on": DAYS,
        "answer_due_on": DAYS,
    },
    IndicatorValue: {
        "entered_at": MOMENT,
        "verified_at": MOMENT,
        "return_reason": "why it was given back once stands in the entry of that",
    },
    ValueObjection: {},
    UnitItem: {"verified_at": MOMENT},
    UnitResult: {"level": "not filled", "entered_at": MOMENT, "confirmed_at": MOMENT},
    UnitResultEntry: {"entered_at": MOMENT},
    UnitChange: {"recorded_at": MOMENT},
    Amendment: {},
    SubjectEvent: {},
    Unit: {},
    Cycle: {"version": "tells two pages apart; the state is vouched for"},
    Synthesis: {},
    Relook: {},
    ProvisionalPass: {"settled_at": "follows from the sheet or ballot that it stands in for"},
    AnalysisRun: {
        "times": "how often the same result was computed in a row",
        "last_at": "when the same result was computed last",
    },
}
"""Table -> column -> why a change of it is not named."""
UNSEEN = {
    "entered_at": MOMENT,
    "verified_at": "empty while nobody verified it",
    "verified_by": "empty while nobody verified it",
    "return_reason": "why it was given back once stands in the entry of that",
    "provider_unit_id": "follows the scheme until it is verified; the figure itself is vouched for",
    "verifier_unit_id": "follows the scheme until it is verified; the figure itself is vouched for",
}
"""Column of a figure that nobody has verified -> why a change of it is not named."""
EMPTY = {"sheet_id", "indicator", "number", "measure_unit"}
"""Columns of a row where nobody typed anything yet: it says nothing of any unit, and goes with the
first figure typed into it."""
NAMING = (
    stray_kept, stray_figure, stray_entry, stray_unit_result, stray_unit_change, stray_suggestion,
    stray_pass, stray_sheet, stray_thing, stray_unit, stray_choice, stray_cycle,
)  # fmt: skip
"""What of ``verify`` reads these tables."""
REASON = "与统计公报的数不一致"


def whole_year(conn: sa.Connection) -> None:
    """Something in every table above, all of it vouched for."""
    world, sheet_id, units = sheet(conn)
    office, head = world.actor(Role.OFFICE), world.actor(Role.OFFICE_LEAD, person="lead")
    county, cycle = world.units["county"], world.cycle_id
    give_results(conn, world, (world.units["environment"], "90", "年报", "云考〔2026〕2号"))
    cases = brought(conn, State.COLLECTING)
    payload = {"document_no": "云考〔2025〕9号", "reason": "上年结果先行使用"}
    passing = Action.PASS_DATA_PROVISIONAL
    perform_many(conn, cases, passing, actor=office, at=AT, payload=payload)
    changed, _ = asked(conn, world, lighter, AT.date(), AmendmentKind.EXTEND)
    opened(conn, cycle)
    amendment.approve(conn, changed, actor=lead(world), at=AT)
    declined, _ = asked(conn, world, with_indicator, AT.date() + TERM)
    amendment.decline(conn, declined, reason="不采纳", actor=lead(world), at=AT)
    clerk, checker = (
        staff(conn, world.units["organ"], one) for one in (Role.DATA_PROVIDER, Role.DATA_VERIFIER)
    )
    item = unit_items.enter_for(conn, cycle, county, FACT, actor=clerk, at=AT)
    unit_items.verify_item(conn, item, actor=checker, at=AT)
    for name, actor in fill(conn, sheet_id, units).items():
        verify_values(conn, sheet_id, [i for i, by in BY.items() if by == name], actor=actor, at=AT)
    contact = world.actor(Role.UNIT_CONTACT, unit="county")
    disputed = raise_objection(conn, sheet_id, "rd", REASON, actor=contact, at=AT)
    provider = staff(conn, units["科技局"], Role.DATA_PROVIDER)
    kept = Answer(ObjectionOutcome.KEPT, "公报就是这个数")
    answer(conn, disputed, kept, actor=provider, at=AT)
    confirm(conn, sheet_id, actor=contact, at=AT)
    compute(conn, cycle, cases, actor=office, at=AT)
    record_fraud(conn, sheet_id, finding(world), actor=head, at=AT)
    give_results(conn, world, (world.units["environment"], "40", "年报", "云考〔2026〕3号"))
    listed = conn.execute(sa.select(sa.func.min(Relook.id))).scalar_one()
    relook.close(conn, listed, "维持原建议", actor=office, at=AT)
    one = conn.execute(sa.select(Case).where(Case.id == cases[0])).one()
    grade, drafter = (
        Grade(conn.execute(sa.select(Case.suggested_grade).where(Case.id == one.id)).scalar_one()),
        world.actor(Role.DRAFTING_DIVISION),
    )
    write_synthesis(
        conn, one, performance="实", shortcomings="慢", grade_opinion=grade, actor=drafter, at=AT
    )
    rows = [(county, "95", "年报", "云考〔2026〕5号")]
    record_results(conn, cycle, "performance", rows, actor=office, at=AT)
    append_many(conn, [Draft("roster", "import_roster", AT, 1, payload=all_units(conn))])
    ready = plan(conn, [row("沙溪县", "沙溪市")], actor=office, today=TODAY)
    record(conn, ready, actor=office, at=AT)
    keep(conn, cycle, AnalysisKind.WHAT_IF, "试", "0" * 64, {}, {"a": 1}, actor=office, at=AT)


def opened(conn: sa.Connection, cycle: int) -> None:
    """What opening a year writes besides its state."""
    append_many(conn, [Draft("cycle", "open_cycle", AT, cycle, state_to=CycleState.OPEN)])
    conn.execute(sa.update(Cycle).values(opened_at=AT))


WORDS = {"state": "submitted", "kind": "merge", "outcome": "taken", "stage": "public_evaluation"}


def another(column: Any, value: Any) -> Any:
    """A value of the column's kind that isn't this one."""
    if column.name in WORDS:
        return WORDS[column.name]
    match value:
        case bool():
            return not value
        case int():
            return value + 100
        case datetime() | date():
            return value + timedelta(days=1)
        case str():
            return value + "9"
        case dict():
            return {**value, "x": 1}
        case list():
            return [*value, {"x": 1}]
    kind = dict if isinstance(column.type, sa.JSON) else column.type.python_type
    return {int: 1, str: "x", object: AT, date: AT.date(), bool: True, dict: {"x": 1}}[kind]


def test_every_column_about_figures_is_vouched_for(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        conn.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        whole_year(conn)
        assert verify(conn).ok
        for model, silent in SILENT.items():
            table = model.__table__
            first = conn.execute(sa.select(table).order_by(*table.primary_key)).mappings().first()
            assert first is not None, table.name
            quiet = set()
            for column in table.columns:
                if column.name == "id":
                    continue
                edit = sa.update(table).values({column.name: another(column, first[column.name])})
                with conn.begin_nested() as nested:
                    conn.execute(edit.where(*(k == first[k.name] for k in table.primary_key)))
                    quiet |= set() if any(one(conn) for one in NAMING) else {column.name}
                    nested.rollback()
            assert (table.name, quiet) == (table.name, set(silent))
            lost = after(conn, sa.delete(table))
            assert (table.name, lost.ok) == (table.name, False)
            assert lost.kind in KINDS, table.name


def test_every_column_of_figures_nobody_verified_is_vouched_for(sqlite_store: Store) -> None:
    """Saved, handed in, given back, brought over by a revision, and never typed."""
    with sqlite_store.transaction() as conn:
        conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        conn.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        world, sheet_id, units = sheet(conn)
        checkers = fill(conn, sheet_id, units)
        mine = [i for i, by in BY.items() if by == "科技局"]
        verify_values(conn, sheet_id, mine, actor=checkers["科技局"], at=AT)
        return_value(conn, sheet_id, "rd", "请核对", actor=checkers["科技局"], at=AT)
        clerk = staff(conn, units["统计局"], Role.DATA_PROVIDER)
        return_value(conn, sheet_id, "energy", "请核对", actor=checkers["统计局"], at=AT)
        saved = [Entry("energy", value="0.42", source="年报")]
        enter_values(conn, sheet_id, saved, hand_in=False, actor=clerk, at=AT)
        made, _ = asked(conn, world, with_indicator, AT.date() + TERM)
        opened(conn, world.cycle_id)
        amendment.approve(conn, made, actor=lead(world), at=AT)
        amendment.put_in_force(conn, made, at=AT + TERM)
        assert verify(conn).ok
        table = IndicatorValue.__table__
        rows = conn.execute(sa.select(table).where(table.c.state != "verified")).mappings().all()
        assert {(row["indicator"], row["state"]) for row in rows} == {
            ("rd", "returned"), ("pm25", "submitted"), ("energy", "draft"), ("patents", "draft"),
        }  # fmt: skip
        for kept in rows:
            quiet = set()
            for column in table.columns:
                edit = sa.update(table).where(table.c.id == kept["id"])
                told = "submitted" if kept["state"] != "submitted" else "verified"
                new = told if column.name == "state" else another(column, kept[column.name])
                with conn.begin_nested() as nested:
                    conn.execute(edit.values({column.name: new}))
                    quiet |= set() if stray_figure(conn) else {column.name}
                    nested.rollback()
            silent = UNSEEN.keys() | (EMPTY if kept["entered_by"] is None else set())
            assert (kept["indicator"], quiet - {"id"}) == (kept["indicator"], silent)

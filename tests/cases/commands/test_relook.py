"""A late value lists the cases whose suggestion would differ; it never moves a grade."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import beside, relook
from cases.commands.data_entry import Entry, enter_values
from cases.commands.data_objections import confirm
from cases.commands.data_sheet import revise, verify_values
from cases.commands.opening import open_cases
from cases.commands.scoping import Event, add_event
from cases.commands.synthesis import compute
from cases.commands.unit_changes import plan, record
from cases.errors import Invalid, Refused
from cases.models import Case, Cycle, DataSheet, IndicatorValue, ProvisionalPass, Relook
from cases.queries.facts import facts_of
from cases.queries.relook import relooks
from cases.store import Store
from tests.cases.commands.test_data_sheet import BY, fill, sheet, staff
from tests.cases.commands.test_unit_changes import row as unit_change
from tests.unit_results import give_results
from tests.world import AT, World, found_world, scheme_document
from workflow.vocabulary import (
    Grade,
    Role,
    Stage,
    State,
    Thing,
    ThingAction,
    UnitChangeKind,
)


def computed(conn: sa.Connection, score: str | None = "70") -> tuple[World, list[Any]]:
    """The department's cases, suggested on a result of ``score``."""
    world = found_world(conn)
    office = world.actor(Role.OFFICE)
    open_cases(conn, world.cycle_id, actor=office, at=AT)
    conn.execute(sa.update(Case).values(state=State.EVALUATING))
    if score is not None:
        result(conn, world, score)
    cases = conn.execute(
        sa.select(Case).where(Case.unit_id == world.units["environment"]).order_by(Case.id)
    ).all()
    compute(conn, world.cycle_id, [c.id for c in cases], actor=office, at=AT)
    return world, list(cases)


def result(conn: sa.Connection, world: World, score: str) -> None:
    told = (world.units["environment"], score, "目标责任考核", "云考〔2026〕1号")
    give_results(conn, world, told)


def grades(conn: sa.Connection) -> list[Any]:
    columns = (Case.suggested_grade, Case.proposed_grade, Case.decided_grade)
    return [tuple(r) for r in conn.execute(sa.select(*columns).order_by(Case.id))]


def test_only_differing_cases_are_listed_and_no_grade_moves(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = computed(conn)
        before = grades(conn)
        result(conn, world, "70.0")
        assert conn.execute(sa.select(sa.func.count()).select_from(Relook)).scalar_one() == 0
        result(conn, world, "99")
        listed = conn.execute(sa.select(Relook.case_id).order_by(Relook.case_id)).scalars().all()
        assert grades(conn) == before
        office = world.actor(Role.OFFICE)
        seen = relooks(conn, office)
    assert set(listed) <= {c.id for c in cases}
    assert len(listed) == len(seen) > 0
    assert all(row.before != row.after for row in seen)
    told = [str(one) for one in seen[0].reason]
    assert told == [
        "单位结果导入或更正",
        f"{seen[0].unit}的绩效（目标责任）结果为 99，云考〔2026〕1号",
    ]


def test_second_value_keeps_one_open_row(store: Store) -> None:
    with store.transaction() as conn:
        world, _ = computed(conn)
        result(conn, world, "99")
        first = conn.execute(sa.select(sa.func.count()).select_from(Relook)).scalar_one()
        result(conn, world, "98")
        again = conn.execute(sa.select(sa.func.count()).select_from(Relook)).scalar_one()
        told = [str(one) for one in relooks(conn, world.actor(Role.OFFICE))[0].reason]
    assert first == again
    assert [one.split("结果为 ")[1] for one in told[1:]] == [
        "99，云考〔2026〕1号",
        "98，云考〔2026〕1号",
    ]


def test_provisional_pass_is_settled(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = computed(conn, None)
        conn.execute(
            sa.insert(ProvisionalPass).values(
                case_id=cases[0].id, stage=Stage.DATA_COLLECTION, document="云考〔2025〕9号",
                basis="上年结果", passed_at=AT,
            )
        )  # fmt: skip
        result(conn, world, "80")
        settled = conn.execute(sa.select(ProvisionalPass.settled_at)).scalar_one()
    assert settled == AT


def growing() -> dict[str, Any]:
    """Research is scored by its growth; a cadre who changed units by the months in each."""
    document = scheme_document()
    research = document["indicators"][0]["children"][0]
    for word in ("target", "targets", "parameters"):
        del research[word]
    research["method"] = "growth"
    document["shares"]["transfer"] = "months"
    return document


def year_before(conn: sa.Connection, world: World) -> int:
    """The county's frozen sheet of 2024; its id."""
    same = sa.select(Cycle.managing_organ_id, Cycle.scheme_version_id, Cycle.timetable).where(
        Cycle.id == world.cycle_id
    )
    cycle = dict(conn.execute(same).mappings().one())
    cycle |= {"ref": "2024-1", "year": 2024, "title": "2024", "state": "open", "settings": {}}
    year = conn.execute(sa.insert(Cycle).values(**cycle).returning(Cycle.id)).scalar_one()
    made = {"cycle_id": year, "unit_id": world.units["county"], "state": "frozen"}
    before = conn.execute(sa.insert(DataSheet).values(**made).returning(DataSheet.id)).scalar_one()
    v = IndicatorValue
    kept = sa.select(v.indicator, v.provider_unit_id, v.verifier_unit_id, v.value)
    for row in conn.execute(kept).mappings().all():
        conn.execute(sa.insert(v).values(**row, sheet_id=before, state="frozen"))
    return int(before)


def test_cases_are_listed_for_facts_and_for_figures_elsewhere(store: Store) -> None:
    """A transfer, a unit's change, the unit served in before, the year before: each moves scores
    of cases that are not of the unit and year it was entered for."""
    with store.transaction() as conn:
        world, sheet_id, units = sheet(conn, growing())
        checkers = fill(conn, sheet_id, units)
        for name, actor in checkers.items():
            mine = [i for i, by in BY.items() if by == name]
            verify_values(conn, sheet_id, mine, actor=actor, at=AT)
        before, office = year_before(conn, world), world.actor(Role.OFFICE)
        freeze = ThingAction.FREEZE_SHEET
        confirm(conn, sheet_id, actor=world.actor(Role.UNIT_CONTACT, unit="county"), at=AT)
        beside.move(conn, Thing.DATA_SHEET, sheet_id, freeze, actor=office, at=AT)
        result(conn, world, "95")
        conn.execute(sa.update(Case).values(state=State.DECIDED))
        cases = list(conn.execute(sa.select(Case.id).order_by(Case.id)).scalars())
        chief = conn.execute(
            sa.select(Case.id).where(Case.person_id == world.people["chief"])
        ).scalar_one()
        theirs = sa.select(Case.id).where(Case.unit_id == world.units["county"])
        county = set(conn.execute(theirs).scalars())

        def listed(act: Callable[[], Any]) -> set[int]:
            conn.execute(sa.delete(Relook))
            compute(conn, world.cycle_id, cases, actor=office, at=AT)
            act()
            return set(conn.execute(sa.select(Relook.case_id)).scalars())

        def late(of: int, indicator: str, value: str) -> None:
            revise(
                conn, of, [indicator], document="云统函〔2026〕1号", reason="修订数", actor=office,
                at=AT,
            )  # fmt: skip
            clerk = staff(conn, units[BY[indicator]], Role.DATA_PROVIDER)
            entry = Entry(indicator, value=value, source="年鉴")
            enter_values(conn, of, [entry], hand_in=True, actor=clerk, at=AT)
            verify_values(conn, of, [indicator], actor=checkers[BY[indicator]], at=AT)

        def event(kind: str, person: str, unit: int | None) -> None:
            fact = Event(
                kind, date(2025, 11, 1), "干部科", person_id=world.people[person],
                from_unit_id=unit,
            )  # fmt: skip
            add_event(conn, fact, actor=office, at=AT)

        def merged() -> None:
            rows = [unit_change("青石县", "沙溪县", UnitChangeKind.MERGE)]
            record(conn, plan(conn, rows, actor=office, today=AT.date()), actor=office, at=AT)

        assert listed(lambda: event("transferred_in", "chief", world.units["county"])) == {chief}
        assert listed(lambda: late(before, "rd", "0.4")) == county | {chief}
        shrunk = sa.update(IndicatorValue).where(IndicatorValue.sheet_id == before)
        conn.execute(shrunk.values(value="9.9"))
        assert listed(merged) == county | {chief}
        assert listed(lambda: late(sheet_id, "pm25", "400")) == county | {chief}
        investigated = listed(lambda: event("under_investigation", "deputy", None))
        (deputy,) = investigated
        (barred,) = facts_of(conn, [deputy], on=AT.date())[deputy].bars
        assert (deputy == chief, barred.effect) == (False, "ungraded")


def test_members_are_listed_when_their_body_is_graded_low(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = computed(conn, "95")
        office, (body, chief, *_) = world.actor(Role.OFFICE), cases
        spring = AT + timedelta(days=90)  # a body's grade is a fact of the year's last day
        units = relook.hold_members(conn, [body.id, chief.id])
        conn.execute(sa.update(Case).where(Case.id == body.id).values(decided_grade=Grade.FAIR))
        relook.body_graded(conn, world.cycle_id, units, actor=office, at=spring)
        assert [row.case_id for row in relooks(conn, office)] == [chief.id]


def test_row_is_closed_once_with_words(store: Store) -> None:
    with store.transaction() as conn:
        world, _ = computed(conn)
        result(conn, world, "99")
        office = world.actor(Role.OFFICE)
        row = relooks(conn, office)[0]
        with pytest.raises(Invalid):
            relook.close(conn, row.id, " ", actor=office, at=AT)
        with pytest.raises(Refused):
            relook.close(conn, row.id, "维持", actor=world.actor(Role.ARCHIVIST), at=AT)
        relook.close(conn, row.id, "维持原建议", actor=office, at=AT)
        with pytest.raises(Refused):
            relook.close(conn, row.id, "维持原建议", actor=office, at=AT)
        closed = relooks(conn, office, closed=True)
    assert [(r.id, r.conclusion) for r in closed] == [(row.id, "维持原建议")]

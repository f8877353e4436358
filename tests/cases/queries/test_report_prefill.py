"""What the office holds is shown with its source, and only figures that were verified."""

from typing import Any

import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.models import Assignment, Case, DataSheet, IndicatorValue, PastResult
from cases.queries.report_prefill import prefill_of
from cases.queries.self_report import scheme_of_case
from cases.store import Store
from tests.world import AT, World, found_world
from workflow.vocabulary import Role, ValueState


def _case(conn: sa.Connection, world: World) -> Any:
    open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    mine = Case.person_id == world.people["deputy"]
    return conn.execute(sa.select(Case).where(mine)).one()


def test_person_s_facts_come_with_their_source(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        person = world.people["deputy"]
        conn.execute(
            sa.update(Assignment).where(Assignment.person_id == person).values(duties="分管水生态")
        )
        conn.execute(
            sa.insert(PastResult).values(
                person_id=person, year=2024, conclusion="competent", document="云委〔2025〕3号"
            )
        )
        case = _case(conn, world)
        held = prefill_of(conn, case, scheme_of_case(conn, case)).person
    assert [(str(h.label), str(getattr(h.value, "zh", h.value)), str(h.source)) for h in held] == [
        ("现任职务", "云州市生态环境局党组成员、副局长", "考核对象名册"),
        ("任现职时间", "2021-06", "考核对象名册"),
        ("分工", "分管水生态", "考核对象名册"),
        ("2024 年度考核结果", "称职", "云委〔2025〕3号"),
    ]


def test_only_verified_figures_are_shown(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        case = _case(conn, world)
        scheme = scheme_of_case(conn, case)
        first, second = [c for c, one in scheme.indicators.items() if not one.children][:2]
        conn.execute(sa.delete(IndicatorValue))
        sheet = conn.execute(
            sa.select(DataSheet.id).where(DataSheet.unit_id == case.unit_id)
        ).scalar()
        if sheet is None:
            sheet = conn.execute(
                sa.insert(DataSheet)
                .values(cycle_id=case.cycle_id, unit_id=case.unit_id, state="open")
                .returning(DataSheet.id)
            ).scalar_one()
        common = {"sheet_id": sheet, "value": "92.9", "measure_unit": "%"}
        conn.execute(
            sa.insert(IndicatorValue),
            [
                {**common, "indicator": first, "state": ValueState.VERIFIED.value},
                {**common, "indicator": second, "state": ValueState.DRAFT.value},
            ],
        )
        figures = prefill_of(conn, case, scheme).figures
    assert [(h.label, h.value) for h in figures] == [(scheme.indicators[first].title, "92.9%")]

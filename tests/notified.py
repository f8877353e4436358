"""Cases brought to notice through the deciding chain, for tests of what comes afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.pools import record_step
from cases.commands.synthesis import compute
from cases.commands.transition import perform_many
from cases.models import Case, Person, ReportSection, ReportSubmission, SelfReport
from cases.queries.scheme import scheme_of_cycle
from cases.queries.self_report import document_digest, documents_of
from tests.cases.commands.test_decision_road import at_synthesis, prepared, propose
from tests.world import AT, World
from workflow.vocabulary import Action, CaseKind, Grade, Role, State, Thing, ThingAction, Track

NOTIFIED_AT = AT + timedelta(days=1)
SENTENCE = (
    "全年组织复查入河排污口三百一十二处，新发现并整治混接排口五十七处，群众反映的问题当月办结。"
)


def rename(conn: sa.Connection, world: World, key: str, name: str) -> None:
    """Give a person of the world another (harder) name before the cases are opened."""
    conn.execute(
        sa.update(Person).where(Person.id == world.people[key]).values(name=name, name_key=name)
    )


def hand_in(conn: sa.Connection, case_id: int, *, repeat: int = 3) -> None:
    """A report of every section as the scheme names them."""
    document = documents_of(conn, [case_id])[case_id]
    document["sections"] = {code: SENTENCE * repeat for code in document["order"]}
    conn.execute(
        sa.insert(SelfReport).values(
            case_id=case_id, form_key="self_report", form_version=1, basis="self", submissions=1
        )
    )
    conn.execute(
        sa.insert(ReportSection),
        [
            {"case_id": case_id, "key": k, "text": t, "state": "accepted"}
            for k, t in document["sections"].items()
        ],
    )
    conn.execute(
        sa.insert(ReportSubmission).values(
            case_id=case_id,
            number=1,
            content=document,
            digest=document_digest(document),
            submitted_at=AT,
        )
    )


def notified(
    conn: sa.Connection, unit: str = "environment", grades: Mapping[str, Grade] | None = None
) -> tuple[World, dict[str, Any]]:
    """The cases of a unit, told their results: (world, name -> row of cases; the body as 班子)."""
    world, _ = at_synthesis(conn)
    everybody = conn.execute(
        sa.select(Case).where(Case.unit_id == world.units[unit]).order_by(Case.sort_key)
    ).all()
    for pool_id in dict.fromkeys(row.pool_id for row in everybody):
        _through(conn, world, pool_id, unit, grades or {})
    conn.execute(sa.update(Case).where(Case.state == State.SYNTHESISING).values(state=State.SCOPED))
    rows = conn.execute(sa.select(Case).where(Case.unit_id == world.units[unit])).all()
    return world, {_key(row): row for row in rows}


def _key(row: Any) -> str:
    return "班子" if row.kind == CaseKind.BODY else str(row.subject_name)


def _grade(row: Any, grades: Mapping[str, Grade]) -> Grade:
    usual = Grade.GOOD if row.kind == CaseKind.BODY else Grade.COMPETENT
    return grades.get(_key(row), usual)


def _through(
    conn: sa.Connection, world: World, pool_id: int, unit: str, grades: Mapping[str, Grade]
) -> None:
    mine = conn.execute(sa.select(Case).where(Case.pool_id == pool_id)).all()
    ids = [row.id for row in mine]
    drafter = world.actor(Role.DRAFTING_DIVISION)
    recorder = world.actor(Role.DECISION_RECORDER, person="recorder")
    prepared(conn, world, ids)
    for row in mine:
        propose(conn, world, row.id, _grade(row, grades), deviation_text="研判意见")
    beside.move(conn, Thing.POOL, pool_id, ThingAction.BALANCE_POOL, actor=drafter, at=AT)
    perform_many(conn, ids, Action.SEND_TO_DECIDING, actor=drafter, at=AT)
    scheme = scheme_of_cycle(conn, world.cycle_id)
    assert scheme is not None
    for step in scheme.deciding_chain[Track(mine[0].track)]:
        record_step(
            conn, pool_id, meeting_no=f"{step.title}第1次", held_on=AT.date(), actor=recorder, at=AT
        )
    compute(conn, world.cycle_id, ids, actor=drafter, at=NOTIFIED_AT)
    made = perform_many(
        conn,
        ids,
        Action.DECIDE,
        actor=recorder,
        at=NOTIFIED_AT,
        payload={
            "outcome": "graded",
            "document_no": "云组〔2026〕9号",
            "deviation": "synthesis",
            "deviation_text": "研判意见",
        },
        payloads={row.id: {"grade": _grade(row, grades)} for row in mine},
    )
    assert [str(r) for o in made for r in o.reasons] == []
    for action in (ThingAction.DECIDE_POOL, ThingAction.RELEASE_POOL):
        beside.move(conn, Thing.POOL, pool_id, action, actor=recorder, at=NOTIFIED_AT)
    told = perform_many(conn, ids, Action.NOTIFY, actor=recorder, at=NOTIFIED_AT)
    assert {o.state for o in told} == {State.NOTIFIED}

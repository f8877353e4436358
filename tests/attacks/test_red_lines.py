"""A red line crossed caps the grade in the case, not only on the page of scores (S4)."""

from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands.data_fraud import Finding, record_fraud
from cases.commands.synthesis import compute
from cases.models import Case, SchemeVersion, Synthesis
from cases.queries.facts import facts_of
from cases.queries.subject_events import told_bars
from cases.scoring.scheme import digest
from cases.store import Store
from tests.cases.commands.test_unit_items import Desk, opened
from tests.world import AT, scheme_document
from workflow.grade_guards import bars_allow_grade
from workflow.vocabulary import CaseKind, Grade, Role, State


def ruled(conn: sa.Connection, lines: list[dict[str, Any]]) -> None:
    document = {**scheme_document(), "red_lines": lines}
    conn.execute(sa.update(SchemeVersion).values(content=document, digest=digest(document)))


def bars_of(desk: Desk, kind: CaseKind) -> list[tuple[str, str | None]]:
    conn, world = desk.conn, desk.world
    conn.execute(sa.update(Case).values(state=State.SYNTHESISING))
    here = sa.select(Case.id).where(Case.unit_id == world.units["county"], Case.kind == kind)
    ids = list(conn.execute(here).scalars())
    compute(conn, world.cycle_id, ids, actor=world.actor(Role.OFFICE), at=AT)
    found = conn.execute(sa.select(Synthesis.bars).where(Synthesis.case_id == ids[0])).scalar_one()
    return [(str(row["clause"]), row.get("cap")) for row in told_bars(found)]


LOW = {"code": "air", "title": "空气", "indicator": "pm25", "above": 28, "cap": "fair"}
CASE = {"code": "death", "title": "安全", "item": "safety", "cap": "good"}
SLOW = {"code": "slow", "title": "处置", "item": "response", "cap": "poor"}
BY_SCALE = {"code": "self", "title": "本人", "item": "safety", "cap": "competent"}


@pytest.mark.parametrize(
    ("line", "kind", "expected"),
    [
        (LOW, CaseKind.BODY, [("触及底线“空气”:“细颗粒物年均浓度” 29 高于红线 28", "fair")]),
        (LOW, CaseKind.CADRE, []),
        (CASE, CaseKind.BODY, [("触及底线“安全”:发生“安全生产”", "good")]),
        (SLOW, CaseKind.BODY, [("触及底线“处置”:发生“突发事件处置不及时”", "poor")]),
        (BY_SCALE, CaseKind.CADRE, [("触及底线“本人”:发生“安全生产”", "competent")]),
    ],
)
def test_crossed_line_is_a_bar_of_the_case(
    store: Store, line: dict[str, Any], kind: CaseKind, expected: list[tuple[str, str]]
) -> None:
    with store.transaction() as conn:
        ruled(conn, [line])
        desk = opened(conn)
        ruled(conn, [line])
        desk.verify(desk.enter())
        desk.verify(desk.enter(item="response", cases="", points="1"))
        desk.verify_values()
        assert bars_of(desk, kind) == expected


def test_confirmed_fraud_leaves_a_body_fair_at_most(store: Store) -> None:
    with store.transaction() as conn:
        desk = opened(conn)
        desk.verify_values()
        found = Finding(["rd"], AT.date(), "云统监〔2025〕3号", "虚报研发投入", [])
        lead = desk.world.actor(Role.OFFICE_LEAD, person="lead")
        record_fraud(conn, desk.sheet_id, found, actor=lead, at=AT)
        assert [cap for _, cap in bars_of(desk, CaseKind.BODY)] == ["fair"]
        body = sa.select(Case.id).where(Case.body_unit_id == desk.world.units["county"])
        facts = facts_of(conn, [conn.execute(body).scalar_one()], on=AT.date())
        refused = [bars_allow_grade(one, {"grade": Grade.GOOD}) for one in facts.values()]
        assert [str(one)[:9] for one in refused] == ["最高只能定为一般:"]

"""What a person is told, says, and may ask for; what the contact records."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.models import Case, DataSheet, SchemeVersion, Statement, Unit
from cases.scoring.scheme import digest
from cases.store import Store
from tests.decision_desk import Desk, open_desk, tell
from tests.world import AT
from workflow.vocabulary import CaseKind, Grade, Role


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    found = open_desk(sqlite_store, tmp_path)
    found.site.clock.at = AT + timedelta(days=2)
    with sqlite_store.transaction() as conn:
        tell(conn, found.cases["沈知远"].id, Grade.INCOMPETENT)
    return found


def test_default_scope_is_grade_and_problems(desk: Desk) -> None:
    own = desk.client(person="chief")
    page = own.follow(own.get("/my-result", status=303))
    assert page.h1 == "我的考核结果"
    assert "不称职" in page.text and "统筹不够" in page.text
    for never in ("名次", "92.5", "综合得分", "名额", "表现好", "测评得票"):
        assert never not in page.text
    assert "2026年1月9日 周五" in page.text


def test_scope_grade_hides_the_problems(desk: Desk) -> None:
    with desk.store.transaction() as conn:
        version = conn.execute(sa.select(SchemeVersion)).one()
        content = version.content | {
            "feedback": {"scope": "grade", "statement_days": 5, "review_grades": ["incompetent"]}
        }
        conn.execute(sa.update(SchemeVersion).values(content=content, digest="d" * 64))
    page = desk.client(person="chief").get(f"/cases/{desk.cases['沈知远'].ref}/result")
    assert "统筹不够" not in page.text


def test_told_body_leads_to_its_own_indicators_where_the_scheme_tells_items(desk: Desk) -> None:
    with desk.store.transaction() as conn:
        case, unit = conn.execute(
            sa.select(Case.id, Case.unit_id).where(Case.kind == CaseKind.BODY).limit(1)
        ).one()
        tell(conn, case, Grade.COMPETENT)
        ref = conn.execute(sa.select(Case.ref).where(Case.id == case)).scalar_one()
        conn.execute(sa.update(Unit).where(Unit.id == unit).values(class_code="county.hill"))
        cycle = sa.select(Case.cycle_id).where(Case.id == case).scalar_subquery()
        conn.execute(sa.insert(DataSheet).values(cycle_id=cycle, unit_id=unit, state="open"))
    office, own = desk.client(Role.OFFICE), f"/analysis/own/{ref}"
    assert own not in office.get(f"/cases/{ref}/result").links
    office.get(own, status=404)
    with desk.store.transaction() as conn:
        content = conn.execute(sa.select(SchemeVersion.content)).scalar_one()
        feedback = {"scope": "items", "statement_days": 5, "review_grades": []}
        fresh = content | {"feedback": feedback}
        conn.execute(sa.update(SchemeVersion).values(content=fresh, digest=digest(fresh)))
    assert own in office.get(f"/cases/{ref}/result").links
    office.get(own)


def test_statement_is_written_and_shown(desk: Desk) -> None:
    ref, own = desk.cases["沈知远"].ref, desk.client(person="chief")
    page = own.get(f"/cases/{ref}/statement")
    wrong = own.submit(page, {"agrees": "no"}, action="/statement", status=422)
    assert wrong.errors == ["不同意的，请写明意见"] or "请写明意见" in wrong.errors[0]
    own.submit(page, {"agrees": "no", "text": "部分情况未核实"}, action="/statement")
    assert "部分情况未核实" in own.get(f"/cases/{ref}/result").text


def test_review_is_filed_and_withdrawn(desk: Desk) -> None:
    ref, own = desk.cases["沈知远"].ref, desk.client(person="chief")
    page = own.get(f"/cases/{ref}/review")
    fields = {"kind": "review", "request": "请求复核", "grounds": "事实不清"}
    result = own.follow(own.submit(page, fields, action="/review"))
    assert "已提出" in result.text
    after = own.follow(own.submit(result, action="/withdraw"))
    assert "已撤回" in after.text


def test_others_see_nothing_of_it(desk: Desk) -> None:
    ref = desk.cases["沈知远"].ref
    deputy = desk.client(person="deputy")
    for path in ("result", "statement", "review", "explanation", "synthesis", "signature"):
        deputy.get(f"/cases/{ref}/{path}", status=404)
    chief = desk.client(person="chief")
    for path in ("explanation", "synthesis", "comment"):
        chief.get(f"/cases/{ref}/{path}", status=404)


def test_contact_records_a_pending_signature(desk: Desk) -> None:
    contact = desk.client(Role.UNIT_CONTACT, person="contact", unit="environment")
    assert "沈知远" in contact.get("/signatures").text
    page = contact.get(f"/cases/{desk.cases['沈知远'].ref}/signature")
    contact.submit(page, {"state": "pending"}, action="/signature", status=422)
    fields = {"state": "pending", "reason": "出国培训", "review_on": "2026-2-1"}
    contact.submit(page, fields, action="/signature")
    assert "出国培训" in contact.get("/signatures").text
    with desk.store.reading() as conn:
        assert conn.execute(sa.select(Statement.sign_state)).scalars().all() == ["pending"]

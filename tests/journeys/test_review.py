"""The reviewer's desk, holds and corrections, by those whose duty they are."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.reviews import file_review
from cases.models import Hold, ReadLog
from cases.store import Store
from tests.decision_desk import Desk, case_row, cases_of, open_desk, tell
from tests.world import AT
from workflow.vocabulary import Grade, ReviewKind, Role


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    found = open_desk(sqlite_store, tmp_path)
    found.site.clock.at = AT + timedelta(days=2)
    return found


def filed(desk: Desk) -> None:
    case = desk.cases["沈知远"]
    with desk.store.transaction() as conn:
        tell(conn, case.id, Grade.INCOMPETENT)
        file_review(
            conn, cases_of(conn)["沈知远"],
            kind=ReviewKind.REVIEW, request="请求复核", grounds="事实不清",
            actor=desk.world.subject("chief"), at=AT,
        )  # fmt: skip


def test_reviewer_accepts_and_changes_to_a_better_grade(desk: Desk) -> None:
    filed(desk)
    reviewer = desk.client(Role.REVIEWER)
    queue = reviewer.get("/reviews")
    assert queue.h1 == "1 件复核申诉待办"
    page = reviewer.follow(reviewer.submit(reviewer.get("/reviews/1"), action="/accept"))
    values = {"outcome": "change", "decision": "事实部分不清", "document": "云复〔2026〕1号"}
    reviewer.submit(page, values, action="/decide", status=422)
    reviewer.submit(page, values | {"new_grade": "basically_competent"}, action="/decide")
    assert case_row(desk.store, desk.cases["沈知远"].id).decided_grade == "basically_competent"
    desk.site.app.extensions["kaoji"].read_log.flush()
    with desk.store.reading() as conn:
        assert "review" in conn.execute(sa.select(ReadLog.what)).scalars().all()


def test_reviewer_who_proposed_is_refused(desk: Desk) -> None:
    filed(desk)
    reviewer = desk.client(Role.REVIEWER, person="chief")
    reviewer.get("/reviews/1", status=404)
    office = desk.client(Role.OFFICE)
    office.get("/reviews", status=403)


def test_hold_then_correction_fills_in_the_grade(desk: Desk) -> None:
    case = desk.cases["沈知远"]
    office = desk.client(Role.OFFICE)
    page = office.get(f"/cases/{case.ref}/holds/new")
    fields = {"kind": "investigation", "since": "2025-12-1", "document": "云纪〔2025〕7号"}
    office.submit(page, fields, action="/holds/new")
    with desk.store.transaction() as conn:
        tell(conn, case.id, None)
        hold = conn.execute(sa.select(Hold.id)).scalar_one()
    lead = desk.client(Role.OFFICE_LEAD)
    lead.submit(lead.get(f"/holds/{hold}/lift"), {"conclusion": "已结案，不予处分"}, action="/lift")
    assert "待补定等次" in office.get("/holds").text
    page = office.get(f"/cases/{case.ref}/corrections/new")
    given = {"grade": "competent", "document": "云组〔2026〕21号", "reason": "立案已结"}
    one = office.follow(office.submit(page, given, action="/corrections/new"))
    assert "由另一人批准" in one.text
    recorder, way = desk.client(Role.DECISION_RECORDER), f"/cases/{case.ref}/correction"
    assert way not in recorder.get(f"/cases/{case.ref}").links
    assert "没有已批准的更正" in recorder.get(way, status=409).text
    lead.submit(lead.get(one.path), action="/approve")
    assert way in recorder.get(f"/cases/{case.ref}").links
    ordered = recorder.follow(recorder.get(way, status=302))
    recorder.submit(ordered, action="/carry-out")
    assert case_row(desk.store, case.id).decided_grade == "competent"


def test_explanation_is_noted_in_the_read_log(desk: Desk) -> None:
    ref = desk.cases["沈知远"].ref
    page = desk.client(Role.COMMITTEE_MEMBER).get(f"/cases/{ref}/explanation")
    assert "92.50" in page.text
    desk.site.app.extensions["kaoji"].read_log.flush()
    with desk.store.reading() as conn:
        assert conn.execute(sa.select(ReadLog.what)).scalars().all() == ["explanation"]


def test_lists_of_the_office_open(desk: Desk) -> None:
    office = desk.client(Role.OFFICE)
    for path in ("/holds", "/corrections", "/relooks", "/signatures"):
        office.get(path)

"""From the board to the notice, by the people whose duty it is, through the browser's eyes."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.analysis import switch_intervals
from cases.models import Decision, DecisionStep, GradeMove, Pool
from cases.store import Store
from tests.decision_desk import Desk, case_row, open_desk
from tests.world import AT
from workflow.vocabulary import Role


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    return open_desk(sqlite_store, tmp_path)


def test_pool_goes_from_board_to_notice(desk: Desk) -> None:
    chief = desk.cases["沈知远"]
    pool = desk.pool_of("沈知远")
    drafter = desk.client(Role.DRAFTING_DIVISION)
    assert drafter.get("/pools").h1 == "考核组别"
    board = drafter.get(f"/pools/{pool}")
    names = [n for n, c in desk.cases.items() if c.pool_id == pool]
    assert all(name in board.text for name in names)
    fields = {f"g{desk.cases[n].id}": "competent" for n in names}
    check = drafter.submit(board, fields, action="/check", status=200)
    assert check.h1 == f"提出 {len(names)} 个等次建议，请先核对名单"
    again = drafter.submit(check, action="/propose", status=422)
    assert "与参考意见不同，请选择理由" in again.text
    why = {f"d{desk.cases[n].id}": "synthesis" for n in names}
    done = drafter.submit(again, fields | why, action="/propose")
    board = drafter.follow(done)
    drafter.submit(board, action="/balance")
    board = drafter.get(f"/pools/{pool}")
    drafter.submit(board, action="/send")
    assert case_row(desk.store, chief.id).state == "deciding"
    decided_by_recorder(desk, pool, chief.id)


def decided_by_recorder(desk: Desk, pool: int, case_id: int) -> None:
    recorder = desk.client(Role.DECISION_RECORDER)
    for number in range(3):
        page = recorder.get(f"/pools/{pool}/meeting")
        fields = {"meeting_no": f"第{number + 1}次", "held_on": "2026-01-10"}
        if number == 2:
            faulty = {**fields, f"r{case_id}": "changed"}
            wrong = recorder.submit(page, faulty, action="/meeting", status=422)
            assert len(wrong.errors) == 2
            fields |= {f"r{case_id}": "changed", f"g{case_id}": "basically_competent"}
            fields |= {f"t{case_id}": "会议认为问题较多"}
        recorder.submit(page, fields, action="/meeting")
    page = recorder.get(f"/pools/{pool}/decide")
    assert "会议认为问题较多" in page.text
    answers = {"document_no": "云组〔2026〕9号"}
    page = recorder.submit_unproved(f"/pools/{pool}/decide", answers, "/decide")
    assert case_row(desk.store, case_id).state == "deciding"
    recorder.submit(page, action="/decide")
    row = case_row(desk.store, case_id)
    assert (row.state, row.decided_grade) == ("decided", "basically_competent")
    recorder.submit(recorder.get(f"/pools/{pool}/chain"), action="/release")
    page = recorder.submit_unproved(f"/pools/{pool}/notify", {}, "/notify")
    assert case_row(desk.store, case_id).state == "decided"
    recorder.submit(page, action="/notify")
    assert case_row(desk.store, case_id).state == "notified"
    assert "已告知" in recorder.get(f"/pools/{pool}/chain").text
    with desk.store.reading() as conn:
        steps = conn.execute(sa.select(DecisionStep.result).order_by(DecisionStep.order_no))
        assert list(steps.scalars()) == ["passed", "passed", "changed"]
        found = conn.execute(sa.select(Decision).where(Decision.case_id == case_id)).one()
        assert (found.document, found.reason) == ("云组〔2026〕9号", "会议认为问题较多")


def test_move_of_a_grade_keeps_before_and_after(desk: Desk) -> None:
    chief, pool = desk.cases["沈知远"], desk.pool_of("沈知远")
    drafter = desk.client(Role.DRAFTING_DIVISION)
    board = drafter.get(f"/pools/{pool}")
    check = drafter.submit(board, {f"g{chief.id}": "excellent"}, action="/check", status=200)
    drafter.submit(check, action="/propose")
    page = drafter.get(f"/pools/{pool}/cases/{chief.id}/move")
    wrong = drafter.submit(page, {"choice": "competent"}, action="/move", status=422)
    assert wrong.errors == ["调整理由：请填写这一项"] or len(wrong.errors) == 1
    drafter.submit(page, {"choice": "competent", "deviation": "quota"}, action="/move")
    with desk.store.reading() as conn:
        moves = conn.execute(
            sa.select(GradeMove.grade_from, GradeMove.grade_to, GradeMove.reason_code)
        ).all()
    assert [tuple(m) for m in moves] == [
        ("excellent", "excellent", None),
        ("excellent", "competent", "quota"),
    ]
    assert case_row(desk.store, chief.id).proposed_grade == "competent"


def test_board_says_more_suggested_than_seats(desk: Desk) -> None:
    pool = desk.pool_of("沈知远")
    with desk.store.transaction() as conn:
        conn.execute(sa.update(Pool).where(Pool.id == pool).values(seats=0))
    text = desk.client(Role.DRAFTING_DIVISION).get(f"/pools/{pool}").text
    assert "名额 0 个" in text


def test_papers_of_the_meeting_have_no_interval(desk: Desk) -> None:
    pool = desk.pool_of("沈知远")
    drafter = desk.client(Role.DRAFTING_DIVISION)
    assert "名次区间" not in drafter.get(f"/pools/{pool}").text
    with desk.site.store.transaction() as conn:
        office = desk.world.actor(Role.OFFICE)
        switch_intervals(conn, desk.world.cycle_id, True, actor=office, at=AT)
    assert "名次区间" in drafter.get(f"/pools/{pool}").text
    assert "名次区间" not in drafter.get(f"/pools/{pool}/paper").text
    book = drafter.get(f"/pools/{pool}/workbook")
    assert book.response.data[:2] == b"PK"


def test_committee_member_reads_the_board_and_changes_nothing(desk: Desk) -> None:
    pool = desk.pool_of("沈知远")
    with desk.site.store.transaction() as conn:
        office = desk.world.actor(Role.OFFICE)
        switch_intervals(conn, desk.world.cycle_id, True, actor=office, at=AT)
    member = desk.client(Role.COMMITTEE_MEMBER)
    page = member.get(f"/pools/{pool}")
    assert page.forms() == []
    assert "名次区间" not in page.text
    member.post(f"/pools/{pool}/propose", {}, status=404)
    member.post(f"/pools/{pool}/balance", {"_version": "1"}, status=404)
    member.get(f"/pools/{pool}/meeting", status=404)


@pytest.mark.parametrize("path", ["", "/quota", "/paper", "/chain", "/meeting", "/notify"])
def test_foreign_office_finds_no_pool(desk: Desk, path: str) -> None:
    foreign = desk.site.sign_in_as(
        Role.DRAFTING_DIVISION, Role.OFFICE, organ=desk.world.units["county"]
    )
    foreign.get(f"/pools/{desk.pool_of('沈知远')}{path}", status=404)


def test_board_asks_a_bounded_number_of_questions(desk: Desk) -> None:
    drafter = desk.client(Role.OFFICE_LEAD)
    drafter.get(f"/pools/{desk.pool_of('沈知远')}")
    assert len(desk.site.site_queries) < 40

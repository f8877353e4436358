"""The recorder of the deciding organ in Chromium: three meetings, decision, release, notice."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.models import DecisionStep
from cases.store import Store
from tests.decision_desk import Desk, case_row, open_desk
from tests.journeys.walk import Walk, chromium, opened_to, told
from workflow.vocabulary import Role

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


def sent_to_meeting(desk: Desk) -> None:
    """The division proposed, balanced and sent."""
    chief, pool = desk.cases["沈知远"], desk.pool_of("沈知远")
    drafter = desk.client(Role.DRAFTING_DIVISION)
    fields = {f"g{chief.id}": "competent", f"d{chief.id}": "synthesis"}
    check = drafter.submit(
        drafter.get(f"/pools/{pool}"), {f"g{chief.id}": "competent"}, action="/check", status=200
    )
    drafter.submit(check, fields, action="/propose")
    for action in ("/balance", "/send"):
        drafter.submit(drafter.get(f"/pools/{pool}"), action=action)


def hold_meetings(walk: Walk) -> None:
    walk.step("Record the three meetings")
    for number in (1, 2, 3):
        walk.click(f"记录第 {number} 步会议")
        walk.type("会议届次或编号", f"第{number}次")
        walk.type("会议日期", "2026年1月10日")
        walk.shot(f"recorder_meeting{number}")
        walk.click("记录这次会议")


def decide_and_tell(walk: Walk) -> None:
    walk.step("Decide")
    walk.click("核对名单后审定")
    walk.type("审定文号", "云组〔2026〕9号")
    walk.shot("recorder_decide")
    walk.click("审定这 1 个等次")
    walk.shot("recorder_decided")
    walk.step("Release and tell")
    walk.click("发布本组结果")
    walk.click("核对名单后告知结果")
    walk.shot("recorder_notify")
    walk.click("告知这 1 个考核对象")
    walk.says("已告知")
    walk.shot("recorder_done")


def test_recorder_takes_a_pool_to_notice(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    desk = open_desk(sqlite_store, tmp_path)
    sent_to_meeting(desk)
    with opened_to(desk.site, chromium, tmp_path) as street:
        walk = street.sign_in(desk.client(Role.DECISION_RECORDER))
        walk.shot("recorder_worklist")
        walk.step("Open the pool's meetings")
        walk.take("沈知远")
        walk.click("记录审定结果")
        hold_meetings(walk)
        decide_and_tell(walk)
    case = case_row(sqlite_store, desk.cases["沈知远"].id)
    with sqlite_store.reading() as conn:
        found = conn.execute(
            sa.select(DecisionStep.meeting_no, DecisionStep.result).order_by(DecisionStep.order_no)
        ).all()
    assert (case.state, case.decided_grade) == ("notified", "competent")
    assert [tuple(s) for s in found] == [(f"第{n}次", "passed") for n in (1, 2, 3)]
    assert walk.steps == told("decision_recorder")

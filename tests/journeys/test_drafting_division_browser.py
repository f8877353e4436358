"""The drafting division in Chromium: grades proposed with a reason, balanced, sent to the meeting."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cases.store import Store
from tests.decision_desk import case_row, open_desk
from tests.journeys.walk import chromium, opened_to, told
from workflow.vocabulary import Role

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

POOL = "市直部门 · 领导干部 · 正职"


def test_division_proposes_balances_and_sends(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    desk = open_desk(sqlite_store, tmp_path)
    with opened_to(desk.site, chromium, tmp_path) as street:
        walk = street.sign_in(desk.client(Role.DRAFTING_DIVISION))
        walk.shot("division_worklist")
        walk.step("Open the pool")
        walk.take(POOL)
        walk.shot("division_board")
        walk.step("Propose a grade for each")
        walk.pick("沈知远的等次建议", "称职")
        walk.click("核对名单后提出等次建议")
        walk.pick("沈知远与参考意见不同的理由", "综合研判意见")
        walk.shot("division_check")
        walk.click("重新核对并提出 1 个建议")
        walk.says("与参考意见不同")
        walk.step("Balance and send")
        walk.click("提交平衡方案")
        walk.click("提交会议审定 1 个")
        walk.says("审定程序还有 3 步")
        walk.shot("division_sent")
    case = case_row(sqlite_store, desk.cases["沈知远"].id)
    assert (case.state, case.proposed_grade) == ("deciding", "competent")
    assert walk.steps == told("drafting_division")

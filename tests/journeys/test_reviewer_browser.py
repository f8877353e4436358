"""The reviewer of objections in Chromium: accepts one, reads how it came to be, decides."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.models import Review
from cases.store import Store
from tests.decision_desk import case_row, open_desk
from tests.journeys.test_review import filed
from tests.journeys.walk import Walk, chromium, opened_to, told
from tests.world import AT
from workflow.vocabulary import Role

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

DECISION = "应急演练的事实没有计入，原认定的事实部分不清。"


def decide(walk: Walk) -> None:
    walk.step("Decide")
    walk.tick("改定等次")
    walk.tick("基本称职")
    walk.type("决定内容和理由", DECISION)
    walk.type("决定文号", "云复〔2026〕1号")
    walk.shot("reviewer_decide")
    walk.click("记录复核申诉决定")
    walk.says("改定等次")
    walk.shot("reviewer_done")


def test_reviewer_accepts_reads_and_decides(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    desk = open_desk(sqlite_store, tmp_path)
    desk.site.clock.at = AT + timedelta(days=2)
    filed(desk)
    with opened_to(desk.site, chromium, tmp_path) as street:
        walk = street.sign_in(desk.client(Role.REVIEWER))
        walk.shot("reviewer_worklist")
        walk.step("Accept it")
        walk.take("沈知远")
        walk.shot("reviewer_filed")
        walk.click("受理")
        walk.says("已受理")
        walk.step("Read the calculation")
        walk.click("看计算说明")
        walk.shot("reviewer_explanation")
        walk.page.go_back()
        decide(walk)
    with sqlite_store.reading() as conn:
        found = conn.execute(sa.select(Review.state, Review.decision, Review.document)).one()
    case = case_row(sqlite_store, desk.cases["沈知远"].id)
    assert tuple(found) == ("regraded", DECISION, "云复〔2026〕1号")
    assert case.decided_grade == "basically_competent"
    assert walk.steps == told("reviewer")

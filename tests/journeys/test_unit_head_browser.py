"""The head of a unit in Chromium: returns a report on content, then accepts it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cases.store import Store
from tests.journeys.report_desk import TEXTS, ReportDesk
from tests.journeys.walk import chromium, opened_to, told

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

WHY = "整治数与台账不符，请核对后写明来源。"


def test_head_returns_on_content_and_accepts(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    desk = ReportDesk(sqlite_store, tmp_path)
    me = desk.cadre()
    desk.hand_in(me)
    with opened_to(desk.site, chromium, tmp_path) as street:
        walk = street.sign_in(desk.head)
        walk.shot("head_worklist")
        walk.step("Return it on content")
        walk.take("欧阳明远")
        walk.click("因内容退回")
        walk.tick("2. 履职实绩 65 字")
        walk.page.locator("#why2").fill(WHY)
        walk.shot("head_return")
        walk.click("退回修改")
        assert walk.page.url.endswith("/read")
        assert [(s.code, s.reason) for s in desk.report().returned] == [("results", WHY)]
        desk.hand_in(me, s2=TEXTS["s2"].replace("57", "54"))
        walk.page.goto(walk.address)
        walk.step("Accept what was mended")
        walk.take("欧阳明远")
        walk.shot("head_read")
        walk.click("受理述职报告")
        walk.says("数据核报中")
    assert desk.case("欧阳明远").state == "collecting"
    assert walk.steps == told("unit_head")

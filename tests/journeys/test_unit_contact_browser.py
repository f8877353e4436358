"""The unit's contact in Chromium: accepts one report, enters another on its writer's behalf."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cases.store import Store
from tests.journeys.report_desk import TEXTS, ReportDesk
from tests.journeys.test_subject_browser import SECTIONS
from tests.journeys.walk import Walk, chromium, opened_to, told

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

WHY = "缺整改措施和完成时间，请补一段，写明到几月。"


def check(walk: Walk) -> None:
    walk.step("Return a report for form")
    walk.take("欧阳明远")
    walk.heading("述职报告")
    walk.shot("contact_read")
    walk.click("因格式退回")
    walk.tick("5. 问题和打算 17 字")
    walk.page.locator("#why5").fill(WHY)
    walk.shot("contact_return")
    walk.click("退回修改")
    assert walk.page.url.endswith("/read")


def accept(walk: Walk) -> None:
    walk.page.goto(walk.address)
    walk.step("Accept it as handed in again")
    walk.take("欧阳明远")
    walk.click("受理述职报告")
    walk.says("数据核报中")


def enter(walk: Walk) -> None:
    walk.page.goto(walk.address)
    walk.step("Enter a report on behalf")
    walk.click("考核对象", within="header")
    walk.take("沈知远")
    walk.shot("contact_case")
    walk.click("代录述职报告")
    walk.tick("依据本人口述录入")
    for label, text in zip(SECTIONS, TEXTS.values(), strict=True):
        walk.type(label, text)
    walk.shot("contact_entry")
    walk.click("报送述职报告", within="form")
    assert walk.page.url.endswith("/read")


def test_contact_checks_accepts_and_enters(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    desk = ReportDesk(sqlite_store, tmp_path)
    me = desk.cadre()
    desk.hand_in(me)
    with opened_to(desk.site, chromium, tmp_path) as street:
        walk = street.sign_in(desk.contact)
        walk.shot("contact_worklist")
        check(walk)
        assert [(s.code, s.reason) for s in desk.report().returned] == [("problems", WHY)]
        desk.hand_in(me, s5=TEXTS["s5"] + "三月底前按新预案演练一次。")
        accept(walk)
        assert desk.case("欧阳明远").state == "collecting"
        enter(walk)
    entered = desk.report("沈知远")
    assert (desk.case("沈知远").state, entered.basis) == ("submitted", "dictated")
    assert list(entered.texts.values()) == list(TEXTS.values())
    assert walk.steps == told("unit_contact")

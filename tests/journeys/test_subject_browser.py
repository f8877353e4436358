"""The person assessed in Chromium, on a phone: report, result, opinion, objection."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.models import Review, Statement
from cases.store import Store
from tests.decision_desk import tell
from tests.journeys.report_desk import TEXTS, WORK, ReportDesk
from tests.journeys.walk import Walk, chromium, opened_to, told
from workflow.vocabulary import Grade

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

SECTIONS = ("1. 政治素质", "2. 履职实绩", "3. 抓党建和一岗双责", "4. 廉洁自律", "5. 问题和打算")
REQUEST, GROUNDS = "请求复核年度考核等次", "应急演练的记录没有计入，附演练方案和签到表。"


def report(walk: Walk) -> None:
    walk.step("Write the report")
    walk.take("欧阳明远")
    walk.heading("述职报告")
    for label, text in zip(SECTIONS, TEXTS.values(), strict=True):
        walk.type(label, text)
    walk.shot("subject_report")
    walk.step("Hand it in")
    walk.click("报送述职报告", within="form")
    assert walk.page.url.endswith("/read")
    walk.shot("subject_read")


def answer(walk: Walk) -> None:
    walk.step("Read the result")
    walk.page.goto(walk.address)
    walk.click("本人考核结果")
    walk.heading("我的考核结果")
    walk.says("不称职")
    walk.shot("subject_result")
    walk.step("Say one's opinion")
    walk.click("填写本人意见")
    walk.tick("有不同意见")
    walk.type("本人意见 （可不填）", "部分情况没有核实。")
    walk.click("保存本人意见")
    walk.heading("我的考核结果")
    walk.says("部分情况没有核实。")


def object_to_it(walk: Walk) -> None:
    walk.step("Ask for a review")
    walk.click("申请复核")
    walk.tick("复核")
    walk.type("请求", REQUEST)
    walk.type("理由", GROUNDS)
    walk.shot("subject_review")
    walk.click("提出复核申诉")
    walk.heading("我的考核结果")
    walk.shot("subject_asked")


def test_cadre_reports_reads_answers_and_objects(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    desk = ReportDesk(sqlite_store, tmp_path)
    case = desk.case("欧阳明远")
    with opened_to(desk.site, chromium, tmp_path) as street:
        walk = street.sign_in(desk.cadre(), width=390)
        walk.shot("subject_worklist")
        report(walk)
        assert list(desk.report().texts.values()) == list(TEXTS.values())
        assert desk.case("欧阳明远").state == "submitted"
        with sqlite_store.transaction() as conn:
            tell(conn, case.id, Grade.INCOMPETENT, WORK)
        desk.site.clock.at = WORK + timedelta(minutes=20)
        answer(walk)
        object_to_it(walk)
    with sqlite_store.reading() as conn:
        said = conn.execute(sa.select(Statement.agrees, Statement.text)).one()
        asked = conn.execute(sa.select(Review.kind, Review.request, Review.grounds)).one()
    assert tuple(said) == (False, "部分情况没有核实。")
    assert tuple(asked) == ("review", REQUEST, GROUNDS)
    assert walk.steps == told("subject")

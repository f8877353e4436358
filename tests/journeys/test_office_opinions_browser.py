"""Letters of 征求意见 from the office's side in Chromium: drafted, sent, late, read, closed."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.models import OpinionRequest
from cases.store import Store
from tests.journeys.test_opinions import DOCUMENT, Letters
from tests.journeys.walk import Walk, chromium, opened_to, told

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

ANSWERS, SILENT = "市纪委监委", "市审计局"
OBJECTION = "有一件信访反映正在核查，建议暂缓评优。"


def asks(walk: Walk) -> None:
    walk.step("Draft a letter to each body")
    walk.click("数据与测评", within="nav.k-nav")
    walk.click("征求意见", within="nav.k-subnav")
    walk.click("拟征求意见函")
    walk.tick(ANSWERS)
    walk.tick(SILENT)
    walk.shot("opinion_new")
    walk.click("拟征求意见函", within="main form")
    walk.shot("opinions_drafted")
    walk.step("Send them")
    for body in (ANSWERS, SILENT):
        walk.click(body)
        walk.click("发出征求意见函")
        walk.says("回复期限")
        walk.click("征求意见", within="nav.k-subnav")
    walk.says("2 个部门还没有回复，其中 0 个超期")
    walk.shot("opinions_sent")


def reads(walk: Walk) -> None:
    walk.says("1 个部门还没有回复，其中 1 个超期")
    walk.says(f"{SILENT}，超期 12 个工作日")
    walk.shot("opinions_late")
    walk.step("Read an answer and close it")
    walk.click(ANSWERS)
    walk.says(OBJECTION)
    walk.shot("opinion_read")
    walk.click("办结征求意见函")
    walk.says("已办结")
    walk.step("Close the late one unanswered")
    walk.click("征求意见", within="nav.k-subnav")
    walk.click(SILENT)
    walk.click("没有回复，办结", within="main")
    walk.type("理由", "两次电话催办，至今没有回复。")
    walk.shot("opinion_unanswered")
    walk.click("没有回复，办结", within="details form")
    walk.says("已办结")


def test_office_asks_reads_and_closes(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    letters = Letters(sqlite_store, tmp_path)
    chief = next(c for c in letters.cases.values() if c.subject_name == "沈知远")
    with opened_to(letters.site, chromium, tmp_path) as street:
        walk = street.sign_in(letters.office)
        asks(walk)
        answer(letters, {f"item_{chief.id}": OBJECTION})
        letters.site.clock.at += timedelta(days=30)
        again = street.sign_in(letters.office)
        again.steps, again.current = walk.steps, walk.current
        again.step("See who is late")
        again.click("数据与测评", within="nav.k-nav")
        again.click("征求意见", within="nav.k-subnav")
        reads(again)
    with sqlite_store.reading() as conn:
        found = conn.execute(sa.select(OpinionRequest.body, OpinionRequest.state)).all()
    assert dict(tuple(row) for row in found) == {ANSWERS: "closed", SILENT: "closed"}
    assert again.steps == told("office_opinions")


def answer(letters: Letters, said: dict[str, str]) -> None:
    with letters.store.reading() as conn:
        asked = sa.select(OpinionRequest.ref).where(OpinionRequest.body == ANSWERS)
        ref = conn.execute(asked).scalar_one()
    me = letters.respondents[ANSWERS]
    page = letters.boxes(me, ref)
    me.post(f"/opinion-answers/{ref}", {**page, "document": DOCUMENT, **said})
